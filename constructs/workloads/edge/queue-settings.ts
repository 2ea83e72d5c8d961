import { bytesOf } from '../../../lib/cluster/quantity';
import {
  describeValue,
  list,
  object,
  text,
  wholeNumber,
  type Shape,
  type ShapeProblem,
} from '../../../lib/rules/shape';
import { isDuration, millisecondsOf } from '../../../lib/workloads/duration';
import type { ConstructViolation } from '../../violations';
import { resourcesShape, type ContainerResources } from '../resources';
import { sizeShape } from '../volumes';
import { ingressFromShape, type IngressFrom } from '../workload-network';

/** The queue beside an app. Times are `30s`, `5m`, `1h30m`, `7d`; sizes are `256Ki`, `64Mi`. */
export interface OfflineQueueSettings {
  /** Bytes on disk, above which messages are turned away; none is ever dropped to make room. @default '256Mi' */
  readonly size?: string;

  /** Of one message. @default '256Ki' */
  readonly maxMessage?: string;

  /** How old a message gets before it is dropped, and counted. @default '7d' */
  readonly lifetime?: string;

  /** Time between two rounds in which everything is sent; `0s` sends each message at once. @default '10s' */
  readonly syncInterval?: string;

  /** Longest wait between two attempts while the line is down; the first one is a second. @default '5m' */
  readonly maxRetryDelay?: string;

  /** @default - 100 messages and 256Ki a request */
  readonly batch?: {
    /** @default 100 */
    readonly maxMessages?: number;

    /** @default '256Ki' - a larger message is sent alone */
    readonly maxBytes?: string;
  };

  /** Bytes a second that may pass, both ways together, without the headers of requests: `16Ki`. @default - as fast as it goes */
  readonly bandwidth?: string;

  /** Class of the volume that queue and cache lie on. @default - the cluster's default class */
  readonly storageClass?: string;

  /** Who may read metrics of the queue, on port 7071 at `/metrics`. @default - nobody */
  readonly metricsFrom?: readonly IngressFrom[];

  /** Node 22 or newer; for sites with an image registry of their own. @default - the official one, which there is for amd64, arm64 and arm */
  readonly image?: string;

  /** Merged with the default. @default - requests of 10m and 48Mi, a memory limit of 128Mi */
  readonly resources?: ContainerResources;
}

/** Copies of what the app reads from upstream. */
export interface OfflineCacheSettings {
  /** How long a copy answers while upstream does not. @default '1d' */
  readonly lifetime?: string;

  /** How long a copy answers without asking upstream at all, which saves the line. @default '0s' */
  readonly freshFor?: string;

  /** Bytes on disk; what was used longest ago makes room. @default '64Mi' */
  readonly size?: string;

  /** What `/cache/` stands for. @default - the root of the upstream's host */
  readonly url?: string;
}

/** Settings as numbers: milliseconds and bytes. */
export interface QueueNumbers {
  readonly size: number;
  readonly maxMessage: number;
  readonly lifetime: number;
  readonly syncInterval: number;
  readonly maxRetryDelay: number;
  readonly maxMessages: number;
  readonly maxBytes: number;

  /** 0 for no limit. */
  readonly bandwidth: number;
}

export function queueNumbers(settings: OfflineQueueSettings): QueueNumbers {
  const { size = '256Mi', maxMessage = '256Ki', lifetime = '7d', syncInterval = '10s' } = settings;
  const { maxRetryDelay = '5m', batch = {}, bandwidth } = settings;
  const { maxMessages = 100, maxBytes = '256Ki' } = batch;
  return {
    size: bytesOf(size),
    maxMessage: bytesOf(maxMessage),
    lifetime: millisecondsOf(lifetime),
    syncInterval: millisecondsOf(syncInterval),
    maxRetryDelay: millisecondsOf(maxRetryDelay),
    maxMessages,
    maxBytes: bytesOf(maxBytes),
    bandwidth: bandwidth === undefined ? 0 : bytesOf(bandwidth),
  };
}

export function cacheNumbers({ lifetime = '1d', freshFor = '0s', size = '64Mi' }: OfflineCacheSettings): {
  readonly lifetime: number;
  readonly freshFor: number;
  readonly size: number;
} {
  return { lifetime: millisecondsOf(lifetime), freshFor: millisecondsOf(freshFor), size: bytesOf(size) };
}

