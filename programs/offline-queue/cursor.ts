import { randomUUID } from 'node:crypto';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncDirectory } from './disk';

/** How far the queue got. */
export interface Progress {
  /** Number of the first message that upstream has not taken. */
  readonly next: number;

  /** The queue's clock and the one on the wall at that time. */
  readonly tick: number;
  readonly time: number;

  /** Messages that nobody will get any more, since the queue was made. */
  readonly expired: number;
  readonly corrupt: number;
}

interface Slot extends Progress {
  readonly generation: number;

  /** Name of this queue, made at random: what is told apart by number alone is told apart from other queues by it. */
  readonly queue: string;
}

/**
 * Remembers progress in a file of two slots that are written in turn: whatever happens while one is written, the other one is whole. The file never grows, so a
 * full disk does not stop it.
 */
export class Cursor {
  private constructor(
    private readonly handle: FileHandle,
    private slot: Slot,
  ) {}

  static async open(directory: string): Promise<Cursor> {
    const path = join(directory, 'cursor');
    const handle = await open(path, 'r+').catch(() => undefined);
    const slots = handle === undefined ? [] : await slotsIn(handle);
    const newest = slots.sort((a, b) => b.generation - a.generation)[0];
    if (handle !== undefined && newest !== undefined) return new Cursor(handle, newest);
    await handle?.close();
    const first = { generation: 0, queue: randomUUID(), ...NOTHING };
    const made = await open(`${path}.new`, 'w+');
    await made.write(Buffer.concat([textOf(first), textOf(first)]), 0, SLOT * 2, 0);
    await made.sync();
    await rename(`${path}.new`, path);
    await syncDirectory(directory);
    return new Cursor(made, first);
  }

  get progress(): Progress {
    return this.slot;
  }

  get queue(): string {
    return this.slot.queue;
  }

  /** On disk when it returns. */
  async save(progress: Progress): Promise<void> {
    const slot = { ...progress, generation: this.slot.generation + 1, queue: this.slot.queue };
    await this.handle.write(textOf(slot), 0, SLOT, (slot.generation % 2) * SLOT);
    await this.handle.datasync();
    this.slot = slot;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

async function slotsIn(handle: FileHandle): Promise<Slot[]> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(SLOT * 2), 0, SLOT * 2, 0);
  return [0, SLOT].flatMap((at) => {
    const text = buffer.toString('utf8', at, Math.min(at + SLOT, bytesRead)).trimEnd();
    const json = text.slice(9);
    return text.slice(0, 8) === checksum(json) ? [JSON.parse(json) as Slot] : [];
  });
}

function textOf(slot: Slot): Buffer {
  const json = JSON.stringify(slot);
  return Buffer.from(`${checksum(json)} ${json}`.padEnd(SLOT - 1) + '\n');
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** A block of every disk. */
const SLOT = 512;

const NOTHING: Progress = { next: 0, tick: 0, time: 0, expired: 0, corrupt: 0 };
