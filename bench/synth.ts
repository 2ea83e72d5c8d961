import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Line } from './budget';
import { median, paired } from './measure';
import { differingObjects, readObjects } from './objects';

interface Usage {
  readonly cpu: number;
  readonly mebibytes: number;
}

/**
 * CPU of a whole synthesis, from the finished tree to the files, against stock `App.synth` on the same tree.
 * `docs/decisions/0006-synth-budget.md` says why a third, and an eighteenth.
 */
export function benchSynth(): Line[] {
  const [thousand, fourThousand] = [compare(1_000, 5), compare(4_000, 3)];
  return [
    line('synth of 1,000 charts (3,000 objects), CPU against stock App.synth', thousand, 1 / 3),
    line('synth of 4,000 charts (12,000 objects), CPU against stock App.synth', fourThousand, 1 / 18),
    {
      what: 'four times the charts, CPU against once',
      ratio: fourThousand.ours.cpu / thousand.ours.cpu,
      atMost: 4.5,
      figures: `${thousand.ours.cpu.toFixed(2)} s and ${fourThousand.ours.cpu.toFixed(2)} s`,
    },
  ];
}

function line(what: string, { ours, stock }: Record<'ours' | 'stock', Usage>, atMost: number): Line {
  const figures = (usage: Usage): string =>
    `${usage.cpu.toFixed(2)} s CPU, ${usage.mebibytes.toFixed(0)} MiB at peak`;
  return {
    what,
    ratio: ours.cpu / stock.cpu,
    atMost,
    figures: `ours ${figures(ours)}; stock ${figures(stock)}; same objects`,
  };
}

function compare(charts: number, rounds: number): Record<'ours' | 'stock', Usage> {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-bench-'));
  const run = (kind: 'ours' | 'stock'): Usage => {
    const out = join(folder, kind);
    const child = resolve('build-bench/bench/synth-child.js');
    return JSON.parse(
      execFileSync(process.execPath, [child, kind, String(charts), out], { encoding: 'utf8' }),
    ) as Usage;
  };
  const { a, b } = paired(
    rounds,
    () => run('ours'),
    () => run('stock'),
  );
  const differing = differingObjects(readObjects(join(folder, 'ours')), readObjects(join(folder, 'stock')));
  rmSync(folder, { recursive: true, force: true });
  if (differing.length > 0) throw new Error(`objects differ from stock: ${differing.slice(0, 5).join(', ')}`);
  const usage = (values: Usage[]): Usage => ({
    cpu: median(values.map((v) => v.cpu)),
    mebibytes: median(values.map((v) => v.mebibytes)),
  });
  return { ours: usage(a), stock: usage(b) };
}
