// Everything that must hold before a change is merged: types, lint, format, import direction, examples, unit tests. Stops at nothing, so that
// one run shows all that is wrong.
import { spawnSync } from 'node:child_process';

const withoutTests = process.env['K3STACK_CHECK_WITHOUT_TESTS'] === '1'; // set where the tests ran already
const steps = ['types', 'lint', 'format:check', 'imports', 'examples', ...(withoutTests ? [] : ['test'])];

const failed = steps.filter((step) => {
  process.stdout.write(`\n== ${step}\n`);
  return (
    spawnSync('npm', ['run', '--silent', step], { stdio: 'inherit', shell: process.platform === 'win32' })
      .status !== 0
  );
});
process.stdout.write(
  failed.length === 0 ? `\ncheck: ${steps.join(', ')} hold\n` : `\ncheck: failed: ${failed.join(', ')}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
