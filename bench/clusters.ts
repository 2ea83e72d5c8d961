import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Line } from './budget';
import { median, paired } from './measure';

/** Growth with the number of small clusters that a program makes from a list. */
export function benchClusters(): Line[] {
  const cpu = (count: number): number => {
    const child = resolve('build-bench/bench/clusters-child.js');
    return (
      JSON.parse(execFileSync(process.execPath, [child, String(count)], { encoding: 'utf8' })) as {
        cpu: number;
      }
    ).cpu;
  };
  const { a, b } = paired(
    5,
    () => cpu(200),
    () => cpu(50),
  );
  const [many, few] = [median(a), median(b)];
  return [
    {
      what: '200 small clusters from a list, CPU against 50',
      ratio: many / few,
      atMost: 4.5,
      figures: `${few.toFixed(2)} s and ${many.toFixed(2)} s`,
    },
  ];
}
