import { open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, likelySeq, SHORTEST_RECORD, type StoredMessage } from './record';

/** A file of consecutive messages. */
export interface Segment {
  readonly path: string;

  /** Number of its first message. */
  readonly first: number;

  /** Bytes of whole messages that are on disk. */
  bytes: number;
}

/** What was found on disk. */
export interface FoundSegments {
  readonly segments: Segment[];

  /** Number that the next message gets. */
  readonly next: number;

  /** Bytes at the end with no whole message in them: what was being written when the power went. */
  readonly repaired: number;
}

export function segmentPath(directory: string, first: number): string {
  return join(directory, `${String(first).padStart(16, '0')}.log`);
}

/**
 * Reads which messages are there. Only the newest file can end in the middle of one, and is cut there. A record that cannot be read and has others behind it
 * was whole once: it stays, and so do they.
 */
export async function findSegments(directory: string, earliestNext: number): Promise<FoundSegments> {
  const names = (await readdir(directory)).filter((name) => /^\d{16}\.log$/.test(name)).sort();
  const segments = await Promise.all(
    names.map(async (name): Promise<Segment> => {
      const path = join(directory, name);
      return { path, first: Number(name.slice(0, 16)), bytes: (await stat(path)).size };
    }),
  );
  const newest = segments.at(-1);
  if (newest === undefined) return { segments, next: earliestNext, repaired: 0 };
  const { bytes, next } = await cutTail(newest);
  const repaired = newest.bytes - bytes;
  newest.bytes = bytes;
  if (bytes === 0) {
    await unlink(newest.path);
    segments.pop();
  }
  return { segments, next: Math.max(next, earliestNext), repaired };
}

async function cutTail({ path, first, bytes }: Segment): Promise<{ bytes: number; next: number }> {
  const handle = await open(path, 'r+');
  try {
    const window = new Window(await handle.stat().then(({ size }) => size), (buffer, position) =>
      handle.read(buffer, 0, buffer.length, position).then(({ bytesRead }) => bytesRead),
    );
    let next = first;
    let whole = 0;
    for (;;) {
      const most = next + Math.ceil((bytes - whole) / SHORTEST_RECORD);
      const found = await window.nextFrom(whole, { from: next, below: most });
      if (found === undefined) break;
      whole = found.end;
      next = found.message.seq + 1;
    }
    if (whole < bytes) await handle.truncate(whole);
    await handle.datasync(); // what a killed process wrote may not be on disk yet
    return { bytes: whole, next };
  } finally {
    await handle.close();
  }
}

/** A record and where it lies. */
export interface FoundRecord {
  readonly message: StoredMessage;
  readonly start: number;
  readonly end: number;
}

/** Decodes records of a file through a buffer of limited size. */
export class Window {
  private buffer = Buffer.alloc(0);
  private from = 0;

  constructor(
    private readonly size: number,
    private readonly read: (buffer: Buffer, position: number) => Promise<number>,
  ) {}

  /**
   * The record at a position, or the first one behind it that can be read.
   *
   * @param numbers Those it can have: bytes of a message may look like a record.
   */
  async nextFrom(
    position: number,
    numbers: { readonly from: number; readonly below: number },
  ): Promise<FoundRecord | undefined> {
    const found = await this.decodeAt(position);
    const isOne =
      found !== undefined && found.message.seq >= numbers.from && found.message.seq < numbers.below;
    return isOne ? found : this.search(position + 1, numbers);
  }

  private async search(
    start: number,
    { from, below }: { readonly from: number; readonly below: number },
  ): Promise<FoundRecord | undefined> {
    for (let at = start; at + SHORTEST_RECORD <= this.size;) {
      await this.load(at, Math.min(WINDOW, this.size - at));
      const { buffer } = this; // decoding may load another one
      if (buffer.length < SHORTEST_RECORD) return undefined;
      const places = buffer.length - SHORTEST_RECORD + 1;
      for (let offset = 0; offset < places; offset++) {
        const seq = likelySeq(buffer, offset, this.size - at - offset);
        if (seq === undefined || seq < from || seq >= below) continue;
        const found = await this.decodeAt(at + offset);
        if (found !== undefined) return found;
      }
      at += places;
    }
    return undefined;
  }

  /** The record at a position; `undefined` at the end, or where there is none. */
  private async decodeAt(position: number): Promise<FoundRecord | undefined> {
    for (let wanted = WINDOW; ;) {
      const inside = position - this.from;
      const found =
        inside >= 0 && inside <= this.buffer.length
          ? decode(this.buffer, inside)
          : ({ kind: 'short', needed: 0 } as const);
      if (found.kind === 'record')
        return { message: found.message, start: position, end: found.end + this.from };
      const reachesEnd = this.from + this.buffer.length >= this.size && inside >= 0;
      if (found.kind === 'bad' || reachesEnd || position + found.needed > this.size) return undefined;
      wanted = Math.max(wanted, found.needed);
      await this.load(position, Math.min(wanted, this.size - position));
      if (this.buffer.length === 0) return undefined;
    }
  }

  private async load(position: number, length: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(length);
    const bytesRead = await this.read(buffer, position);
    this.buffer = buffer.subarray(0, bytesRead);
    this.from = position;
  }
}

/** Read at a time. */
const WINDOW = 256 * 1024;
