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
  const [thousand, fourThousand] = [compare('charts', 1_000, 5), compare('charts', 4_000, 3)];
  return [
    line('synth of 1,000 charts (3,000 objects), CPU against stock App.synth', thousand, 1 / 3),
    // Stock runs every check once for each chart: of 1,000 presets it takes two minutes.
    line(
      'synth of 200 mixed presets, each in a chart, CPU against stock App.synth',
      compare('presets', 200, 3),
      1 / 3,
    ),
    morePresets(),
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

/** All presets together, against as many charts of three plain objects each: what the presets themselves cost. */
function morePresets(): Line {
  const { a, b } = paired(
    3,
    () => ourUsage('presets', 1_000),
    () => ourUsage('charts', 1_000),
  );
  const [presets, charts] = [medianUsage(a), medianUsage(b)];
  return {
    what: 'synth of 1,000 mixed presets (4,200 objects), CPU against 1,000 charts (3,000 objects)',
    ratio: presets.cpu / charts.cpu,
    atMost: 2,
    figures: `${presets.cpu.toFixed(2)} s CPU, ${presets.mebibytes.toFixed(0)} MiB at peak; ${charts.cpu.toFixed(2)} s CPU`,
  };
}

function ourUsage(tree: 'charts' | 'presets', count: number): Usage {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-bench-'));
  try {
    return runChild('ours', tree, count, join(folder, 'out'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runChild(kind: 'ours' | 'stock', tree: 'charts' | 'presets', count: number, out: string): Usage {
  const child = resolve('build-bench/bench/synth-child.js');
  const output = execFileSync(process.execPath, [child, kind, tree, String(count), out], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Usage;
}

function medianUsage(values: readonly Usage[]): Usage {
  return {
    cpu: median(values.map((value) => value.cpu)),
    mebibytes: median(values.map((value) => value.mebibytes)),
  };
}

function compare(tree: 'charts' | 'presets', count: number, rounds: number): Record<'ours' | 'stock', Usage> {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-bench-'));
  const run = (kind: 'ours' | 'stock'): Usage => runChild(kind, tree, count, join(folder, kind));
  const { a, b } = paired(
    rounds,
    () => run('ours'),
    () => run('stock'),
  );
  const differing = differingObjects(readObjects(join(folder, 'ours')), readObjects(join(folder, 'stock')));
  rmSync(folder, { recursive: true, force: true });
  if (differing.length > 0) throw new Error(`objects differ from stock: ${differing.slice(0, 5).join(', ')}`);
  return { ours: medianUsage(a), stock: medianUsage(b) };
}
