import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { QueueProcess, Upstream } from '../support/offline-queue';
import { killedAgainAndAgain } from '../support/offline-queue-crashes';

const isRoot = process.getuid?.() === 0;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function upstreamServer(): Promise<Upstream> {
  const upstream = new Upstream();
  await upstream.start();
  cleanups.push(() => upstream.stop());
  return upstream;
}

function queueProcess(...made: ConstructorParameters<typeof QueueProcess>): QueueProcess {
  const queue = new QueueProcess(...made);
  cleanups.push(() => queue.remove());
  return queue;
}

describe('the offline queue', () => {
  test.each([11, 12, 13])('loses nothing and keeps the order over twenty kills (seed %s)', async (seed) => {
    const upstream = await upstreamServer();
    const queue = queueProcess((config) => ({
      ...config,
      limits: { ...config.limits, bytes: 64 * 1024 * 1024 },
    }));
    const { acknowledged, offered } = await killedAgainAndAgain(queue, upstream, { seed, kills: 20 });
    await queue.start(upstream);
    await queue.drained();
    const taken = new Set(upstream.ids);
    expect(acknowledged.filter((id) => !taken.has(id))).toEqual([]);
    expect(upstream.ids.filter((id) => !offered.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20); // how many depends on the machine
    const first = new Map(upstream.taken.map(({ id, sequence }) => [id, sequence] as const).reverse());
    const sequences = upstream.ids.map((id) => first.get(id) ?? '');
    expect(sequences).toEqual([...sequences].sort());
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(await queue.status()).toMatchObject({ expired: 0, corrupt: 0, refusedMessages: 0 });
    process.stdout.write(
      `seed ${seed}: ${acknowledged.length} acknowledged of ${offered.size}, ${upstream.taken.length - taken.size} sent twice\n`,
    );
  });

  (isRoot ? test : test.skip)('survives a disk that others filled up (needs root)', async () => {
    const upstream = await upstreamServer();
    const queue = queueProcess((config) => ({
      ...config,
      limits: { ...config.limits, bytes: 64 * 1024 * 1024 },
    }));
    const data = join(queue.directory, 'data');
    mkdirSync(data);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', data]);
    cleanups.push(async () => {
      await queue.kill();
      execFileSync('umount', [data]);
    });
    await queue.start(upstream);
    await upstream.stop();
    const acknowledged: string[] = [];
    const fill = async (round: number): Promise<number> => {
      let refused = 0;
      for (let number = 0; refused < 20; number++) {
        const id = `${round}-${number}`;
        if (await queue.post(id, 'x'.repeat(1 + ((number * 977) % 30_000)))) acknowledged.push(id);
        else refused++;
      }
      return refused;
    };
    await fill(0);
    const { body, status } = await queue.ask('POST', '/messages', 'x'.repeat(200_000));
    expect([status, body]).toEqual([507, expect.stringContaining('the message could not be put on disk')]);
    await queue.kill();
    await queue.start(upstream);
    await fill(1);
    await upstream.start();
    await queue.drained();
    expect(await queue.post('later')).toBe(true);
    await queue.drained();
    expect(upstream.ids.filter((id) => !id.startsWith('later'))).toEqual(acknowledged);
    expect(upstream.ids).toContain('later');
    expect(acknowledged.length).toBeGreaterThan(20);
  });

  test('fits its memory, at rest and with much to do', async () => {
    const upstream = await upstreamServer();
    const queue = queueProcess((config) => ({
      ...config,
      limits: { ...config.limits, bytes: 128 * 1024 * 1024 },
      batch: { messages: 100, bytes: 256 * 1024 },
    }));
    await queue.start(upstream);
    const atRest = memoryOf(queue, 'VmRSS');
    await upstream.stop();
    const begin = performance.now();
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let number = 0; number < 200; number++)
        await queue.post(`${writer}-${number}`, 'x'.repeat(10_000));
    });
    await Promise.all(writers);
    const taking = performance.now() - begin;
    await upstream.start();
    const sending = performance.now();
    await queue.drained();
    const sent = performance.now() - sending;
    const most = memoryOf(queue, 'VmHWM');
    process.stdout.write(
      `memory: ${atRest} MB at rest, ${most} MB at most; 3200 messages of 10 kB taken in ${Math.round(taking)} ms, sent in ${Math.round(sent)} ms\n`,
    );
    expect(upstream.ids).toHaveLength(3200);
    expect(queue.output.join('')).not.toContain('Warning');
    expect(atRest).toBeLessThan(64);
    expect(most).toBeLessThan(128);
  });
});

/** Megabytes. */
function memoryOf(queue: QueueProcess, key: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${queue.process?.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
}
