import { join } from 'node:path';
import { LOCK_FILE, parseLock, renderLock, type Lock } from '../lib/distributions/k3s/lock';
import { K3stackError } from '../lib/errors';
import { writeFileAtomically } from './atomic-write';
import { readTextFile } from './text-file';

/**
 * The lock file beside a program; empty when there is none.
 *
 * @throws K3stackError `INVALID_LOCK_FILE`
 */
export function readLockFile(folder: string): Lock {
  const file = join(folder, LOCK_FILE);
  const text = readTextFile(file, {
    folder: (problem) =>
      new K3stackError('INVALID_LOCK_FILE', `${file} ${problem}; remove it and run k3stack lock`),
  });
  return text === undefined ? {} : parseLock(text, file);
}

/** Writes the lock file beside a program. */
export function writeLockFile(folder: string, lock: Lock): void {
  writeFileAtomically(join(folder, LOCK_FILE), renderLock(lock));
}
