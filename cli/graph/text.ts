import type { Palette } from '../../lib/report/palette';
import { alignedRows } from '../../lib/report/text-table';
import { listed } from '../../lib/report/words';
import { longestChain, stages } from '../../lib/synthesis/graph-order';
import type { NamedGraph } from './named-graph';

/** Steps by the earliest moment they can start: those with one number can run at the same time. */
export function graphText({ environment, graph }: NamedGraph, color: Palette): string {
  const rows = stages(graph).flatMap((stage, index) =>
    stage.map((step, position) => [position === 0 ? String(index + 1) : '', step.id, step.summary]),
  );
  const waves = graph.waves.map(({ cluster, pool, wave, hosts }) => [
    `${cluster} ${pool}`,
    `wave ${wave}`,
    listed(hosts),
  ]);
  const chain = longestChain(graph).steps.map((step) => step.id);
  return [
    color.bold(environment),
    ...alignedRows(rows, (cell, column) => (column === 1 ? color.cyan(cell) : cell)).map(
      (line) => `  ${line}`,
    ),
    ...(waves.length > 0
      ? [`  ${color.bold('waves')}`, ...alignedRows(waves).map((line) => `    ${line}`)]
      : []),
    ...(chain.length > 0
      ? [`  ${color.bold('longest chain')} (${chain.length} steps)`, `    ${chain.join(' -> ')}`]
      : []),
    '',
  ].join('\n');
}
