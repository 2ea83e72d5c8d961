import { createServer, type Server } from 'node:http';

/** How the queue is. Times in seconds. */
export interface QueueStatus {
  /** Whether the last request to upstream was taken; `null` before the first one. */
  readonly online: boolean | null;
  readonly problem: string | null;

  /** Messages that upstream has not taken. */
  readonly depth: number;

  /** Bytes on disk, and how many there may be. */
  readonly bytes: number;
  readonly limitBytes: number;

  /** Of the first message, at the last time it was tried to be sent. */
  readonly oldestAgeSeconds: number;
  readonly lastSuccessSeconds: number | null;
  readonly refusedMessages: number;
  readonly cacheBytes: number;

  /** Since the program started. */
  readonly accepted: number;
  readonly turnedAway: number;
  readonly delivered: number;

  /** Since the queue was made. */
  readonly expired: number;
  readonly corrupt: number;
}

/** Serves probes and Prometheus: `GET /healthz`, `GET /metrics`. */
export function monitorServer(status: () => QueueStatus): Server {
  return createServer(({ url }, response) => {
    if (url === '/healthz') response.end('ok\n');
    else if (url === '/metrics')
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metricsText(status()));
    else response.writeHead(404).end();
  });
}

/** In the text format of Prometheus. */
export function metricsText(status: QueueStatus): string {
  const lines = METRICS.map(([name, type, key]) => {
    const value = status[key];
    return value === null
      ? ''
      : `# TYPE offline_queue_${name} ${type}\noffline_queue_${name} ${Number(value)}\n`;
  });
  return lines.join('');
}

const METRICS: readonly (readonly [name: string, type: 'gauge' | 'counter', key: keyof QueueStatus])[] = [
  ['online', 'gauge', 'online'],
  ['messages', 'gauge', 'depth'],
  ['bytes', 'gauge', 'bytes'],
  ['limit_bytes', 'gauge', 'limitBytes'],
  ['oldest_age_seconds', 'gauge', 'oldestAgeSeconds'],
  ['seconds_since_success', 'gauge', 'lastSuccessSeconds'],
  ['refused_messages', 'gauge', 'refusedMessages'],
  ['cache_bytes', 'gauge', 'cacheBytes'],
  ['accepted_messages_total', 'counter', 'accepted'],
  ['turned_away_messages_total', 'counter', 'turnedAway'],
  ['delivered_messages_total', 'counter', 'delivered'],
  ['expired_messages_total', 'counter', 'expired'],
  ['corrupt_messages_total', 'counter', 'corrupt'],
];
