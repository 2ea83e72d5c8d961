import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { Bandwidth } from './bandwidth';
import { Cache } from './cache';
import { QueueClock } from './clock';
import { headersOf, readConfig, type QueueConfig } from './config';
import { Cursor } from './cursor';
import { lockDirectory } from './lock';
import { MessageLog } from './message-log';
import { Refused } from './refused';
import { report, reasonOf } from './report';
import { Sender, type SenderParts } from './sender';
import { appServer } from './server';
import { monitorServer, type QueueStatus } from './status';

/** Takes messages of an app, keeps them on disk, and hands them on when the line is up: `node main.js config.json`. */
async function main(): Promise<void> {
  const config = readConfig(process.argv[2] ?? 'config.json');
  const headers = headersOf(config.upstream.headers, process.env);
  const stopped = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stopped.abort());
  await mkdir(config.directory, { recursive: true });
  await lockDirectory(config.directory, stopped.signal);

  const queue = await openQueue(config, headers);
  const app = appServer(queue);
  const monitor = monitorServer(queue.status);
  await Promise.all([
    listening(app.listen(config.port, '127.0.0.1')),
    listening(monitor.listen(config.monitorPort)),
  ]);
  await queue.sender.save(); // from here on the time in which it does not run is known
  queue.sender.start();
  report('started', { ...queue.status() });

  if (!stopped.signal.aborted) await once(stopped.signal, 'abort');
  await closed(app);
  await queue.sender.stop(STOP_PATIENCE);
  await queue.log.close();
  await queue.sender.save();
  report('stopped', { depth: queue.log.depth });
  process.exit(0);
}

async function openQueue(config: QueueConfig, headers: Readonly<Record<string, string>>) {
  const { directory, limits } = config;
  const cursor = await Cursor.open(directory);
  const { progress } = cursor;
  const clock = QueueClock.after(progress.time === 0 ? undefined : progress, Date.now());
  const around = { tick: () => clock.tick(), wall: Date.now, open };
  const forRefused = Math.floor(limits.bytes / 16);
  const messages = join(directory, 'messages');
  const log = await MessageLog.open(messages, limits.bytes - forRefused, progress.next, around);
  const refused = await Refused.open(join(directory, 'refused'), forRefused);
  const bandwidth = new Bandwidth(config.bandwidth);
  const cache = await openCache(config, { headers, clock, bandwidth });
  const wall = Date.now;
  const parts = { config, headers, log, cursor, clock, wall, refused, bandwidth, random: Math.random };
  const sender = new Sender(parts);
  const counts = { accepted: 0, turnedAway: 0 };
  return {
    ...parts,
    cache,
    sender,
    status: (): QueueStatus => ({ ...statusOf({ ...parts, cache, sender }), ...counts }),
    counted: (outcome: keyof typeof counts): void => {
      counts[outcome]++;
      if (outcome === 'accepted') sender.notify();
    },
    name: (seq: number): string => `${cursor.queue}-${String(seq).padStart(16, '0')}`,
  };
}

async function openCache(
  { directory, cache, upstream }: QueueConfig,
  { headers, ...shared }: Pick<SenderParts, 'headers' | 'clock' | 'bandwidth'>,
): Promise<Cache | undefined> {
  if (cache === undefined) return undefined;
  const isSameOrigin = new URL(cache.url).origin === new URL(upstream.url).origin;
  return Cache.open({
    directory: join(directory, 'cache'),
    config: cache,
    timeout: upstream.timeout,
    headers: isSameOrigin ? headers : {}, // a token is for the one it was given for
    ...shared,
  });
}

function statusOf(queue: SenderParts & { readonly cache: Cache | undefined; readonly sender: Sender }) {
  const { config, log, refused, cache, sender, clock } = queue;
  const { lastSuccess, problem } = sender;
  return {
    online: lastSuccess === undefined && problem === undefined ? null : problem === undefined,
    problem: problem ?? null,
    depth: log.depth,
    bytes: log.bytes + refused.bytes,
    limitBytes: config.limits.bytes,
    oldestAgeSeconds: log.depth === 0 ? 0 : (secondsSince(sender.oldest, clock) ?? 0),
    lastSuccessSeconds: secondsSince(lastSuccess, clock),
    refusedMessages: refused.count,
    cacheBytes: cache?.bytes ?? 0,
    delivered: sender.delivered,
    expired: sender.expired,
    corrupt: sender.corrupt,
  };
}

function secondsSince(tick: number | undefined, clock: QueueClock): number | null {
  return tick === undefined ? null : Math.max(0, Math.round((clock.tick() - tick) / 1000));
}

function listening(server: Server): Promise<unknown> {
  return once(server, 'listening');
}

/** What was asked already is answered. */
async function closed(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_PATIENCE);
  await once(server, 'close');
  clearTimeout(timer);
}

/** Milliseconds that a request under way gets when the pod stops. */
const STOP_PATIENCE = 5000;

main().catch((error: unknown) => {
  report('failed', { reason: reasonOf(error) });
  process.exit(1);
});
