import { readFileSync } from 'node:fs';
import { LabError, runTool } from './run-tool';

/** Unmounts everything at and below a folder, the innermost first. Another lab that starts may be at the same. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const mount of mountsBelow(folder).reverse()) {
    const { code, stderr } = await runTool('umount', ['--lazy', mount]);
    if (code !== 0 && mountsBelow(folder).includes(mount))
      throw new LabError(`${mount} cannot be unmounted: ${stderr.trim()}`);
  }
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
