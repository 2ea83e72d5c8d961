import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Line } from './budget';
import { median, paired, wallSeconds } from './measure';
import { differingObjects, readObjects } from './objects';

const CLI = resolve('build/cli/main.js');
const STOCK_CLI = resolve('node_modules/cdk8s-cli/bin/cdk8s');

/** Whole processes, cold: our `synth` against stock `cdk8s synth` on the same example, and `--help` by itself. */
export function benchColdStart(): Line[] {
  return [synthOfAnExample(), help()];
}

function synthOfAnExample(): Line {
  const folder = mkdtempSync(join(resolve('examples'), '.bench-'));
  try {
    cpSync('examples/small-team/environments.ts', join(folder, 'environments.ts'));
    writeFileSync(join(folder, 'stock.ts'), STOCK_PROGRAM);
    const stock = [
      STOCK_CLI,
      'synth',
      '--app',
      `${process.execPath} ${resolve('node_modules/jiti/lib/jiti-cli.mjs')} stock.ts`,
      '--output',
      'stock',
    ];
    const ours = [process.execPath, CLI, 'synth', '--quiet', '--out', 'ours'];
    const { a, b } = paired(
      7,
      () => wallSeconds(ours, folder),
      () => wallSeconds([process.execPath, ...stock], folder),
    );
    const differing = differingObjects(
      readObjects(join(folder, 'ours', 'production', 'manifests')),
      readObjects(join(folder, 'stock', 'production')),
    );
    const extra = differing.filter((key) => !key.startsWith('HelmChartConfig')); // auto-deploy objects lie with the hosts in ours
    if (extra.length > 0) throw new Error(`objects differ from stock: ${extra.join(', ')}`);
    const [mine, theirs] = [median(a), median(b)];
    return {
      what: 'k3stack synth of small-team, cold, against stock cdk8s synth on the same tree',
      ratio: mine / theirs,
      atMost: 1 / 2,
      figures: `ours ${mine.toFixed(2)} s; stock ${theirs.toFixed(2)} s (wall, whole processes)`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function help(): Line {
  const { a, b } = paired(
    9,
    () => wallSeconds([process.execPath, CLI, '--help'], tmpdir()),
    () => wallSeconds([process.execPath, '-e', '0'], tmpdir()),
  );
  const [mine, node] = [median(a), median(b)];
  return {
    what: 'k3stack --help, cold, in units of 150 ms',
    ratio: mine / 0.15,
    atMost: 1,
    figures: `${(mine * 1000).toFixed(0)} ms, of which Node itself takes ${(node * 1000).toFixed(0)} ms`,
  };
}

/** Every environment of the example, each synthesized by cdk8s itself. */
const STOCK_PROGRAM = `
import program from './environments';
for (const name of program.names) {
  const app = program.build(name);
  (app as { outdir: string }).outdir = process.env.CDK8S_OUTDIR + '/' + name;
  app.synth();
}
`;
