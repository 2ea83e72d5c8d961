import * as http from 'node:http';
import * as https from 'node:https';
import { once } from 'node:events';
import type { Bandwidth } from './bandwidth';

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;

  /** Milliseconds in which something has to move. */
  readonly timeout: number;

  /** Bytes of an answer that are read; a longer one is cut off. */
  readonly longestAnswer: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;

  /** Whether all of it was read. */
  readonly isWhole: boolean;
}

/** One request. Rejects when it is not answered, for whatever reason. */
export async function ask(url: string, wanted: Ask, bandwidth: Bandwidth): Promise<Answer> {
  try {
    return await askOnce(url, wanted, bandwidth);
  } catch (error) {
    // The other end may have closed a connection that was kept open, without having seen the request.
    if (!(error instanceof StaleConnectionError)) throw error;
    return askOnce(url, wanted, bandwidth);
  }
}

class StaleConnectionError extends Error {}

function askOnce(url: string, wanted: Ask, bandwidth: Bandwidth): Promise<Answer> {
  const { method, headers, body, timeout, signal } = wanted;
  const isSecure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, {
      method,
      headers: { ...headers, ...(body && { 'content-length': String(body.length) }) },
      agent: isSecure ? AGENTS.https : AGENTS.http,
      signal,
    });
    const idle = setTimeout(() => request.destroy(new Error(`nothing moved for ${timeout} ms`)), timeout);
    const moved = (): unknown => idle.refresh();
    const end = (error: Error): void => {
      clearTimeout(idle);
      const isStale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      reject(isStale ? new StaleConnectionError(error.message) : error);
    };
    request.on('error', end);
    request.on('response', (response) => {
      read(response, wanted.longestAnswer, bandwidth, moved).then((answer) => {
        clearTimeout(idle);
        resolve(answer);
        if (!answer.isWhole || !request.writableFinished) request.destroy();
      }, end);
    });
    send(request, body, bandwidth, moved).catch((error: Error) => request.destroy(error));
  });
}

async function send(
  request: http.ClientRequest,
  body: Buffer | undefined,
  bandwidth: Bandwidth,
  moved: () => void,
): Promise<void> {
  const piece = Math.min(bandwidth.pieceBytes, body?.length ?? 0);
  for (let at = 0; body !== undefined && at < body.length && !request.destroyed; at += piece) {
    const part = body.subarray(at, at + piece);
    await bandwidth.take(part.length);
    if (!request.write(part)) await Promise.race([once(request, 'drain'), once(request, 'close')]);
    moved();
  }
  request.end();
}

async function read(
  response: http.IncomingMessage,
  longest: number,
  bandwidth: Bandwidth,
  moved: () => void,
): Promise<Answer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    await bandwidth.take(part.length);
    moved();
    size += part.length;
    if (size > longest) break;
    parts.push(part);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(parts),
    isWhole: size <= longest,
  };
}

const AGENTS = {
  http: new http.Agent({ keepAlive: true, maxSockets: 4 }),
  https: new https.Agent({ keepAlive: true, maxSockets: 4 }),
};
