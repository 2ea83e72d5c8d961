import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Line } from './budget';
import { median, paired } from './measure';

interface Figures {
  readonly cpu: number;
  readonly memory: number;
  readonly resources: number;
}

/** A preview of 1,000 hosts against a bare program that registers as many resources. */
export function benchPreview(): Line[] {
  const measure = (kind: 'ours' | 'bare'): Figures => {
    const child = resolve('build-bench/bench/preview-child.js');
    return JSON.parse(
      execFileSync(process.execPath, [child, kind, '1000'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 28,
      })
        .split('\n')
        .at(-1) ?? '',
    ) as Figures;
  };
  const { a, b } = paired(
    3,
    () => measure('ours'),
    () => measure('bare'),
  );
  const [ours, bare] = [middle(a), middle(b)];
  const perResource = ours.cpu / ours.resources / (bare.cpu / bare.resources);
  return [
    {
      what: 'preview of 1,000 hosts, CPU per resource against a bare program',
      ratio: perResource,
      atMost: 1.3,
      figures: `${shown(ours)} against ${shown(bare)}`,
    },
  ];
}

function middle(runs: readonly Figures[]): Figures {
  return {
    cpu: median(runs.map(({ cpu }) => cpu)),
    memory: median(runs.map(({ memory }) => memory)),
    resources: runs[0]?.resources ?? 0,
  };
}

function shown({ cpu, memory, resources }: Figures): string {
  return `${cpu.toFixed(1)} s and ${Math.round(memory)} MiB for ${resources} resources`;
}
