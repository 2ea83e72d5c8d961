import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FILE, parseLock, renderLock, type Lock } from '../lib/distributions/k3s/lock';
import { writeFileAtomically } from './atomic-write';

/**
 * The lock file beside a program; empty when there is none.
 *
 * @throws K3stackError `INVALID_LOCK_FILE`
 */
export function readLockFile(folder: string): Lock {
  const file = join(folder, LOCK_FILE);
  return existsSync(file) ? parseLock(readFileSync(file, 'utf8'), file) : {};
}

/** Writes the lock file beside a program. */
export function writeLockFile(folder: string, lock: Lock): void {
  writeFileAtomically(join(folder, LOCK_FILE), renderLock(lock));
}
