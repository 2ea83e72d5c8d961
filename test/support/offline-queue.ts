import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { Agent, createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OFFLINE_QUEUE_PROGRAM } from '../../lib/workloads/offline-queue/program';
import type { QueueConfig } from '../../programs/offline-queue/config';
import type { QueueStatus } from '../../programs/offline-queue/status';

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An event as upstream gets it. */
export interface Event {
  readonly id: string;
  readonly sequence: string;
  readonly age: number;
  readonly data?: unknown;
  readonly data_base64?: string;
  readonly datacontenttype?: string;
}

/** What an upstream does with a request: a status, or `hang`, or `reset`. */
export type Behaviour = (request: {
  readonly events: readonly Event[];
  readonly number: number;
}) => number | 'hang' | 'reset' | 'take-and-reset';

/** A server that messages are sent to. */
export class Upstream {
  /** Every event that was taken, in order; also those that came twice. */
  readonly taken: Event[] = [];
  readonly requests: { headers: IncomingHttpHeaders; bytes: number; events: number; at: number }[] = [];
  behaviour: Behaviour = () => 204;

  /** What `GET` answers, by path; tests change it. */
  readonly pages = new Map<string, string>();
  readonly asked: string[] = [];
  private server: Server | undefined;
  port = 0;

  async start(): Promise<void> {
    this.server = createServer((incoming, response) => {
      const parts: Buffer[] = [];
      incoming.on('error', () => undefined);
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        if (incoming.method === 'GET') {
          this.asked.push(incoming.url ?? '');
          const page = this.pages.get(incoming.url ?? '');
          response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(page);
          return;
        }
        const body = Buffer.concat(parts);
        const events = eventsIn(body, incoming.headers);
        this.requests.push({
          headers: incoming.headers,
          bytes: body.length,
          events: events.length,
          at: performance.now(),
        });
        const outcome = this.behaviour({ events, number: this.requests.length });
        if (outcome === 'hang') return;
        if (outcome === 'take-and-reset') this.taken.push(...events);
        if (typeof outcome === 'string') return void incoming.socket.resetAndDestroy();
        if (outcome < 300) this.taken.push(...events);
        response.writeHead(outcome).end();
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Nobody listens any more; the port stays its own. */
  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
    if (this.server?.listening === true) await once(this.server, 'close');
    this.server = undefined;
  }

  /** Ids of what was taken, each once, in the order of their first arrival. */
  get ids(): string[] {
    return [...new Set(this.taken.map(({ id }) => id))];
  }
}

function eventsIn(body: Buffer, headers: IncomingHttpHeaders): Event[] {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/cloudevents-batch+json')) return JSON.parse(body.toString()) as Event[];
  return [
    {
      id: String(headers['ce-id']),
      sequence: String(headers['ce-sequence']),
      age: Number(headers['ce-age']),
      datacontenttype: type,
      data: body.toString(),
    },
  ];
}

/** The program, run as pods run it. */
export class QueueProcess {
  readonly directory = mkdtempSync(join(tmpdir(), 'offline-queue-'));
  readonly output: string[] = [];
  process: ChildProcess | undefined;
  config: QueueConfig | undefined;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(private readonly over: (config: QueueConfig) => QueueConfig = (config) => config) {
    mkdirSync(join(this.directory, 'program'));
    for (const [name, text] of Object.entries(OFFLINE_QUEUE_PROGRAM))
      writeFileSync(join(this.directory, 'program', name), text);
  }

  /** Writes the settings and starts it. */
  async start(upstream: Upstream, environment: NodeJS.ProcessEnv = {}): Promise<void> {
    this.config ??= this.over({
      directory: join(this.directory, 'data'),
      port: await freePort(),
      monitorPort: await freePort(),
      limits: { bytes: 16 * 1024 * 1024, messageBytes: 256 * 1024, maxAge: 86_400_000 },
      upstream: { url: `http://127.0.0.1:${upstream.port}/in`, headers: {}, timeout: 2000, format: 'batch' },
      source: '/namespaces/test/edgeapps/reader',
      syncInterval: 0,
      maxRetryDelay: 100,
      batch: { messages: 20, bytes: 64 * 1024 },
      bandwidth: 0,
    });
    const file = join(this.directory, 'config.json');
    writeFileSync(file, JSON.stringify(this.config));
    const started = spawn(
      process.execPath,
      ['--max-old-space-size=32', join(this.directory, 'program/main.js'), file],
      {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.process = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (data: Buffer) => this.output.push(data.toString()));
    await this.until(() => this.ask('GET', '/status').then(({ status }) => status === 200));
  }

  private get isRunning(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** The end that nothing can prepare for. */
  async kill(): Promise<void> {
    if (!this.isRunning || this.process === undefined) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }

  /** @returns The exit code. */
  async stop(): Promise<number | null> {
    const gone = once(this.process as ChildProcess, 'exit') as Promise<[number | null]>;
    this.process?.kill('SIGTERM');
    return (await gone)[0];
  }

  async remove(): Promise<void> {
    await this.kill();
    this.agent.destroy();
    rmSync(this.directory, { recursive: true, force: true });
  }

  ask(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = {},
    port = this.config?.port,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port, method, path, headers, agent: this.agent },
        (response) => {
          let text = '';
          response.on('data', (part: Buffer) => (text += part.toString()));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Hands over a message. @returns Whether it was acknowledged; a connection that breaks is a no. */
  async post(id: string, body: string | Buffer = id): Promise<boolean> {
    const headers = { 'message-id': id, 'content-type': 'text/plain' };
    return this.ask('POST', '/messages', body, headers).then(
      ({ status }) => status === 202,
      () => false,
    );
  }

  async status(): Promise<QueueStatus> {
    return JSON.parse((await this.ask('GET', '/status')).body) as QueueStatus;
  }

  /** Waits for something to become true. */
  async until(condition: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await Promise.resolve(condition()).catch(() => false))) {
      if (performance.now() > end || (this.process !== undefined && !this.isRunning))
        throw new Error(`it did not come to that:\n${this.output.join('')}`);
      await sleep(10);
    }
  }

  /** Waits until upstream has all there is. */
  drained(): Promise<void> {
    return this.until(async () => (await this.status()).depth === 0);
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
