import { readFileSync } from 'node:fs';
import { tool } from './run-tool';

/** Unmounts everything at and below a folder, the innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const mount of mountsBelow(folder).reverse()) await tool('umount', ['--lazy', mount]);
}

/** In the order in which they were made. */
function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code: string) => octal(code)))
    .filter((mount) => mount === folder || mount.startsWith(`${folder}/`));
}

function octal(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}
