import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that a stranger's job left: its text, that there is none, or why it is not read. */
export type PostedFile =
  { readonly text: string } | { readonly refused: 'no file' | 'too large' } | { readonly missing: true };

/**
 * Reads a file of an unpacked artifact. A link in it would lead to what this job may read and the other one may not, such as its variables.
 *
 * @param limit Bytes at most.
 */
export function readPostedFile(folder: string, name: string, limit: number): PostedFile {
  let descriptor: number | undefined;
  try {
    // A pipe would never end, so it is not waited for either.
    descriptor = openSync(
      join(folder, name),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stat = fstatSync(descriptor);
    // Another name of a file somewhere else, which an archive can have as well.
    if (!stat.isFile() || stat.nlink > 1) return { refused: 'no file' };
    return stat.size > limit ? { refused: 'too large' } : { text: readFileSync(descriptor, 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { missing: true };
    return { refused: 'no file' };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
