import { lstatSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { types } from 'node:util';
import { K3stackError } from '../lib/errors';
import type { DistFile } from '../lib/synthesis/dist-files';
import { writeFileAtomically } from './atomic-write';
import { makeFolder } from './make-folder';

/** What writing changed, paths relative to the folder, sorted. */
export interface FolderChanges {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** A folder that may hold files of others, such as one in a Git working tree; a marker in it names those that are ours. */
export class OwnedFolder {
  /** @param folder Absolute path. */
  constructor(private readonly folder: string) {}

  /**
   * What {@link write} would change.
   *
   * @throws K3stackError `UNSAFE_OUTPUT` for a file that is there and not ours, or a marker that is not one.
   */
  compare(files: readonly DistFile[]): FolderChanges {
    const ours = this.ours();
    for (const { path } of files) this.refuseForeign(path, ours);
    const wanted = new Set(files.map(({ path }) => path));
    return {
      written: files
        .filter(({ path, content }) => this.text(path) !== content)
        .map(({ path }) => path)
        .sort(),
      removed: [...ours].filter((path) => !wanted.has(path) && this.kind(path) !== undefined).sort(),
    };
  }

  /**
   * Makes the folder hold exactly these files of ours. Each is replaced whole; a run that is killed in between leaves nothing that the next one does not
   * know as ours.
   *
   * @throws K3stackError `UNSAFE_OUTPUT` as {@link compare} does, `CANNOT_WRITE` when the system refuses.
   */
  write(files: readonly DistFile[]): FolderChanges {
    const changes = this.compare(files);
    try {
      const paths = files.map(({ path }) => path);
      makeFolder(this.folder);
      if (changes.written.length + changes.removed.length > 0) this.mark([...paths, ...changes.removed]);
      for (const { path, content } of files) {
        if (!changes.written.includes(path)) continue;
        makeFolder(dirname(this.absolute(path)));
        writeFileAtomically(this.absolute(path), content);
      }
      for (const path of changes.removed) this.remove(path);
      this.mark(paths);
    } catch (error) {
      throw cannotWrite(this.folder, error);
    }
    return changes;
  }

  /** Paths that the marker names. */
  private ours(): ReadonlySet<string> {
    const text = this.text(MARKER);
    if (text === undefined) return new Set();
    const paths = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const odd = paths.find((path) => !SAFE.test(path));
    if (odd !== undefined)
      throw unsafe(this.absolute(MARKER), `names ${JSON.stringify(odd)}, which k3stack does not write`);
    return new Set(paths);
  }

  /** Written last, and first with everything that is about to be there. */
  private mark(paths: readonly string[]): void {
    const text = `${MARKER_HEAD}\n${[...new Set(paths)].sort().join('\n')}\n`;
    if (this.text(MARKER) !== text) writeFileAtomically(this.absolute(MARKER), text);
  }

  /** Folders that are links would lead out of here. */
  private refuseForeign(path: string, ours: ReadonlySet<string>): void {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if ((this.kind(folder) ?? 'folder') !== 'folder')
        throw unsafe(this.absolute(folder), 'is not a folder');
    }
    const kind = this.kind(path);
    if (kind === undefined) return;
    if (kind !== 'file') throw unsafe(this.absolute(path), 'is not a file');
    if (!ours.has(path)) throw unsafe(this.absolute(path), 'was not written by k3stack');
  }

  private remove(path: string): void {
    rmSync(this.absolute(path), { force: true });
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      if (readdirSync(this.absolute(folder)).length > 0) return;
      rmdirSync(this.absolute(folder));
    }
  }

  private text(path: string): string | undefined {
    return this.kind(path) === 'file' ? readFileSync(this.absolute(path), 'utf8') : undefined;
  }

  private kind(path: string): 'file' | 'folder' | 'other' | undefined {
    const stat = lstatSync(this.absolute(path), { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
  }

  private absolute(path: string): string {
    return join(this.folder, path.split('/').join(sep));
  }
}

function unsafe(path: string, reason: string): K3stackError {
  return new K3stackError('UNSAFE_OUTPUT', `${path} ${reason}; choose another folder, or move that away`);
}

/** The system's refusal, such as a full disk; anything else stays what it is. */
function cannotWrite(folder: string, error: unknown): unknown {
  if (!types.isNativeError(error) || !('syscall' in error)) return error;
  return new K3stackError('CANNOT_WRITE', `cannot write ${folder}: ${error.message}`, undefined, {
    cause: error,
  });
}

const MARKER = '.k3stack';
const MARKER_HEAD =
  '# Files in this folder that k3stack writes, and removes when they are no longer part of the program.';

/** Relative, without `..`, and nothing hidden. */
const SAFE = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
