import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { OFFLINE_QUEUE_PROGRAM } from '../../../lib/workloads/offline-queue/program';
import { Bandwidth } from '../../../programs/offline-queue/bandwidth';
import { QueueClock } from '../../../programs/offline-queue/clock';
import { Cursor } from '../../../programs/offline-queue/cursor';
import { MessageLog, type LogSurroundings } from '../../../programs/offline-queue/message-log';
import { decode, encode, recordSize } from '../../../programs/offline-queue/record';
import { offlineQueueProgramText } from '../../../scripts/offline-queue-program';
import { randomFrom } from '../../support/offline-queue';

let directory: string;

/** What the program reports. */
let written: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'offline-queue-parts-'));
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});

afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

test('what is shipped is what is in programs/offline-queue', () => {
  const shipped = readFileSync('lib/workloads/offline-queue/program.ts', 'utf8');
  expect(shipped === offlineQueueProgramText('programs/offline-queue')).toBe(true);
  const required = Object.values(OFFLINE_QUEUE_PROGRAM).flatMap((text) =>
    [...text.matchAll(/require\("([^."][^"]*)"\)/g)].map(([, name]) => name),
  );
  expect(required.filter((name) => !name?.startsWith('node:'))).toEqual([]);
});

const around = (over: Partial<LogSurroundings> = {}): LogSurroundings => ({
  tick: () => 5,
  wall: () => 1000,
  open,
  ...over,
});

const logs: MessageLog[] = [];

/** The log that lies in the directory. */
async function openLog(limit = 2 ** 20, done = 0, over: Partial<LogSurroundings> = {}): Promise<MessageLog> {
  const log = await MessageLog.open(directory, limit, done, around(over));
  logs.push(log);
  return log;
}

const message = (text: string) => ({ id: text, contentType: 'text/plain', body: Buffer.from(text) });

/** Ids of all that is not done. */
async function contents(log: MessageLog): Promise<string[]> {
  return (await log.peek(100_000, 2 ** 30)).map(({ message: { id } }) => id ?? '');
}

const logFiles = (): string[] => readdirSync(directory).filter((name) => name.endsWith('.log'));

/** A file whose writes or syncs fail when asked to. */
function faultyOpen(fault: {
  write?: () => number | undefined;
  sync?: () => boolean;
  truncate?: () => boolean;
}) {
  const opener = async (...args: Parameters<typeof open>): Promise<FileHandle> => {
    const handle = await open(...args);
    const write = handle.write.bind(handle) as (...all: unknown[]) => Promise<{ bytesWritten: number }>;
    const [sync, truncate] = [handle.datasync.bind(handle), handle.truncate.bind(handle)];
    const failing = async (data: Buffer, offset: number, length: number, position: number) => {
      const some = fault.write?.();
      if (some === undefined) return write(data, offset, length, position);
      await write(data, offset, Math.min(some, length), position);
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    return Object.assign(handle, {
      write: failing,
      datasync: () => (fault.sync?.() === true ? Promise.reject(new Error('EIO')) : sync()),
      truncate: (length: number) =>
        fault.truncate?.() === true ? Promise.reject(new Error('EIO')) : truncate(length),
    });
  };
  return opener;
}

describe('a record', () => {
  test('is read as it was written, and takes the size that it said', () => {
    const written = { ...message('hello'), seq: 2 ** 40, tick: 12, time: 1_795_000_000_000 };
    const data = encode(written);
    expect(data.length).toBe(recordSize(written));
    expect(decode(data, 0)).toEqual({ kind: 'record', message: written, end: data.length });
  });

  test('is found bad when a bit of it is another one, and short when its end is missing', () => {
    const data = encode({ ...message('hello'), seq: 1, tick: 0, time: 0 });
    for (let bit = 0; bit < data.length * 8; bit++) {
      const other = Buffer.from(data);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decode(other, 0).kind).not.toBe('record');
    }
    for (let length = 0; length < data.length; length++)
      expect(decode(data.subarray(0, length), 0).kind).toBe('short');
    expect(decode(Buffer.alloc(100), 0).kind).toBe('bad'); // what some file systems leave after a power cut
  });
});

