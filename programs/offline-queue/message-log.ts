import * as files from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { syncDirectory, writeFully } from './disk';
import { encode, recordSize, type Message, type StoredMessage } from './record';
import { report, reasonOf } from './report';
import { findSegments, segmentPath, Window, type Segment } from './segments';

/** There is no room for the message within the limit of the queue. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/** What the log needs from around it; tests put faults in between. */
export interface LogSurroundings {
  readonly tick: () => number;
  readonly wall: () => number;
  readonly open: typeof files.open;
}

/** A message, and where the next one begins. */
export interface LogItem {
  readonly message: StoredMessage;
  readonly segment: Segment;
  readonly start: number;
  readonly end: number;
}

interface Waiting {
  readonly message: Message;
  readonly size: number;
  readonly stored: (seq: number) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Messages in order, in files of limited size. A message is taken when it is on disk, and those that arrive meanwhile share the next write. Files are removed
 * when all of their messages are done.
 */
export class MessageLog {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private isWriting = false;
  private active: { readonly segment: Segment; readonly handle: files.FileHandle } | undefined;

  /** Where the first message lies that is not done; `undefined` is the start of the first file. */
  private place: { readonly segment: Segment; readonly offset: number } | undefined;

  /** Messages that could not be read any more. */
  corrupt = 0;

  private constructor(
    private readonly directory: string,
    private readonly limit: number,
    private readonly around: LogSurroundings,
    private readonly segments: Segment[],
    private next: number,
    private head: number,
  ) {}

  /** @param done Number of the first message that is not done. */
  static async open(
    directory: string,
    limit: number,
    done: number,
    around: LogSurroundings,
  ): Promise<MessageLog> {
    await files.mkdir(directory, { recursive: true });
    const { segments, next, repaired } = await findSegments(directory, done);
    if (repaired > 0) report('repaired', { bytes: repaired });
    const log = new MessageLog(directory, limit, around, segments, next, done);
    await log.skipTo(done);
    return log;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Messages that are not done. */
  get depth(): number {
    return this.next - this.head;
  }

  /** Number of the first message that is not done. */
  get done(): number {
    return this.head;
  }

  /**
   * Resolves with its number when the message is on disk, and rejects when it is not.
   *
   * @throws QueueFullError
   */
  append(message: Message): Promise<number> {
    const size = recordSize(message);
    if (this.bytes + this.waitingBytes + size > this.limit)
      return Promise.reject(new QueueFullError('the queue is full'));
    this.waitingBytes += size;
    return new Promise((stored, failed) => {
      this.waiting.push({ message, size, stored, failed });
      void this.write();
    });
  }

  private async write(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.waiting.length > 0) await this.commit(this.waiting.splice(0, LARGEST_GROUP));
    this.isWriting = false;
  }

  /** One write and one sync for a group of messages. */
  private async commit(group: readonly Waiting[]): Promise<void> {
    const [tick, time, first] = [this.around.tick(), this.around.wall(), this.next];
    try {
      const { segment, handle } = await this.writable();
      const data = Buffer.concat(
        group.map(({ message }, index) => encode({ ...message, seq: first + index, tick, time })),
      );
      await writeFully(handle, data, segment.bytes);
      await handle.datasync();
      if (segment.bytes === 0) await syncDirectory(this.directory);
      segment.bytes += data.length;
      this.next += group.length;
      group.forEach(({ stored }, index) => stored(first + index));
    } catch (error) {
      report('write-failed', { reason: reasonOf(error), messages: group.length });
      await this.abandon();
      for (const { failed } of group) failed(error);
    } finally {
      for (const { size } of group) this.waitingBytes -= size;
    }
  }

  private async writable(): Promise<NonNullable<typeof this.active>> {
    if (this.active !== undefined && this.active.segment.bytes >= this.segmentBytes) await this.seal();
    if (this.active === undefined) {
      const path = segmentPath(this.directory, this.next);
      const handle = await this.around.open(path, 'w'); // whatever lies there was never taken
      this.active = { segment: { path, first: this.next, bytes: 0 }, handle };
      this.segments.push(this.active.segment);
    }
    return this.active;
  }

  /** Small enough that messages which are done do not hold much room. */
  private get segmentBytes(): number {
    return Math.min(8 * MEBIBYTE, Math.max(64 * 1024, this.limit / 16));
  }

  private async seal(): Promise<void> {
    const { handle } = this.active ?? {};
    this.active = undefined;
    await handle?.close().catch(() => undefined);
  }

