import { K3stackError } from '../errors';

/**
 * `value` as one word of a POSIX shell, whatever it holds. The only quoting function of the project.
 *
 * A word that starts with `-` is still an option to the program that gets it: put `--` before it.
 *
 * @throws K3stackError `INVALID_SHELL_TEXT` for NUL, which ends an argument, and for text that is not valid Unicode.
 */
export function quoteShell(value: string): string {
  if (value.includes('\0') || /\p{Surrogate}/u.test(value)) {
    throw new K3stackError(
      'INVALID_SHELL_TEXT',
      `a shell word must be valid Unicode without NUL, got ${JSON.stringify(value)}`,
    );
  }
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
