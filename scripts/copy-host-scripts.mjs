// Copies the scripts for hosts beside what is compiled, and removes those whose source is gone.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

for (const folder of foldersOfScripts('lib')) {
  const target = join('build', folder);
  rmSync(target, { recursive: true, force: true });
  cpSync(folder, target, { recursive: true, filter: (file) => !file.includes('.') || file.endsWith('.sh') });
}

function foldersOfScripts(root) {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.sh'),
  );
  return [...new Set(files.map((file) => join(root, dirname(file))))];
}