  /** After a failed write nothing is known of what follows the last message that was taken: it is cut off, and the file is left alone from then on. */
  private async abandon(): Promise<void> {
    if (this.active === undefined) return;
    const { segment, handle } = this.active;
    await handle.truncate(segment.bytes).catch(() => undefined);
    await this.seal();
    if (segment.bytes > 0) return;
    this.segments.splice(this.segments.indexOf(segment), 1);
    await files.unlink(segment.path).catch(() => undefined);
  }

  /**
   * The first messages that are not done, in order: at most so many, and at most so many bytes unless the first one alone has more. What cannot be read is given
   * up once it is the first thing in the queue, and never together with what comes before it.
   */
  async peek(messages: number, bytes: number): Promise<LogItem[]> {
    const { next } = this; // messages that arrive while it reads are not missing
    const last = this.segments.filter((segment) => segment.bytes > 0).at(-1);
    const end = last && { segment: last, start: last.bytes };
    const items: LogItem[] = [];
    let size = 0;
    for await (const item of this.remaining()) {
      size += item.message.body.length;
      const isNext = item.message.seq <= this.head + items.length;
      if (items.length > 0 && (size > bytes || !isNext)) return items;
      if (!isNext) this.giveUp(item.message.seq, item);
      items.push(item);
      if (items.length >= messages) return items;
    }
    if (items.length === 0 && end !== undefined && this.head < next) this.giveUp(next, end);
    return items;
  }

  /** What can be read of what is not done. */
  private async *remaining(): AsyncGenerator<LogItem> {
    let { segment, offset } = this.place ?? { segment: this.segments[0], offset: 0 };
    for (; segment !== undefined; segment = this.after(segment), offset = 0)
      yield* this.itemsOf(segment, offset);
  }

  /** All messages up to this one are done; their files stay until {@link trim}. */
  advance({ message, segment, end }: LogItem): void {
    this.place = { segment, offset: end };
    this.head = message.seq + 1;
  }

  /** Removes files all of whose messages are done. */
  async trim(): Promise<void> {
    if (this.place === undefined) return;
    const { segment, offset } = this.place;
    const isDone = segment !== this.active?.segment && offset >= segment.bytes;
    const count = this.segments.indexOf(segment) + (isDone ? 1 : 0);
    for (const { path } of this.segments.slice(0, count)) await files.rm(path, { force: true });
    this.segments.splice(0, count);
    if (isDone) this.place = undefined;
  }

  async close(): Promise<void> {
    while (this.isWriting) await sleep(5);
    await this.seal();
  }

  /** What can be read of a file. */
  private async *itemsOf(segment: Segment, start: number): AsyncGenerator<LogItem> {
    const { bytes } = segment;
    const below = this.after(segment)?.first ?? this.next; // what follows in the file was never taken
    if (start >= bytes) return;
    const handle = await files.open(segment.path, 'r');
    try {
      const window = new Window(bytes, async (buffer, position) => {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        return bytesRead;
      });
      let [at, from] = [start, start === 0 ? segment.first : this.head];
      while (at < bytes && from < below) {
        const found = await window.nextFrom(at, { from, below });
        if (found === undefined) return;
        yield { ...found, segment };
        [at, from] = [found.end, found.message.seq + 1];
      }
    } finally {
      await handle.close();
    }
  }

  /** @param following Number of the first message behind it, or of the next one. */
  private giveUp(following: number, { segment, start }: Pick<LogItem, 'segment' | 'start'>): void {
    const messages = following - this.head;
    report('unreadable', { file: segment.path, before: start, messages });
    this.corrupt += messages;
    this.place = { segment, offset: start };
    this.head = following;
  }

  private async skipTo(done: number): Promise<void> {
    while (this.segments[0] !== undefined && (this.segments[1]?.first ?? this.next) <= done)
      await files.unlink(this.segments.shift()?.path ?? '');
    const first = this.segments[0];
    this.head = Math.max(done, first?.first ?? this.next);
    if (first === undefined || first.first >= done) return;
    for await (const item of this.itemsOf(first, 0)) {
      if (item.message.seq >= done) break;
      this.advance(item);
    }
    this.head = done;
  }

  private after(segment: Segment): Segment | undefined {
    const index = this.segments.indexOf(segment);
    return index < 0 ? undefined : this.segments[index + 1]; // one that was abandoned was the last
  }
}

/** Messages that share a write. */
const LARGEST_GROUP = 256;
const MEBIBYTE = 1024 * 1024;
