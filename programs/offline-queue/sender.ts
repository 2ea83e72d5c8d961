import type { Bandwidth } from './bandwidth';
import type { QueueClock } from './clock';
import type { QueueConfig } from './config';
import type { Cursor } from './cursor';
import { eventHeaders, eventJson, type EventOrigin } from './events';
import { ask, type Answer } from './http-client';
import type { LogItem, MessageLog } from './message-log';
import type { Refused } from './refused';
import { report, reasonOf } from './report';

/** What the sender works with. */
export interface SenderParts {
  readonly config: Pick<
    QueueConfig,
    'upstream' | 'source' | 'batch' | 'limits' | 'syncInterval' | 'maxRetryDelay'
  >;
  readonly headers: Readonly<Record<string, string>>;
  readonly log: MessageLog;
  readonly cursor: Cursor;
  readonly clock: QueueClock;
  readonly wall: () => number;
  readonly refused: Refused;
  readonly bandwidth: Bandwidth;

  /** From 0 to 1. */
  readonly random: () => number;
}

/** Hands messages to upstream in order, one request at a time, and goes on only when they were taken. */
export class Sender {
  delivered = 0;
  expired: number;
  private readonly corruptBefore: number;

  /** Tick of the last request that was taken. */
  lastSuccess: number | undefined;

  /** Why the last request was not taken; `undefined` when it was. */
  problem: string | undefined;
  private failures = 0;
  private batchMessages: number;
  private readonly stopping = new AbortController();
  private wake: (() => void) | undefined;
  private hasNews = false;
  private isStopping = false;
  private isBackingOff = false;
  private running: Promise<void> | undefined;

  /** Tick of the first message. */
  oldest: number | undefined;

  constructor(private readonly parts: SenderParts) {
    this.batchMessages = this.mostMessages;
    this.expired = parts.cursor.progress.expired;
    this.corruptBefore = parts.cursor.progress.corrupt;
  }

  get corrupt(): number {
    return this.corruptBefore + this.parts.log.corrupt;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** A message came in: sent at once where nothing is to be waited for. */
  notify(): void {
    this.hasNews = true;
    if (this.isAwaitingNews) this.wake?.();
  }

  /** Lets the request under way end for a moment, then gives it up. */
  async stop(patience: number): Promise<void> {
    const timer = setTimeout(() => this.stopping.abort(), patience);
    this.isStopping = true;
    this.wake?.();
    await this.running;
    clearTimeout(timer);
  }

  private get isAwaitingNews(): boolean {
    return this.parts.config.syncInterval === 0 && !this.isBackingOff;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      const delay = await this.round().catch((error: unknown) => this.backOff(reasonOf(error)));
      if (!this.isStopping) await this.rest(delay);
    }
  }

  /** Sends until nothing is left or something fails. @returns Milliseconds until the next round. */
  async round(): Promise<number> {
    const { config, log, refused, clock } = this.parts;
    this.isBackingOff = false;
    await this.remember();
    for (;;) {
      const before = clock.tick() - config.limits.maxAge;
      await refused.expire(before);
      this.hasNews = false;
      const items = await log.peek(this.batchMessages, config.batch.bytes);
      this.oldest = items[0]?.message.tick;
      if (items.length === 0) return config.syncInterval === 0 ? IDLE : config.syncInterval;
      if (this.isStopping) return 0;
      const fresh = items.findIndex(({ message }) => message.tick >= before);
      const delay =
        fresh === 0
          ? await this.deliver(items)
          : await this.drop(items.slice(0, fresh < 0 ? undefined : fresh));
      if (delay !== undefined) return delay;
    }
  }

  /** @returns `undefined` when it is worth going on at once. */
  private async deliver(items: readonly LogItem[]): Promise<number | undefined> {
    const { sent, answer } = await this.post(items);
    const { status } = answer;
    if (status >= 200 && status < 300) {
      this.succeeded(sent.length);
      await this.done(sent);
      return undefined;
    }
    if (!FOR_GOOD.includes(status)) return this.backOff(`upstream answered ${status}`, answer);
    if (sent.length > 1) {
      this.batchMessages = Math.floor(sent.length / 2); // one of them is the one that is refused
      return undefined;
    }
    return this.setAside(sent, answer);
  }

