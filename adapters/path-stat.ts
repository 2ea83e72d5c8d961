import { statSync, type Stats } from 'node:fs';

/** What is at a path; `undefined` when there is nothing, also because a file lies where the path has a folder. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether there is a folder at a path, or a link to one. */
export function isFolder(path: string): boolean {
  return statIfThere(path)?.isDirectory() === true;
}
