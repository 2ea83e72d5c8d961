import { types } from 'node:util';
import { K3stackError } from '../lib/errors';

/**
 * Writes to a place that somebody has named.
 *
 * @param place File or folder, for the error.
 * @throws K3stackError `CANNOT_WRITE` when the system refuses, such as a file where a folder is to be; anything else stays what it is.
 */
export function writing<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!types.isNativeError(error) || !('syscall' in error)) throw error;
    throw new K3stackError('CANNOT_WRITE', `cannot write ${place}: ${error.message}`, undefined, {
      cause: error,
    });
  }
}
