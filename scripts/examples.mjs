// Synthesizes every example with the command line, as a user would, and throws the result away.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'k3stack-examples-'));
const examples = readdirSync('examples').filter((name) =>
  existsSync(join('examples', name, 'environments.ts')),
);
const failed = examples.filter((name) => {
  const program = join('examples', name, 'environments.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['build/cli/main.js', 'synth', '--quiet', '--program', program, '--out', join(scratch, name)],
    { encoding: 'utf8' },
  );
  process.stdout.write(`${status === 0 ? 'synthesized' : 'FAILED'} ${name}\n`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}\n`);
  return status !== 0;
});
rmSync(scratch, { recursive: true, force: true });
process.exitCode = failed.length === 0 && examples.length > 0 ? 0 : 1;
