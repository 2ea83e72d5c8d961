// Runs the lab's scenarios on real hosts. `--all` loops over every kill point instead of a seeded sample; other arguments go to jest.
// Where the lab cannot run, it says why and what to install, and counts as skipped.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jiti = createRequire(import.meta.url)('jiti').createJiti(import.meta.url);
const { whyNotHere } = await jiti.import('./hosts/prerequisites.ts');
const { standIn } = await jiti.import('./stand-in.ts');

const args = process.argv.slice(2);
const all = args.includes('--all');
const reason = whyNotHere();
if (reason !== undefined) {
  process.stdout.write(`skipped: the lab: ${reason}\n0 passed, 0 failed, 1 skipped\n`);
  process.exit(process.env['K3STACK_LAB_REQUIRED'] === '1' ? 1 : 0);
}
const binary = process.env['K3STACK_LAB_K3S'] ?? (await standIn());
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--config',
    'test/lab/jest.config.cjs',
    '--runInBand',
    ...args.filter((arg) => arg !== '--all'),
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, K3STACK_LAB_K3S: binary, ...(all && { K3STACK_LAB_ALL: '1' }) },
  },
);
process.exit(status ?? 1);
