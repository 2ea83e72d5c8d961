import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { K3stackError } from '../../lib/errors';
import type { ProjectFiles } from '../../lib/init/project-files';

/**
 * Puts the files of a project into a folder, all of them or none. A file that is there already stays: with other text it is refused, before
 * anything is written; with the same text it is left as it is.
 *
 * @param folder Absolute path; made when it is not there.
 * @returns Paths of the files that were written.
 * @throws K3stackError `INIT_CONFLICT`, `CANNOT_INIT`.
 */
export function writeProject(folder: string, files: ProjectFiles): string[] {
  try {
    const missing = missingFiles(folder, files);
    place(folder, files, missing);
    return missing;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof K3stackError) throw error;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw conflict(folder, [message], error);
    throw new K3stackError(
      'CANNOT_INIT',
      `cannot write to ${folder}: ${message}; nothing was written`,
      undefined,
      { cause: error },
    );
  }
}

/**
 * Which files of a project are not there yet.
 *
 * @throws K3stackError `INIT_CONFLICT` naming every file that is there with another text.
 */
function missingFiles(folder: string, files: ProjectFiles): string[] {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw conflict(folder, [`${folder} is not a folder`]);
  const paths = Object.keys(files);
  const conflicts = paths.filter(
    (path) => isTaken(folder, path) && textAt(join(folder, path)) !== files[path],
  );
  if (conflicts.length > 0) throw conflict(folder, conflicts);
  return paths.filter((path) => !isTaken(folder, path));
}

/** A folder on the way that is a file takes the place, too. */
function isTaken(folder: string, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => {
    const stat = statSync(join(folder, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    return stat !== undefined && (index === parts.length - 1 || !stat.isDirectory());
  });
}

function textAt(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Everything is written to a folder aside first, so that a full disk leaves nothing behind. */
function place(folder: string, files: ProjectFiles, paths: readonly string[]): void {
  const made = mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, '.k3stack-init-'));
  try {
    for (const path of paths) {
      mkdirSync(join(fresh, dirname(path)), { recursive: true });
      writeFileSync(join(fresh, path), files[path] ?? '', { mode: 0o644 });
    }
    moveInto(folder, fresh, paths);
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Undoes what it did when a file cannot be put in its place. */
function moveInto(folder: string, fresh: string, paths: readonly string[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const path of paths) {
      const made = mkdirSync(join(folder, dirname(path)), { recursive: true });
      if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }));
      putNew(join(fresh, path), join(folder, path));
      undo.push(() => rmSync(join(folder, path), { force: true }));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

/** Never in place of another file, as a rename would be. */
function putNew(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Not every file system has links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function conflict(folder: string, paths: readonly string[], cause?: unknown): K3stackError {
  return new K3stackError(
    'INIT_CONFLICT',
    `${folder} has ${paths.length === 1 ? 'a file' : 'files'} that init would write: ${paths.join(', ')}; ` +
      'move them away, or name another folder. Nothing was written',
    undefined,
    { cause },
  );
}
