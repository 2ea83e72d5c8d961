import { randomBytes } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Echo } from './backend';
import { acceptKey, frameText, textFrame } from './websocket';

/** An answer to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;

  /** What a backend says of itself; `undefined` when none answered. */
  readonly echo: Echo | undefined;

  /** Subject's common name of the certificate that was served; `undefined` without TLS. */
  readonly certificate: string | undefined;
}

export interface RequestOptions {
  /** @default 'GET' */
  readonly method?: string;

  /** @default - none */
  readonly headers?: Readonly<Record<string, string>>;

  /** Newest version of TLS that the client speaks. @default - the newest */
  readonly maxTls?: 'TLSv1.2';
}

/** Asks for URLs as a client of the sandbox's Traefik would; names are never looked up. */
export class HttpClient {
  constructor(private readonly sockets: { readonly http: string; readonly https: string }) {}

  async get(url: string, { method = 'GET', headers = {}, maxTls }: RequestOptions = {}): Promise<Answer> {
    const { protocol, host, pathname, search } = new URL(url);
    const tls = protocol === 'https:' ? await this.secured(host, maxTls) : undefined;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...(tls === undefined ? { socketPath: this.sockets.http } : { createConnection: () => tls }),
          method,
          path: `${pathname}${search}`,
          headers: { host, ...headers },
          timeout: 10_000,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const body = Buffer.concat(chunks).toString();
            const { statusCode = 0, headers: answered } = response;
            const certificate = tls?.getPeerCertificate().subject.CN;
            resolve({
              status: statusCode,
              headers: answered,
              body,
              echo: echoIn(body),
              certificate: [certificate].flat()[0],
            });
            tls?.destroy();
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`${url} was not answered within 10 seconds`)));
      sent.on('error', reject);
      sent.end();
    });
  }

  /** Sends one text over a WebSocket and waits for the answer. */
  async webSocket(url: string, text: string): Promise<string> {
    const { protocol, host, pathname } = new URL(url);
    const tls = protocol === 'wss:' ? await this.secured(host) : undefined;
    const key = randomBytes(16).toString('base64');
    const headers = {
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
    };
    return new Promise((resolve, reject) => {
      const sent = request({
        ...(tls === undefined ? { socketPath: this.sockets.http } : { createConnection: () => tls }),
        path: pathname,
        headers,
        timeout: 10_000,
      });
      sent.on('response', ({ statusCode }) => reject(new Error(`no WebSocket, but status ${statusCode}`)));
      sent.on('timeout', () => sent.destroy(new Error(`${url} was not answered within 10 seconds`)));
      sent.on('error', reject);
      sent.on('upgrade', (response, socket: Socket, head: Buffer) => {
        if (response.headers['sec-websocket-accept'] !== acceptKey(key))
          reject(new Error('another key was accepted'));
        conversation(socket, head, text).then(resolve, reject);
      });
      sent.end();
    });
  }

  /** A TLS connection that asks for a host; whose certificate it is, is for the test to say. */
  private secured(host: string, maxVersion?: 'TLSv1.2'): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connectTls(
        {
          path: this.sockets.https,
          servername: host,
          rejectUnauthorized: false,
          ...(maxVersion && { maxVersion }),
        },
        () => resolve(socket),
      );
      socket.once('error', reject);
    });
  }
}

function conversation(socket: Socket, head: Buffer, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = head;
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = frameText(received);
      if (answer === undefined) return;
      socket.destroy();
      resolve(answer);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the WebSocket was closed without an answer')));
    socket.write(textFrame(text, randomBytes(4)));
  });
}

function echoIn(body: string): Echo | undefined {
  try {
    const parsed = JSON.parse(body) as Partial<Echo>;
    return parsed.backend === undefined ? undefined : (parsed as Echo);
  } catch {
    return undefined;
  }
}
