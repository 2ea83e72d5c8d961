// Compiles the package into an empty `build`, so that nothing of a source that is gone is shipped.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

rmSync('build', { recursive: true, force: true });
rmSync('.cache/build.tsbuildinfo', { force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
execFileSync(process.execPath, ['scripts/copy-host-scripts.mjs'], { stdio: 'inherit' });
execFileSync(process.execPath, ['scripts/lazy-exports.mjs'], { stdio: 'inherit' });
