import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makeFolder } from '../make-folder';
import { isFolder } from '../path-stat';
import { isAlive } from '../is-alive';

/** What is kept between previews of one repository: folders that are whole, under names that say what made them. */
export class PreviewCache {
  private constructor(
    private readonly folder: string,

    /** Removed at the end. */
    private readonly temporary: boolean,
  ) {}

  /**
   * The cache of a repository. Not in its `node_modules`: a checkout there would find the packages of the working tree, and files there are taken for a
   * library's. Where the folder of the user cannot be written, one that lasts for this run.
   *
   * @param root Absolute path of the repository.
   * @param folder Where the caches of all repositories lie. @default - `k3stack/preview` in `XDG_CACHE_HOME`, or in `~/.cache`
   */
  static open(root: string, folder: string = userFolder()): PreviewCache {
    const own = join(folder, digest([root]).slice(0, 16));
    try {
      makeFolder(own);
      const cache = new PreviewCache(own, false);
      cache.clear();
      return cache;
    } catch {
      return new PreviewCache(mkdtempSync(join(tmpdir(), 'k3stack-preview-')), true);
    }
  }

  /** Absolute path of what is kept under a name; `undefined` when nothing is. */
  find(kind: string, key: string): string | undefined {
    const path = join(this.folder, kind, key);
    if (!isFolder(path)) return undefined;
    touch(path);
    return path;
  }

  /** Works in a new empty folder; what is left of it afterwards is removed. */
  async inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const path = this.scratchPath();
    makeFolder(path);
    try {
      return await work(path);
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }

  /** Keeps a folder under a name, and of those of its kind the latest only. Another run may have been faster: its folder is as good. */
  keep(folder: string, kind: string, key: string, count: number): string {
    const path = join(this.folder, kind, key);
    makeFolder(join(this.folder, kind));
    try {
      renameSync(folder, path);
    } catch (error) {
      if (!isFolder(path)) throw error;
    }
    touch(path);
    this.prune(kind, count);
    return path;
  }

  /** Forgets what is damaged. */
  forget(kind: string, key: string): void {
    this.drop(join(this.folder, kind, key));
  }

  /** Ends the use of a cache that lasts for one run. */
  close(): void {
    if (this.temporary) rmSync(this.folder, { recursive: true, force: true });
  }

  private prune(kind: string, count: number): void {
    const entries = readdirSync(join(this.folder, kind)).map((name) => join(this.folder, kind, name));
    const used = entries
      .map((path) => ({ path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .sort((a, b) => b.time - a.time);
    for (const { path, time } of used.slice(count)) {
      // Another run may be at it.
      if (Date.now() - time > IN_USE) this.drop(path);
    }
  }

  /** Takes away what killed runs of this machine left. */
  private clear(): void {
    for (const name of readdirSync(this.folder)) {
      const [, host, pid] = SCRATCH.exec(name) ?? [];
      if (host === HOST && !isAlive(Number(pid)))
        rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** Gone at once as far as others see, however much is in it. */
  private drop(path: string): void {
    const aside = this.scratchPath();
    try {
      renameSync(path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    rmSync(aside, { recursive: true, force: true });
  }

  private scratchPath(): string {
    return join(this.folder, `scratch.${HOST}.${process.pid}.${randomBytes(4).toString('hex')}`);
  }
}

/** A name for what is made of these values. */
export function digest(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

function userFolder(): string {
  const given = process.env['XDG_CACHE_HOME'] ?? '';
  // The XDG base directory specification has relative paths ignored.
  return join(isAbsolute(given) ? given : join(homedir(), '.cache'), 'k3stack', 'preview');
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Another run has removed it; whoever reads it finds out.
  }
}

/** Process ids mean something on their own machine only. */
const HOST = hostname().replace(/[^A-Za-z0-9-]/g, '-');
const SCRATCH = /^scratch\.([A-Za-z0-9-]*)\.(\d+)\./;

/** Milliseconds. */
const IN_USE = 60 * 60_000;
