import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cache } from './cache';
import type { QueueConfig } from './config';
import { QueueFullError, type MessageLog } from './message-log';
import type { Message } from './record';
import type { QueueStatus } from './status';

/** What the app's requests reach. */
export interface ServerParts {
  readonly config: Pick<QueueConfig, 'limits'>;
  readonly log: MessageLog;
  readonly cache: Cache | undefined;
  readonly status: () => QueueStatus;

  /** A message was taken or not. */
  readonly counted: (outcome: 'accepted' | 'turnedAway') => void;
  readonly name: (seq: number) => string;
}

/** Serves the app: `POST /messages`, `GET /status`, `GET /cache/…`. */
export function appServer(parts: ServerParts): Server {
  const load = { inFlight: 0 };
  const server = createServer((request, response) => {
    void answer(parts, load, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 75_000; // apps keep connections open for longer than Node's 5 seconds
  server.maxConnections = 256;
  return server;
}

/** Bytes of messages that are on their way to the disk. */
interface Load {
  inFlight: number;
}

async function answer(
  parts: ServerParts,
  load: Load,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '/' } = request;
  if (method === 'POST' && url === '/messages') return accept(parts, load, request, response);
  if (method === 'GET' && url === '/status') return json(response, 200, parts.status());
  if (method === 'GET' && url.startsWith('/cache/') && parts.cache !== undefined) {
    const { status, headers, body, source } = await parts.cache.read(url.slice('/cache'.length));
    response.writeHead(status, { ...headers, 'x-cache': source, 'content-length': body.length }).end(body);
    return;
  }
  json(response, 404, { error: 'there are POST /messages, GET /status and GET /cache/…' });
}

async function accept(
  parts: ServerParts,
  load: Load,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { messageBytes } = parts.config.limits;
  const announced = Number(request.headers['content-length'] ?? messageBytes);
  const refuse = (status: number, error: string, headers = {}): void => {
    parts.counted('turnedAway');
    request.resume(); // a client that is still sending would see the connection break instead of the answer
    response.setHeader('connection', 'close');
    json(response, status, { error, status: parts.status() }, headers);
  };
  if (announced > messageBytes) return refuse(413, `a message has at most ${messageBytes} bytes`);
  if (load.inFlight + announced > MOST_IN_FLIGHT)
    return refuse(503, 'too many at the same time', { 'retry-after': '1' });
  load.inFlight += announced;
  try {
    const message = await messageOf(request, messageBytes);
    if (typeof message === 'string') return refuse(message === TOO_LONG ? 413 : 400, message);
    const seq = await parts.log.append(message);
    parts.counted('accepted');
    json(response, 202, { id: message.id ?? parts.name(seq) });
  } catch (error) {
    const isFull = error instanceof QueueFullError;
    const reason = isFull ? 'the queue is full' : 'the message could not be put on disk';
    refuse(507, reason, { 'retry-after': '60' });
  } finally {
    load.inFlight -= announced;
  }
}

/** The message of a request, or why it is none. */
async function messageOf(request: IncomingMessage, longest: number): Promise<Message | string> {
  const { 'content-type': contentType, 'message-id': id, 'message-type': type } = request.headers;
  if ([id, type, contentType].some((text) => text !== undefined && !isHeaderText(text)))
    return 'Message-Id, Message-Type and Content-Type are up to 200 characters of ASCII';
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > longest) return TOO_LONG;
    parts.push(part);
  }
  return {
    ...(contentType !== undefined && { contentType }),
    ...(typeof id === 'string' && { id }),
    ...(typeof type === 'string' && { type }),
    body: Buffer.concat(parts),
  };
}

function isHeaderText(text: string | readonly string[]): boolean {
  return typeof text === 'string' && /^[\x20-\x7e]{1,200}$/.test(text);
}

function json(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(`${JSON.stringify(value)}\n`);
}

/** Bytes of messages that are on their way to the disk. */
const MOST_IN_FLIGHT = 8 * 1024 * 1024;
const TOO_LONG = 'the message is too long';
