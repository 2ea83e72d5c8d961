import { closeSync, openSync, readSync } from 'node:fs';

/** What a file that cannot be taken is refused with; `problem` continues a sentence that begins with its name. */
export interface TextFileRefusals {
  readonly folder: (problem: string) => Error;

  /** @default - files of any size are read */
  readonly size?: { readonly limit: number; readonly refusal: () => Error };
}

/**
 * Text of a file, which may be a pipe; `undefined` when there is none. Of one that is larger than the limit no more than that is read.
 *
 * @throws what `refusals` say, of a folder and of a file that is too large.
 */
export function readTextFile(file: string, refusals: TextFileRefusals): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    return readAll(descriptor, refusals.size);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EISDIR') throw refusals.folder('is a folder');
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readAll(descriptor: number, size: TextFileRefusals['size']): string {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSync(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks).toString('utf8');
    total += length;
    if (size !== undefined && total > size.limit) throw size.refusal();
    chunks.push(chunk.subarray(0, length));
  }
}

/** Bytes. */
const CHUNK = 262_144;
