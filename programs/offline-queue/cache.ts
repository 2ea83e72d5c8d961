import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Bandwidth } from './bandwidth';
import type { QueueClock } from './clock';
import type { QueueConfig } from './config';
import { ask, type Answer } from './http-client';
import { report, reasonOf } from './report';

/** What the app gets, and where it comes from. */
export interface CacheAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;

  /** Straight from upstream, a copy that is young enough, or a copy because upstream did not answer. */
  readonly source: 'upstream' | 'fresh' | 'stale' | 'none';
}

/** What the cache works with. */
export interface CacheParts {
  readonly directory: string;
  readonly config: NonNullable<QueueConfig['cache']>;

  /** Milliseconds in which upstream has to answer. */
  readonly timeout: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: QueueClock;
  readonly bandwidth: Bandwidth;
}

interface Copy {
  readonly path: string;
  readonly tick: number;
  readonly checksum: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Copies of what the app reads from upstream, for the time in which it does not answer. */
export class Cache {
  /** File to its bytes, the one used longest ago first. */
  private readonly files = new Map<string, number>();
  private failedAt = -Infinity;
  private readonly underWay = new Map<string, Promise<CacheAnswer>>();

  private constructor(private readonly parts: CacheParts) {}

  static async open(parts: CacheParts): Promise<Cache> {
    const { directory } = parts;
    await mkdir(directory, { recursive: true });
    const found = await Promise.all(
      (await readdir(directory)).map(async (name) => ({ name, ...(await stat(join(directory, name))) })),
    );
    const cache = new Cache(parts);
    for (const { name, size } of found.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (name.endsWith('.new')) await unlink(join(directory, name));
      else cache.files.set(name, size);
    }
    return cache;
  }

  get bytes(): number {
    return [...this.files.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Several that ask for the same share one request. */
  read(path: string): Promise<CacheAnswer> {
    const under = this.underWay.get(path);
    if (under !== undefined) return under;
    const reading = this.readOnce(path).finally(() => this.underWay.delete(path));
    this.underWay.set(path, reading);
    return reading;
  }

  private async readOnce(path: string): Promise<CacheAnswer> {
    const copy = await this.copyOf(path);
    const { freshFor, lifetime } = this.parts.config;
    const now = this.parts.clock.tick();
    const age = copy === undefined ? Infinity : Math.max(0, now - copy.tick);
    if (copy !== undefined && age < freshFor) return this.answer(copy, 'fresh');
    const isUsable = copy !== undefined && age < lifetime;
    if (isUsable && now - this.failedAt < PAUSE) return this.answer(copy, 'stale');
    try {
      const answer = await this.fetch(path, copy);
      if (answer.status < 500 && answer.status !== 429) return await this.took(path, answer, copy);
      throw new Error(`upstream answered ${answer.status}`);
    } catch (error) {
      this.failedAt = this.parts.clock.tick();
      if (isUsable) return this.answer(copy, 'stale');
      const body = Buffer.from(JSON.stringify({ error: 'no copy', reason: reasonOf(error) }));
      return { status: 504, headers: { 'content-type': 'application/json' }, body, source: 'none' };
    }
  }

  private fetch(path: string, copy: Copy | undefined): Promise<Answer> {
    const { config, timeout, bandwidth } = this.parts;
    const conditions = {
      ...(copy?.headers['etag'] && { 'if-none-match': copy.headers['etag'] }),
      ...(copy?.headers['last-modified'] && { 'if-modified-since': copy.headers['last-modified'] }),
    };
    const wanted = { method: 'GET', timeout, longestAnswer: config.bytes / 4 } as const;
    const headers = { ...this.parts.headers, ...conditions };
    const signal = AbortSignal.timeout(LONGEST_FETCH);
    return ask(config.url + path, { ...wanted, headers, signal }, bandwidth);
  }

  private async took(path: string, answer: Answer, copy: Copy | undefined): Promise<CacheAnswer> {
    this.failedAt = -Infinity;
    const tick = this.parts.clock.tick();
    if (answer.status === 304 && copy !== undefined) {
      await this.keep({ ...copy, tick });
      return this.answer({ ...copy, tick }, 'upstream');
    }
    const { status, body, isWhole } = answer;
    const headers = keptHeaders(answer.headers);
    if (!isWhole)
      return {
        status: 502,
        headers: {},
        body: Buffer.from('longer than a quarter of the cache\n'),
        source: 'none',
      };
    const made = { path, tick, headers, body, checksum: crc32(body) };
    if (status === 200 && !/no-store/.test(answer.headers['cache-control'] ?? '')) await this.keep(made);
    else if (status === 404 || status === 410) await this.forget(fileOf(path));
    return { ...this.answer(made, 'upstream'), status };
  }

  private answer({ tick, headers, body }: Copy, source: CacheAnswer['source']): CacheAnswer {
    const age = Math.max(0, Math.round((this.parts.clock.tick() - tick) / 1000));
    return { status: 200, headers: { ...headers, age: String(age) }, body, source };
  }

  /** A copy that is not what was written counts as none. */
  private async copyOf(path: string): Promise<Copy | undefined> {
    const name = fileOf(path);
    const bytes = this.files.get(name);
    if (bytes === undefined) return undefined;
    try {
      const data = await readFile(join(this.parts.directory, name));
      const end = data.indexOf('\n');
      const body = data.subarray(end + 1);
      const meta = JSON.parse(data.toString('utf8', 0, end)) as Omit<Copy, 'body'>;
      if (meta.path !== path || meta.checksum !== crc32(body)) throw new Error('checksum');
      this.files.delete(name);
      this.files.set(name, bytes);
      await utimes(join(this.parts.directory, name), new Date(), new Date());
      return { ...meta, body };
    } catch {
      await this.forget(name);
      return undefined;
    }
  }

  /** A copy that cannot be written is none; the app has its answer. */
  private async keep({ body, ...meta }: Copy): Promise<void> {
    const name = fileOf(meta.path);
    const file = join(this.parts.directory, name);
    const data = Buffer.concat([Buffer.from(`${JSON.stringify(meta)}\n`), body]);
    try {
      await this.makeRoom(data.length, name);
      const handle = await open(`${file}.new`, 'w');
      await handle.writeFile(data).finally(() => handle.close());
      await rename(`${file}.new`, file);
      this.files.set(name, data.length);
    } catch (error) {
      report('cache-write-failed', { reason: reasonOf(error) });
      await unlink(`${file}.new`).catch(() => undefined);
    }
  }

  private async makeRoom(bytes: number, name: string): Promise<void> {
    for (const other of [...this.files.keys()]) {
      if (this.bytes + bytes <= this.parts.config.bytes) return;
      if (other !== name) await this.forget(other);
    }
  }

  private async forget(name: string): Promise<void> {
    this.files.delete(name);
    await unlink(join(this.parts.directory, name)).catch(() => undefined);
  }
}

function keptHeaders(headers: Answer['headers']): Record<string, string> {
  const names = ['content-type', 'content-encoding', 'content-language', 'etag', 'last-modified'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function fileOf(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}

/** After a failure copies answer at once for so long, instead of each reader waiting for the line. */
const PAUSE = 10_000;

const LONGEST_FETCH = 10 * 60_000;
