import { closeSync, openSync, readSync } from 'node:fs';

/** The first bytes of a file as text. */
export function textStart(file: string, bytes: number): string {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, bytes, 0));
  } finally {
    closeSync(handle);
  }
}
