import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isFolder } from './path-stat';

/**
 * Makes a folder and those above it that are missing. `mkdirSync` with `recursive` never ends in folders that take none, such as `/proc`, and
 * calls a file system that is read-only a folder that is missing.
 *
 * @throws the system's error of the first folder that cannot be made.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another run may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}
