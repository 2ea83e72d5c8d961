import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Line } from './budget';
import { median, paired } from './measure';

/** Seconds to load the package for one preset, against loading everything in it: a program pays for what it uses. */
export function benchLoad(): Line[] {
  const { a, b } = paired(
    9,
    () => secondsToLoad(['WebService']),
    () => secondsToLoad(undefined),
  );
  const [one, all] = [median(a), median(b)];
  return [
    {
      what: 'loading k3stack for one preset, against loading all of it',
      ratio: one / all,
      atMost: 2 / 3,
      figures: `${(one * 1000).toFixed(0)} ms and ${(all * 1000).toFixed(0)} ms in the process, cdk8s itself included`,
    },
  ];
}

function secondsToLoad(names: readonly string[] | undefined): number {
  const script = [
    'const start = process.hrtime.bigint();',
    `const k3stack = require(${JSON.stringify(resolve('build/constructs/index.js'))});`,
    `for (const name of ${JSON.stringify(names) ?? 'Object.keys(k3stack)'}) void k3stack[name];`,
    'process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e9));',
  ].join('\n');
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}
