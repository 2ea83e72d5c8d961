import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { types } from 'node:util';
import { basename, dirname, join, parse, sep } from 'node:path';
import { K3stackError } from '../lib/errors';
import { distPaths, SYNTHESIS_FILE, type DistFile } from '../lib/synthesis/dist-files';
import type { Synthesis } from '../lib/synthesis/synthesis';
import { isAlive } from './is-alive';
import { makeFolder } from './make-folder';
import { statIfThere } from './path-stat';
import { ownSynthesis } from './synthesis-file';

/** The folder that `synth` writes to, one folder in it for each environment. */
export class Dist {
  /** What each environment's folder holds; large files, so read once. */
  private readonly syntheses = new Map<string, Synthesis | undefined>();

  /** @param folder Absolute path. */
  constructor(readonly folder: string) {}

  /**
   * Makes sure that the folder is one to write to, and takes away what an interrupted run left.
   *
   * @throws K3stackError `UNSAFE_OUTPUT` for a folder that holds other things.
   */
  open(): void {
    if (this.folder === parse(this.folder).root) {
      throw unsafe(this.folder, 'is the root of the file system');
    }
    const stat = statIfThere(this.folder);
    if (stat === undefined) return;
    if (!stat.isDirectory()) throw unsafe(this.folder, 'is not a folder');
    this.recover();
    const entries = readdirSync(this.folder).filter((name) => !HARMLESS.has(name) && !SCRATCH.test(name));
    if (entries.length > 0 && !entries.some((name) => this.isOurs(name))) {
      throw unsafe(this.folder, `holds ${entries.slice(0, 3).join(', ')}, which k3stack did not write`);
    }
  }

  /**
   * Replaces the output of one environment at once: until all files are there the earlier ones stay, and none of them is left after.
   *
   * @throws K3stackError `UNSAFE_OUTPUT` when there is something that k3stack did not write, `CANNOT_WRITE` when the system refuses.
   */
  write(environment: string, files: readonly DistFile[]): void {
    const target = join(this.folder, environment);
    this.refuseForeign(environment);
    const fresh = this.scratch(environment, 'new');
    try {
      for (const { path, content } of files) {
        const file = join(fresh, ...path.split('/'));
        makeFolder(dirname(file));
        writeFileSync(file, content, { mode: 0o644 });
      }
      this.swap(environment, fresh, target);
      this.syntheses.delete(environment);
    } catch (error) {
      throw cannotWrite(target, error);
    } finally {
      if (existsSync(fresh)) rmSync(fresh, { recursive: true, force: true });
    }
  }

  /** Removes the output of environments that are not among those named; returns their names. */
  prune(declared: readonly string[]): string[] {
    if (!existsSync(this.folder)) return [];
    const gone = readdirSync(this.folder).filter(
      (name) =>
        !SCRATCH.test(name) &&
        !declared.includes(name) &&
        this.isOurs(name) &&
        this.foreignIn(name) === undefined,
    );
    for (const name of gone) {
      const old = this.scratch(name, 'old');
      renameSync(join(this.folder, name), old);
      rmSync(old, { recursive: true, force: true });
    }
    return gone;
  }

  /** Another run may put its own output there in between; the later one wins, and each is whole. */
  private swap(environment: string, fresh: string, target: string): void {
    for (let attempt = 1; ; attempt++) {
      const old = this.scratch(environment, 'old');
      const moved = renameUnless(['ENOENT'], target, old);
      if (
        renameUnless(
          attempt < ATTEMPTS ? ['ENOTEMPTY', 'EEXIST'] : [],
          fresh,
          target,
          () => moved && renameSync(old, target),
        )
      ) {
        rmSync(old, { recursive: true, force: true });
        return;
      }
      rmSync(old, { recursive: true, force: true });
    }
  }

  /** Puts back what a killed run had moved away, and removes what it had not finished. */
  private recover(): void {
    for (const name of readdirSync(this.folder)) {
      const [, environment, kind, host, pid] = SCRATCH.exec(name) ?? [];
      if (environment === undefined || host !== HOST || isAlive(Number(pid))) continue;
      const left = join(this.folder, name);
      const target = join(this.folder, environment);
      if (kind === 'old' && !existsSync(target)) renameSync(left, target);
      else rmSync(left, { recursive: true, force: true });
    }
  }

  private refuseForeign(environment: string): void {
    const folder = join(this.folder, environment);
    if (!existsSync(folder)) return;
    if (!lstatSync(folder).isDirectory()) throw unsafe(folder, 'is not a folder');
    if (readdirSync(folder).length > 0 && !this.isOurs(environment)) {
      throw unsafe(folder, `has no ${SYNTHESIS_FILE} of this environment, so k3stack did not write it`);
    }
    const foreign = this.foreignIn(environment);
    if (foreign !== undefined) throw unsafe(folder, `holds ${foreign}, which k3stack did not write`);
  }

  private isOurs(environment: string): boolean {
    return this.synthesisOf(environment) !== undefined;
  }

  /** A file in an environment's output that the synthesis beside it does not account for. */
  private foreignIn(environment: string): string | undefined {
    const synthesis = this.synthesisOf(environment);
    const known = new Set(synthesis === undefined ? [] : distPaths(synthesis));
    const folder = join(this.folder, environment);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => !HARMLESS.has(basename(path)) && !lstatSync(join(folder, path)).isDirectory())
      .map((path) => path.split(sep).join('/'))
      .find((path) => !known.has(path));
  }

  private synthesisOf(environment: string): Synthesis | undefined {
    if (!this.syntheses.has(environment))
      this.syntheses.set(environment, ownSynthesis(this.folder, environment));
    return this.syntheses.get(environment);
  }

  private scratch(environment: string, kind: 'new' | 'old'): string {
    return join(
      this.folder,
      `.${environment}.${kind}.${HOST}.${process.pid}.${randomBytes(4).toString('hex')}`,
    );
  }
}

/** Whether it was renamed; `false` for an error with one of the codes. */
function renameUnless(codes: readonly string[], from: string, to: string, undo?: () => unknown): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    undo?.();
    throw error;
  }
}

function unsafe(folder: string, reason: string): K3stackError {
  return new K3stackError(
    'UNSAFE_OUTPUT',
    `${folder} ${reason}; choose another folder with --out, or move that away`,
  );
}

/** The system's refusal, such as a full disk; anything else stays what it is. */
function cannotWrite(folder: string, error: unknown): unknown {
  if (!types.isNativeError(error) || !('syscall' in error)) return error;
  const message = `cannot write ${folder}: ${error.message}; what was there before is as it was`;
  return new K3stackError('CANNOT_WRITE', message, undefined, { cause: error });
}

/** Process ids mean something on their own machine only. */
const HOST = hostname().replace(/[^A-Za-z0-9-]/g, '-');
const SCRATCH = /^\.([a-z0-9-]+)\.(new|old)\.([A-Za-z0-9-]*)\.(\d+)\.[0-9a-f]{8}$/;

/** Files that other programs leave in any folder. */
const HARMLESS = new Set(['.DS_Store', 'Thumbs.db', '.gitkeep', '.gitignore']);
const ATTEMPTS = 20;
