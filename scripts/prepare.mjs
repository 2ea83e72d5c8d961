// Makes a fresh clone ready: installs what the lockfile says when it is absent or stale, then compiles. Runs before start, test and check.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';

const stamp = 'node_modules/.installed-from';
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;

if (installed !== wanted) {
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) {
    process.stderr.write(
      'node_modules is a link, and installing would empty the folder it leads to; remove the link\n',
    );
    process.exit(1);
  }
  process.stderr.write('Installing dependencies from the lockfile …\n');
  run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, wanted);
}
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
run(process.execPath, ['scripts/copy-host-scripts.mjs']);
run(process.execPath, ['scripts/lazy-exports.mjs']);

function run(command, args) {
  // Output goes to stderr, so that what follows can be piped.
  execFileSync(command, args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}
