import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { QueueConfig } from '../../../programs/offline-queue/config';
import { killedAgainAndAgain } from '../../support/offline-queue-crashes';
import { QueueProcess, Upstream } from '../../support/offline-queue';

const upstream = { now: new Upstream() };
const queues: QueueProcess[] = [];

beforeEach(async () => {
  upstream.now = new Upstream();
  await upstream.now.start();
});

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.remove()));
  await upstream.now.stop();
});

async function started(
  over?: (config: QueueConfig) => QueueConfig,
  environment?: NodeJS.ProcessEnv,
): Promise<QueueProcess> {
  const queue = new QueueProcess(over);
  queues.push(queue);
  await queue.start(upstream.now, environment);
  return queue;
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `m${String(index).padStart(4, '0')}`);

async function posted(queue: QueueProcess, ids: readonly string[]): Promise<void> {
  for (const id of ids) expect([id, await queue.post(id)]).toEqual([id, true]);
}

describe('the offline queue', () => {
  test('hands messages on as CloudEvents, in order, with what they were', async () => {
    const queue = await started(
      (config) => ({
        ...config,
        upstream: {
          ...config.upstream,
          headers: { 'X-Site': 'north', Authorization: { env: 'TOKEN', prefix: 'Bearer ' } },
        },
      }),
      { TOKEN: 'abc\n' },
    );
    const { body, status } = await queue.ask('POST', '/messages', '{"celsius": 21.50}', {
      'content-type': 'application/json',
      'message-type': 'org.example.reading',
    });
    await queue.post('second', 'plain');
    await queue.ask('POST', '/messages', Buffer.from([0xff, 0]));
    await queue.drained();
    expect(status).toBe(202);
    const [first, second, third] = upstream.now.taken;
    expect(first).toMatchObject({
      specversion: '1.0',
      id: (JSON.parse(body) as { id: string }).id,
      source: '/namespaces/test/edgeapps/reader',
      type: 'org.example.reading',
      sequence: '0000000000000000',
      age: 0,
      datacontenttype: 'application/json',
      data: { celsius: 21.5 },
    });
    expect(second).toMatchObject({ id: 'second', sequence: '0000000000000001', data: 'plain' });
    expect(third).toMatchObject({ sequence: '0000000000000002', data_base64: '/wA=' });
    expect(upstream.now.requests[0]?.headers).toMatchObject({
      'x-site': 'north',
      authorization: 'Bearer abc',
    });
  });

  test('keeps everything while upstream is down, fails in many ways, and comes back', async () => {
    const queue = await started();
    await upstream.now.stop();
    const ids = numbered(150);
    await posted(queue, ids.slice(0, 50));
    await queue.until(async () => (await queue.status()).online === false);
    expect(await queue.status()).toMatchObject({
      depth: 50,
      problem: expect.stringContaining('ECONNREFUSED'),
    });

    const failures = [503, 'reset', 500, 'take-and-reset', 429, 401, 404, 302] as const;
    upstream.now.behaviour = ({ number }) => failures[number - 1] ?? 204;
    await upstream.now.start();
    await posted(queue, ids.slice(50));
    await queue.drained();
    expect(upstream.now.ids).toEqual(ids);
    expect(upstream.now.taken.length).toBeGreaterThan(ids.length); // one batch was taken, and never answered
    expect(await queue.status()).toMatchObject({ online: true, problem: null, delivered: 150, expired: 0 });
  });

  test('gives up on an upstream that hangs, and tries again', async () => {
    const queue = await started((config) => ({ ...config, upstream: { ...config.upstream, timeout: 300 } }));
    upstream.now.behaviour = ({ number }) => (number === 1 ? 'hang' : 204);
    await posted(queue, ['a']);
    await queue.drained();
    expect(upstream.now.requests.length).toBeGreaterThan(1);
    expect(queue.output.join('')).toContain('nothing moved for 300 ms');
  });

  test('sends in batches of limited messages and bytes', async () => {
    const queue = await started((config) => ({ ...config, batch: { messages: 20, bytes: 8192 } }));
    upstream.now.behaviour = () => 503;
    await posted(queue, numbered(100));
    for (let index = 0; index < 10; index++) await queue.post(`large${index}`, 'x'.repeat(3000));
    await queue.post('larger', 'x'.repeat(20_000));
    upstream.now.requests.length = 0;
    upstream.now.behaviour = () => 204;
    await queue.drained();
    const { requests } = upstream.now;
    expect(Math.max(...requests.map(({ events }) => events))).toBeLessThanOrEqual(20);
    expect(requests.every(({ bytes, events }) => bytes <= 8192 || events === 1)).toBe(true);
    expect(requests.length).toBeLessThan(20);
    expect(upstream.now.ids).toHaveLength(111);
  });

  test('sends one by one when asked, each as it was', async () => {
    const queue = await started((config) => ({
      ...config,
      upstream: { ...config.upstream, format: 'single' },
    }));
    await posted(queue, ['a b', 'c']);
    await queue.drained();
    expect(upstream.now.requests.map(({ headers }) => [headers['ce-id'], headers['content-type']])).toEqual([
      ['a%20b', 'text/plain'],
      ['c', 'text/plain'],
    ]);
    expect(upstream.now.taken.map(({ data }) => data)).toEqual(['a b', 'c']);
  });

  test('waits for the next round', async () => {
    const queue = await started((config) => ({ ...config, syncInterval: 1000 }));
    await posted(queue, numbered(30));
    await queue.drained();
    expect(upstream.now.ids).toHaveLength(30);
    expect(upstream.now.requests.length).toBeLessThan(6); // not one for each message
  });

  test('keeps within the bandwidth', async () => {
    const rate = 40_000;
    const queue = await started((config) => ({
      ...config,
      bandwidth: rate,
      batch: { messages: 5, bytes: 65_536 },
    }));
    for (const id of numbered(10)) await queue.post(id, 'x'.repeat(4000));
    await queue.drained();
    const { requests } = upstream.now;
    const sent = requests.slice(1).reduce((sum, { bytes }) => sum + bytes, 0);
    const seconds = ((requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0)) / 1000;
    expect(sent).toBeGreaterThan(20_000);
    expect(sent / seconds).toBeLessThan(rate * 1.5); // half a second may be ahead
  });

  test('turns messages away when it is full, loses none, and takes some again later', async () => {
    const queue = await started((config) => ({ ...config, limits: { ...config.limits, bytes: 512 * 1024 } }));
    await upstream.now.stop();
    const taken: string[] = [];
    let answer = { status: 202, body: '' };
    for (let index = 0; index < 100 && answer.status === 202; index++) {
      answer = await queue.ask('POST', '/messages', 'x'.repeat(10_000), { 'message-id': `m${index}` });
      if (answer.status === 202) taken.push(`m${index}`);
    }
    expect(answer.status).toBe(507);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: 'the queue is full',
      status: { depth: taken.length, limitBytes: 524_288, turnedAway: 1 },
    });
    expect(taken.length).toBeGreaterThan(40);
    await upstream.now.start();
    await queue.drained();
    expect(await queue.post('later')).toBe(true);
    await queue.drained();
    expect(upstream.now.ids).toEqual([...taken, 'later']);
    expect((await queue.status()).bytes).toBeLessThan(100_000); // the files are gone
  });

  test('drops what outlived its time, and counts it', async () => {
    const queue = await started((config) => ({ ...config, limits: { ...config.limits, maxAge: 1500 } }));
    upstream.now.behaviour = () => 503;
    await posted(queue, numbered(30));
    await queue.drained();
    expect(await queue.status()).toMatchObject({ expired: 30, delivered: 0, depth: 0 });
    upstream.now.behaviour = () => 204;
    await posted(queue, ['young']);
    await queue.until(() => upstream.now.ids.includes('young'));
    await queue.stop();
    await queue.start(upstream.now);
    expect(await queue.status()).toMatchObject({ expired: 30 });
  });

  test('sets aside the one message that upstream refuses for good', async () => {
    const queue = await started();
    upstream.now.behaviour = ({ events, number }) => {
      if (number === 1) return 503;
      return events.some(({ id }) => id === 'm0013') ? 422 : 204;
    };
    const ids = numbered(40);
    await posted(queue, ids);
    await queue.drained();
    expect(upstream.now.ids).toEqual(ids.filter((id) => id !== 'm0013'));
    expect(await queue.status()).toMatchObject({ refusedMessages: 1, delivered: 39 });
    const folder = join(queue.directory, 'data/refused');
    const files = readdirSync(folder);
    expect(files).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(folder, files[0] ?? ''), 'utf8'))).toMatchObject({
      id: 'm0013',
      data: 'm0013',
    });
  });

  test('stops setting aside when upstream refuses everything', async () => {
    const queue = await started((config) => ({ ...config, limits: { ...config.limits, bytes: 256 * 1024 } }));
    upstream.now.behaviour = () => 400;
    for (const id of numbered(10)) await queue.post(id, 'x'.repeat(4000));
    await queue.until(async () => (await queue.status()).online === false);
    expect(await queue.status()).toMatchObject({ refusedMessages: 3, depth: 7, delivered: 0 });
    upstream.now.behaviour = () => 204;
    await queue.drained();
    expect(upstream.now.ids).toEqual(numbered(10).slice(3));
  });

  test('refuses what is no message, and says why', async () => {
    const queue = await started();
    const refused = await Promise.all([
      queue.ask('POST', '/messages', 'x'.repeat(300_000)),
      queue.ask('POST', '/messages', 'x', { 'message-id': 'ä' }),
      queue.ask('GET', '/other'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([413, 400, 404]);
    expect((await queue.status()).depth).toBe(0);
  });

  test('ends when asked to, and goes on where it was', async () => {
    const queue = await started();
    await upstream.now.stop();
    await posted(queue, numbered(10));
    expect(await queue.stop()).toBe(0);
    await upstream.now.start();
    await queue.start(upstream.now);
    await queue.drained();
    expect(upstream.now.taken.map(({ id }) => id)).toEqual(numbered(10));
    expect(await queue.stop()).toBe(0);
    await queue.start(upstream.now);
    await posted(queue, ['next']);
    await queue.drained();
    expect(upstream.now.taken.at(-1)).toMatchObject({ id: 'next', sequence: '0000000000000010' });
    expect(upstream.now.taken).toHaveLength(11);
  });

  test('a second process waits until the first one has gone', async () => {
    const first = await started();
    const second = new QueueProcess((config) => ({ ...config, directory: first.config?.directory ?? '' }));
    queues.push(second);
    const waiting = second.start(upstream.now);
    await second.until(() => second.output.join('').includes('another process has the directory'));
    await posted(first, ['a']);
    await first.kill();
    await waiting;
    await posted(second, ['b']);
    await second.drained();
    expect(upstream.now.ids).toEqual(['a', 'b']);
  });

  test('answers probes and Prometheus', async () => {
    const queue = await started();
    await posted(queue, ['a']);
    await queue.drained();
    const ask = (path: string) => queue.ask('GET', path, undefined, {}, queue.config?.monitorPort);
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/messages')).status).toBe(404);
    const { body } = await ask('/metrics');
    expect(body).toContain(
      '# TYPE offline_queue_delivered_messages_total counter\noffline_queue_delivered_messages_total 1\n',
    );
    expect(body).toContain('offline_queue_messages 0\n');
  });
});

describe('the cache', () => {
  const withCache =
    (over: Partial<NonNullable<QueueConfig['cache']>> = {}) =>
    (config: QueueConfig) => ({
      ...config,
      cache: {
        url: `http://127.0.0.1:${upstream.now.port}`,
        bytes: 65_536,
        lifetime: 60_000,
        freshFor: 0,
        ...over,
      },
    });

  test('asks upstream while it answers, and gives a copy while it does not, also after a restart', async () => {
    const queue = await started(withCache());
    const read = (path: string) => queue.ask('GET', `/cache${path}`);
    upstream.now.pages.set('/rules?v=1', 'one');
    expect(await read('/rules?v=1')).toMatchObject({
      status: 200,
      body: 'one',
      headers: { 'x-cache': 'upstream' },
    });
    upstream.now.pages.set('/rules?v=1', 'two');
    expect(await read('/rules?v=1')).toMatchObject({ body: 'two', headers: { age: '0' } });
    expect((await read('/none')).status).toBe(404);
    await upstream.now.stop();
    await queue.kill();
    await queue.start(upstream.now);
    expect(await read('/rules?v=1')).toMatchObject({
      status: 200,
      body: 'two',
      headers: { 'x-cache': 'stale', 'content-type': 'text/plain', age: expect.stringMatching(/^\d+$/) },
    });
    expect((await read('/none')).status).toBe(504);
  });

  test('saves the line for copies that are fresh, and gives none that is too old', async () => {
    const fresh = await started(withCache({ freshFor: 60_000 }));
    upstream.now.pages.set('/a', 'a');
    for (let index = 0; index < 3; index++) await fresh.ask('GET', '/cache/a');
    expect(upstream.now.asked).toEqual(['/a']);
    const short = await started(withCache({ lifetime: 1 }));
    await short.ask('GET', '/cache/a');
    await upstream.now.stop();
    expect((await short.ask('GET', '/cache/a')).status).toBe(504);
  });

  test('stays within its size, and forgets what was used longest ago', async () => {
    const queue = await started(withCache());
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      upstream.now.pages.set(`/${name}`, name.repeat(14_000));
      await queue.ask('GET', `/cache/${name}`);
      await queue.ask('GET', '/cache/a');
    }
    expect((await queue.status()).cacheBytes).toBeLessThanOrEqual(65_536);
    await upstream.now.stop();
    const kept = await Promise.all(['a', 'b', 'f'].map((name) => queue.ask('GET', `/cache/${name}`)));
    expect(kept.map(({ status }) => status)).toEqual([200, 504, 200]);
  });
});

describe('a killed process', () => {
  test('loses no message that it acknowledged, at whatever moment it is killed', async () => {
    const queue = new QueueProcess();
    queues.push(queue);
    const { acknowledged } = await killedAgainAndAgain(queue, upstream.now, { seed: 1, kills: 5 });
    await queue.start(upstream.now);
    await queue.drained();
    const taken = new Set(upstream.now.ids);
    expect(acknowledged.filter((id) => !taken.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20);
  });
});
