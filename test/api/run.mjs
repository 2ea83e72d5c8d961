// Applies what this package makes to a real API server. Other arguments go to jest.
// Where that cannot run, it says why and what to install, and counts as skipped; `--why-not` says that and nothing else.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jiti = createRequire(import.meta.url)('jiti').createJiti(import.meta.url);
const { prepareControlPlane, whyNoControlPlane } = await jiti.import('./control-plane.ts');

const { kubeScoreBinary } = await jiti.import('./kube-score.ts');
const { traefikBinary } = await jiti.import('./http/traefik.ts');

const args = process.argv.slice(2);
const reason = whyNoControlPlane();
if (args.includes('--why-not')) {
  process.stdout.write(reason ?? '');
  process.exit(0);
}
if (reason !== undefined) {
  process.stdout.write(`skipped: the API server: ${reason}\n0 passed, 0 failed, 1 skipped\n`);
  process.exit(process.env['K3STACK_API_REQUIRED'] === '1' ? 1 : 0);
}
await prepareControlPlane();
// What several workers would otherwise build at the same time.
kubeScoreBinary();
traefikBinary();
const jest = [
  'node_modules/jest/bin/jest.js',
  '--config',
  'test/api/jest.config.cjs',
  '--maxWorkers=2',
  ...args,
];
const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit' });
process.exit(status ?? 1);