  private async post(items: readonly LogItem[]): Promise<{ sent: readonly LogItem[]; answer: Answer }> {
    const { config, clock, headers, bandwidth } = this.parts;
    const { url, timeout, format } = config.upstream;
    const wanted = { method: 'POST', timeout, longestAnswer: 16_384, signal: this.stopping.signal } as const;
    const now = clock.tick();
    const [first] = items;
    if (format === 'single' && first !== undefined) {
      const own = eventHeaders(first.message, this.origin, now);
      const answer = await ask(
        url,
        { ...wanted, headers: { ...own, ...headers }, body: first.message.body },
        bandwidth,
      );
      return { sent: [first], answer };
    }
    const { sent, body } = this.batchOf(items, now);
    const type = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };
    return { sent, answer: await ask(url, { ...wanted, headers: { ...type, ...headers }, body }, bandwidth) };
  }

  /** As many as fit the size of a request, at least one. */
  private batchOf(items: readonly LogItem[], now: number): { sent: readonly LogItem[]; body: Buffer } {
    const texts: string[] = [];
    let bytes = 2;
    for (const { message } of items) {
      const text = eventJson(message, this.origin, now);
      bytes += Buffer.byteLength(text) + 1;
      if (texts.length > 0 && bytes > this.parts.config.batch.bytes) break;
      texts.push(text);
    }
    return { sent: items.slice(0, texts.length), body: Buffer.from(`[${texts.join(',')}]`) };
  }

  private succeeded(count: number): void {
    this.delivered += count;
    this.failures = 0;
    this.batchMessages = Math.min(this.mostMessages, this.batchMessages * 2);
    this.lastSuccess = this.parts.clock.tick();
    if (this.problem !== undefined) report('online');
    this.problem = undefined;
  }

  /** Twice as long each time, and not at the same time as all the others. */
  private backOff(reason: string, answer?: Answer): number {
    if (this.isStopping) return 0;
    this.isBackingOff = true;
    if (this.problem !== reason) report('offline', { reason, depth: this.parts.log.depth });
    this.problem = reason;
    const longest = this.parts.config.maxRetryDelay;
    const delay = Math.min(longest, FIRST_RETRY * 2 ** Math.min(this.failures++, 20));
    const asked = Number(answer?.headers['retry-after'] ?? 0) * 1000;
    return Math.max(delay * (0.5 + this.parts.random() / 2), Math.min(longest, asked || 0));
  }

  /** A message that upstream refuses for good makes room for those behind it, as long as there are few such. */
  private async setAside(sent: readonly LogItem[], answer: Answer): Promise<number | undefined> {
    const [item] = sent;
    if (item === undefined) return undefined;
    const { refused, clock } = this.parts;
    const reason = `upstream refused message ${item.message.seq} with ${answer.status}`;
    const json = eventJson(item.message, this.origin, clock.tick());
    const kept = await refused.keep(item.message.seq, item.message.tick, json).catch(() => false);
    if (!kept) return this.backOff(reason, answer);
    report('refused', { reason, answer: answer.body.toString('utf8', 0, 200) });
    this.batchMessages = Math.min(this.mostMessages, this.batchMessages * 2);
    await this.done(sent);
    return undefined;
  }

  /** Messages that are older than their lifetime. */
  private async drop(items: readonly LogItem[]): Promise<undefined> {
    this.expired += items.length;
    report('expired', { messages: items.length });
    await this.done(items);
  }

  /** Remembers first, removes then: a number is never given twice. */
  private async done(items: readonly LogItem[]): Promise<void> {
    const last = items.at(-1);
    if (last !== undefined) this.parts.log.advance(last);
    await this.save();
    await this.parts.log.trim();
  }

  /** What was given up while reading, and how late it is. */
  private async remember(): Promise<void> {
    const { cursor, log, clock } = this.parts;
    const { next, tick } = cursor.progress;
    if (next === log.done && clock.tick() - tick < ANCHOR_INTERVAL) return;
    await this.save();
    await log.trim();
  }

  /** Puts on disk how far it got. */
  async save(): Promise<void> {
    const { cursor, log, clock, wall } = this.parts;
    const { expired, corrupt } = this;
    await cursor.save({ next: log.done, tick: clock.tick(), time: wall(), expired, corrupt });
  }

  private rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      if (this.hasNews && this.isAwaitingNews) this.wake();
    });
  }

  private get mostMessages(): number {
    return this.parts.config.upstream.format === 'single' ? 1 : this.parts.config.batch.messages;
  }

  private get origin(): EventOrigin {
    return { queue: this.parts.cursor.queue, source: this.parts.config.source };
  }
}

/** The message itself is what upstream does not take: no other time will be better. */
const FOR_GOOD: readonly number[] = [400, 413, 415, 422];

const FIRST_RETRY = 1000;

/** Between two looks at a queue that is told of each message. */
const IDLE = 60_000;

/** How much time at most is forgotten when the program dies. */
const ANCHOR_INTERVAL = 10 * 60_000;