/** Settings that contradict each other. */
export function queueViolations(
  settings: OfflineQueueSettings,
  cache: OfflineCacheSettings | undefined,
): ConstructViolation[] {
  const found = [...sizeProblems(settings), ...timeProblems(settings)];
  return [
    ...found.map(([property, problem, fix]) => ({ rule: 'edge-queue', property, problem, fix })),
    ...cacheViolations(cache),
  ];
}

type QueueProblem = readonly [property: string, problem: string, fix: string];

function sizeProblems(settings: OfflineQueueSettings): QueueProblem[] {
  const queue = queueNumbers(settings);
  const { size = '256Mi', batch = {} } = settings;
  const found: QueueProblem[] = [];
  if (queue.size < SMALLEST)
    found.push(['queue.size', `is ${size}, too small for a queue`, "write size: '1Mi' or more"]);
  if (queue.maxMessage * 4 > queue.size) {
    const problem = `is more than a quarter of the queue, which has ${size}`;
    found.push(['queue.maxMessage', problem, 'make it smaller, or the queue larger']);
  }
  if (queue.maxMessage > LARGEST_MESSAGE) {
    const fix = "write maxMessage: '4Mi' or less, and hand over large files by their address";
    found.push(['queue.maxMessage', 'is more than 4Mi, which a small node has no memory for', fix]);
  }
  if (queue.maxBytes > queue.size) {
    const problem = `is ${batch.maxBytes ?? '256Ki'}, more than the queue, which has ${size}`;
    found.push(['queue.batch.maxBytes', problem, "write maxBytes: '256Ki'"]);
  }
  if (queue.maxBytes > LARGEST_MESSAGE) {
    const problem = `is ${batch.maxBytes}, more than 4Mi, which a small node has no memory for`;
    found.push(['queue.batch.maxBytes', problem, "write maxBytes: '1Mi'"]);
  }
  return found;
}

function timeProblems(settings: OfflineQueueSettings): QueueProblem[] {
  const queue = queueNumbers(settings);
  const { syncInterval = '10s', bandwidth } = settings;
  const found: QueueProblem[] = [];
  if (queue.lifetime <= queue.syncInterval) {
    const problem = `is not longer than syncInterval, which is ${syncInterval}: every message would be dropped before it is sent`;
    found.push(['queue.lifetime', problem, "write lifetime: '7d', or a shorter syncInterval"]);
  }
  if (queue.maxRetryDelay < 1000)
    found.push(['queue.maxRetryDelay', 'is less than a second', "write maxRetryDelay: '5m'"]);
  if (bandwidth !== undefined && queue.bandwidth < SLOWEST) {
    const problem = `is ${bandwidth} bytes a second, on which no request ends in time`;
    found.push(['queue.bandwidth', problem, "write bandwidth: '1Ki' or more"]);
  }
  return found;
}

function cacheViolations(cache: OfflineCacheSettings | undefined): ConstructViolation[] {
  if (cache === undefined) return [];
  const { lifetime, freshFor, size } = cacheNumbers(cache);
  const rule = 'edge-cache';
  const short = {
    rule,
    property: 'cache.lifetime',
    problem: 'is shorter than freshFor',
    fix: "write lifetime: '1d'",
  };
  const small = { rule, property: 'cache.size', problem: 'is less than 64Ki', fix: "write size: '64Mi'" };
  return [...(lifetime < freshFor ? [short] : []), ...(size < SMALLEST ? [small] : [])];
}

const duration: Shape = (value, at): ShapeProblem[] =>
  isDuration(value)
    ? []
    : [
        {
          at,
          problem: `must be a time, got ${describeValue(value)}`,
          fix: "write '30s', '5m', '1h30m' or '7d'",
        },
      ];

/** Form of {@link OfflineQueueSettings}. */
export const queueShape = object({
  size: sizeShape,
  maxMessage: sizeShape,
  lifetime: duration,
  syncInterval: duration,
  maxRetryDelay: duration,
  batch: object({ maxMessages: wholeNumber(1, 10_000), maxBytes: sizeShape }),
  bandwidth: sizeShape,
  storageClass: text,
  metricsFrom: list(ingressFromShape),
  image: text,
  resources: resourcesShape,
});

/** Form of {@link OfflineCacheSettings}. */
export const cacheShape = object({ lifetime: duration, freshFor: duration, size: sizeShape, url: text });

const SMALLEST = 64 * 1024;
const LARGEST_MESSAGE = 4 * 1024 * 1024;
const SLOWEST = 256;
