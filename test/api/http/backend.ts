import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { acceptKey, frameText, textFrame } from './websocket';

/** A small server behind an address of the sandbox: says what it was asked, echoes WebSocket messages. */
export interface BackendOptions {
  /** Told in each answer. */
  readonly name: string;
  readonly address: string;
  readonly port: number;

  /** `gate` answers 200 to requests with `X-Token: good` and 401 to others, as a service of forwardAuth does. @default 'echo' */
  readonly kind?: 'echo' | 'gate';
}

/** What a backend answers, as JSON. */
export interface Echo {
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export function startBackend({ name, address, port, kind = 'echo' }: BackendOptions): Promise<Server> {
  const server = createServer(kind === 'gate' ? gate : (request, response) => echo(name, request, response));
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => accept(name, request, socket));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

function echo(
  backend: string,
  { method = '', url = '', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Server', 'backend/1.2.3');
  response.setHeader('X-Powered-By', 'test');
  response.end(JSON.stringify({ backend, method, path: url, headers }));
}

function gate({ headers }: IncomingMessage, response: ServerResponse): void {
  response.statusCode = headers['x-token'] === 'good' ? 200 : 401;
  response.setHeader('X-Auth-User', 'ada');
  response.end(response.statusCode === 200 ? 'welcome' : 'who are you?');
}

function accept(name: string, { headers, url }: IncomingMessage, socket: Socket): void {
  const key = acceptKey(headers['sec-websocket-key'] ?? '');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  socket.on('error', () => socket.destroy());
  socket.on('data', (frame: Buffer) => {
    const text = frameText(frame);
    if (text !== undefined) socket.write(textFrame(`${name} at ${url}: ${text}`));
  });
}
