import { K3stackError } from '../../lib/errors';

/** Something that was given to `init --from` cannot be used. @param problem With the file, and the line where that is known. */
export function invalidInput(problem: string, fix: string, cause?: unknown): K3stackError {
  return new K3stackError('INVALID_INPUT', `${problem}; ${fix}`, undefined, { cause });
}