describe('the log', () => {
  test('shares one sync among those who wait', async () => {
    let syncs = 0;
    const log = await openLog(2 ** 20, 0, { open: faultyOpen({ sync: () => (syncs++, false) }) });
    await Promise.all(Array.from({ length: 200 }, (_, index) => log.append(message(`m${index}`))));
    expect(syncs).toBeLessThanOrEqual(3);
    expect(await contents(log)).toHaveLength(200);
  });

  test('cuts a torn end off, whatever is left of it', async () => {
    const log = await openLog();
    await log.append(message('a'));
    const whole = log.bytes;
    await log.append(message('b'));
    const file = join(directory, logFiles()[0] ?? '');
    const all = readFileSync(file);
    for (let length = whole; length < all.length; length++) {
      writeFileSync(file, all.subarray(0, length));
      const again = await openLog();
      expect(await contents(again)).toEqual(['a']);
      expect(statSync(file).size).toBe(whole);
      expect(await again.append(message('c'))).toBe(1);
      expect(await contents(again)).toEqual(['a', 'c']);
      for (const name of logFiles().slice(1)) rmSync(join(directory, name));
    }
    writeFileSync(file, all);
    appendFileSync(file, Buffer.alloc(5000));
    expect(await contents(await openLog())).toEqual(['a', 'b']);
  });

  test('acknowledges nothing on a full disk, keeps what it has, and goes on when there is room', async () => {
    let room: number | undefined;
    const log = await openLog(2 ** 20, 0, { open: faultyOpen({ write: () => room }) });
    await log.append(message('a'));
    for (const some of [0, 7, 40]) {
      room = some;
      await expect(log.append(message('refused'))).rejects.toThrow('no space left');
    }
    room = undefined;
    expect(await log.append(message('b'))).toBe(1);
    expect(await contents(log)).toEqual(['a', 'b']);
    expect(await contents(await openLog())).toEqual(['a', 'b']);
  });

  test('never uses a file again whose sync failed, also when it cannot be cut', async () => {
    const fault = { on: false };
    const faulty = faultyOpen({ sync: () => fault.on, truncate: () => fault.on });
    const log = await openLog(2 ** 20, 0, { open: faulty });
    await log.append(message('a'));
    fault.on = true;
    await expect(log.append(message('refused'))).rejects.toThrow('EIO');
    fault.on = false;
    await log.append(message('b'));
    expect(logFiles()).toHaveLength(2);
    expect(await contents(log)).toEqual(['a', 'b']);
    const again = await openLog();
    expect(await contents(again)).toEqual(['a', 'b']);
    expect(again.corrupt).toBe(0);
  });

  /** Reads and is done with everything, as the sender is, in batches; what it got. */
  async function drain(log: MessageLog, batch: number): Promise<string[]> {
    const got: string[] = [];
    for (;;) {
      const items = await log.peek(batch, 2 ** 30);
      if (items.length === 0) return got;
      got.push(...items.map(({ message: { id } }) => id ?? ''));
      log.advance(items.at(-1)!);
      await log.trim();
    }
  }

  /** Changes one bit of a file. */
  function flip(name: string, at: number): void {
    const data = readFileSync(join(directory, name));
    data[at] = (data[at] ?? 0) ^ 0x10;
    writeFileSync(join(directory, name), data);
  }

  const reported = (event: string): number =>
    written.filter((line) => line.includes(`"event":"${event}"`)).length;

  test('keeps what lies behind a changed bit of the newest file, counts what is lost, and gives no number twice', async () => {
    const log = await openLog();
    const ends: number[] = [];
    for (let index = 0; index < 8; index++) {
      await log.append(message(`m${index}`));
      ends.push(log.bytes);
    }
    const [name = ''] = logFiles();
    const [start = 0, end = 0] = ends.slice(2, 4); // of m3
    for (let at = start; at < end; at++) {
      const done = at % 4; // also when some are done, up to the one before it
      flip(name, at);
      const again = await openLog(2 ** 20, done);
      expect(again.depth).toBe(8 - done);
      expect(again.bytes).toBe(ends[7]);
      expect(await again.append(message('new'))).toBe(8);
      const left = ['m0', 'm1', 'm2', 'm4', 'm5', 'm6', 'm7', 'new'].slice(done);
      expect({ at, got: await drain(again, 1 + (at % 10)) }).toEqual({ at, got: left });
      expect([again.corrupt, again.depth, again.done]).toEqual([1, 0, 9]);
      for (const other of logFiles()) rmSync(join(directory, other));
      writeFileSync(join(directory, name), wholeFile(8));
    }
    expect(reported('repaired')).toBe(0);
    expect(reported('unreadable')).toBe(end - start);
  });

  /** What a log of messages `m0`, `m1`, … writes. */
  const wholeFile = (count: number): Buffer =>
    Buffer.concat(
      Array.from({ length: count }, (_, seq) => encode({ ...message(`m${seq}`), seq, tick: 5, time: 1000 })),
    );

  test('counts each of several messages that became unreadable, wherever they are, and goes on behind them', async () => {
    const size = wholeFile(1).length;
    for (const [bad, cut] of [
      [[0], 0],
      [[3, 4, 6], 0],
      [[0, 1, 2, 3, 4, 5, 6], 0],
      [[2, 7], 1], // nothing says that the last one was ever whole
      [[2, 6, 7], 2],
    ] as const) {
      const name = '0000000000000000.log';
      writeFileSync(join(directory, name), wholeFile(8));
      for (const seq of bad) flip(name, seq * size + 40);
      const log = await openLog();
      expect(await log.append(message('new'))).toBe(8 - cut);
      const kept = [0, 1, 2, 3, 4, 5, 6, 7].filter((seq) => !bad.some((other) => other === seq));
      expect(await drain(log, 3)).toEqual([...kept.map((seq) => `m${seq}`), 'new']);
      expect(log.corrupt).toBe(bad.length - cut);
      for (const other of logFiles()) rmSync(join(directory, other));
    }
  });

  test('gives up what became unreadable of a file that is not the newest, and nothing else', async () => {
    const log = await openLog();
    for (let index = 0; index < 300; index++) await log.append({ id: `m${index}`, body: Buffer.alloc(1000) });
    await log.close();
    expect(logFiles().length).toBeGreaterThan(2);
    const [first = '', second = ''] = logFiles();
    const file = openSync(join(directory, first), 'r+');
    writeSync(file, Buffer.from('xxxx'), 0, 4, 5500);
    closeSync(file);
    writeFileSync(join(directory, second), Buffer.alloc(statSync(join(directory, second)).size, 0x41));
    const [from, to] = [second, logFiles()[2] ?? ''].map((name) => Number(name.slice(0, 16))) as [
      number,
      number,
    ];
    const again = await openLog();
    const got = await drain(again, 7);
    const kept = Array.from({ length: 300 }, (_, seq) => seq).filter(
      (seq) => seq !== 5 && (seq < from || seq >= to),
    );
    expect(got).toEqual(kept.map((seq) => `m${seq}`));
    expect(again.corrupt).toBe(300 - kept.length);
    expect(again.depth).toBe(0);
  });

  test('does not take messages that arrive while it reads for missing ones', async () => {
    const log = await openLog();
    const got: string[] = [];
    let arrived = 0;
    const arriving = (async () => {
      for (; arrived < 200; arrived++) await log.append(message(`m${arrived}`));
    })();
    while (arrived < 200 || log.depth > 0) {
      got.push(...(await drain(log, 5)));
      await setImmediate();
    }
    await arriving;
    expect(got).toHaveLength(200);
    expect(log.corrupt).toBe(0);
  });

  test('removes files whose messages are done, and no others', async () => {
    const log = await openLog();
    for (let index = 0; index < 300; index++) await log.append({ id: `m${index}`, body: Buffer.alloc(1000) });
    const [first] = logFiles();
    for (let done = 0; done < 300;) {
      const items = await log.peek(7, 2 ** 30);
      log.advance(items.at(-1)!);
      done += items.length;
      await log.trim();
      const again = await openLog(2 ** 20, done);
      expect((await contents(again))[0]).toBe(done === 300 ? undefined : `m${done}`);
    }
    expect(existsSync(join(directory, first ?? ''))).toBe(false);
    expect(await log.append(message('next'))).toBe(300);
  });

  test('never gives a number twice, also when all its files are gone', async () => {
    const log = await openLog(2 ** 20, 42);
    expect(await log.append(message('a'))).toBe(42);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps what it acknowledged when the power goes (seed %s)',
    async (seed) => {
      const random = randomFrom(seed);
      const acknowledged: string[] = [];
      for (let cut = 0; cut < 8; cut++) {
        const disk = new VolatileDisk();
        const log = await openLog(2 ** 22, 0, { open: disk.open });
        const kept = await contents(log);
        expect(acknowledged.filter((id) => !kept.includes(id))).toEqual([]);
        disk.failAfter = Math.floor(random() * 120);
        for (let index = 0; index < 40; index++) {
          const waves = Array.from({ length: 1 + Math.floor(random() * 4) }, async (_, writer) => {
            const id = `${cut}-${index}-${writer}`;
            const body = Buffer.alloc(Math.floor(random() * 3000));
            await log.append({ id, body }).then(
              () => acknowledged.push(id),
              () => undefined,
            );
          });
          await Promise.all(waves);
        }
        disk.loseWhatWasNotSynced(random);
      }
      expect(acknowledged.length).toBeGreaterThan(20);
    },
  );
});

/** A disk that forgets: of what was not synced some is kept, some is lost, some is garbage. */
class VolatileDisk {
  private readonly files = new Map<string, { synced: number; written: number }>();
  failAfter = Infinity;
  private operations = 0;

  readonly open = (async (path: string, flags: string): Promise<FileHandle> => {
    const handle = await open(path, flags);
    const file = { synced: 0, written: 0 };
    this.files.set(path, file);
    const write = handle.write.bind(handle) as (...all: unknown[]) => Promise<{ bytesWritten: number }>;
    const sync = handle.datasync.bind(handle);
    return Object.assign(handle, {
      write: async (data: Buffer, offset: number, length: number, position: number) => {
        this.fail();
        const result = await write(data, offset, Math.max(1, Math.floor(length / 2)), position);
        file.written = Math.max(file.written, position + result.bytesWritten);
        return result;
      },
      datasync: async () => {
        this.fail();
        await sync();
        file.synced = file.written;
      },
      truncate: () => Promise.reject(new Error('the power is gone')),
    });
  }) as typeof open;

  loseWhatWasNotSynced(random: () => number): void {
    for (const [path, { synced, written }] of this.files) {
      if (!existsSync(path) || written === synced) continue;
      const kept = synced + Math.floor(random() * (written - synced));
      truncateSync(path, kept);
      if (random() < 0.5) appendFileSync(path, Buffer.alloc(written - kept, random() < 0.5 ? 0 : 0xaa));
    }
  }

  private fail(): void {
    if (this.operations++ >= this.failAfter) throw new Error('the power is gone');
  }
}

describe('the cursor', () => {
  const progress = { next: 7, tick: 1, time: 2, expired: 3, corrupt: 4 };

  test('is what was saved last, with the name that the queue got first', async () => {
    const cursor = await Cursor.open(directory);
    await cursor.save({ ...progress, next: 6 });
    await cursor.save(progress);
    const again = await Cursor.open(directory);
    expect(again.progress).toMatchObject(progress);
    expect(again.queue).toBe(cursor.queue);
    expect(statSync(join(directory, 'cursor')).size).toBe(1024);
    await cursor.close();
    await again.close();
  });

  test('is the one before when the power went while it was written, never a later one', async () => {
    const cursor = await Cursor.open(directory);
    await cursor.save({ ...progress, next: 6 });
    const before = readFileSync(join(directory, 'cursor'));
    await cursor.save(progress);
    const after = readFileSync(join(directory, 'cursor'));
    await cursor.close();
    for (let torn = 0; torn < after.length; torn += 13) {
      writeFileSync(
        join(directory, 'cursor'),
        Buffer.concat([after.subarray(0, torn), before.subarray(torn)]),
      );
      const again = await Cursor.open(directory);
      expect([6, 7]).toContain(again.progress.next);
      await again.close();
    }
  });

  test('begins anew under another name when both of its slots are gone, so that no number means two messages', async () => {
    const cursor = await Cursor.open(directory);
    await cursor.save(progress);
    await cursor.close();
    writeFileSync(join(directory, 'cursor'), Buffer.alloc(1024));
    const again = await Cursor.open(directory);
    expect(again.progress.next).toBe(0);
    expect(again.queue).not.toBe(cursor.queue);
    await again.close();
  });
});

describe('the clock', () => {
  const noon = Date.UTC(2026, 10, 21, 12);

  test('goes on with the time in which the program did not run', () => {
    expect(QueueClock.after({ tick: 1000, time: noon }, noon + 5000, () => 0).tick()).toBe(6000);
  });

  test('stands still where the clock on the wall went back, or never was right', () => {
    expect(QueueClock.after({ tick: 1000, time: noon }, noon - 86_400_000, () => 0).tick()).toBe(1000);
    expect(QueueClock.after({ tick: 1000, time: 60_000 }, noon, () => 0).tick()).toBe(1000);
    expect(QueueClock.after(undefined, noon, () => 0).tick()).toBe(0);
  });

  test('does not see the clock on the wall while the program runs', () => {
    let monotonic = 100;
    const clock = new QueueClock(50, () => monotonic);
    monotonic = 1100;
    expect(clock.tick()).toBe(1050);
  });
});

describe('the bandwidth', () => {
  test('is kept over many pieces, and not used up by a pause before', async () => {
    let now = 0;
    const bandwidth = new Bandwidth(
      1000,
      () => now,
      (milliseconds) => Promise.resolve((now += milliseconds)),
    );
    for (let piece = 0; piece < 11; piece++) await bandwidth.take(500);
    expect(now).toBe(5000);
    now += 60_000;
    await bandwidth.take(500);
    await bandwidth.take(500);
    expect(now).toBe(65_500);
  });

  test('has no limit when none is given', async () => {
    const bandwidth = new Bandwidth(0, undefined, () => Promise.reject(new Error('waited')));
    await bandwidth.take(2 ** 40);
    expect(bandwidth.pieceBytes).toBe(Infinity);
  });
});
