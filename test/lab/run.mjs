// Runs the lab's scenarios on real hosts. `--all` loops over every kill point instead of a seeded sample; other arguments go to jest.
// `--bench` measures provisioning instead.
// Where the lab cannot run, it says why and what to install, and counts as skipped; `--why-not` says that and nothing else.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jiti = createRequire(import.meta.url)('jiti').createJiti(import.meta.url);
const { whyNotHere } = await jiti.import('./hosts/prerequisites.ts');
const { standIn, whyNoStandIn } = await jiti.import('./stand-in.ts');

const args = process.argv.slice(2);
const all = args.includes('--all');
const reason = whyNotHere() ?? whyNoStandIn();
if (args.includes('--why-not')) {
  process.stdout.write(reason ?? '');
  process.exit(0);
}
if (reason !== undefined) {
  process.stdout.write(`skipped: the lab: ${reason}\n0 passed, 0 failed, 1 skipped\n`);
  process.exit(process.env['K3STACK_LAB_REQUIRED'] === '1' ? 1 : 0);
}
const given = process.env['K3STACK_LAB_K3S'] || undefined;
const binary = given ?? (await standIn());
if (args.includes('--bench')) {
  process.env['K3STACK_LAB_K3S'] = binary;
  const root = new URL('../..', import.meta.url).pathname;
  const alias = { 'k3stack/pulumi': `${root}stacks/pulumi.ts`, k3stack: `${root}constructs/index.ts` };
  const { benchLab } = await createRequire(import.meta.url)('jiti')
    .createJiti(import.meta.url, { alias })
    .import('./bench.ts');
  process.exit((await benchLab()) ? 0 : 1);
}
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--config',
    'test/lab/jest.config.cjs',
    // A story mostly waits; two share two processors well.
    '--maxWorkers=2',
    // A real K3s takes its time on a machine that several hosts share.
    ...(given === undefined ? [] : ['--testTimeout=1800000']),
    ...args.filter((arg) => arg !== '--all'),
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, K3STACK_LAB_K3S: binary, ...(all && { K3STACK_LAB_ALL: '1' }) },
  },
);
process.exit(status ?? 1);
