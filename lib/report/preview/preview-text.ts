import type { PreviewReport } from '../../diff/report';
import { plain, type Palette } from '../palette';
import { alignedRows } from '../text-table';
import { visible } from './escape';
import { checksText } from './text/check-text';
import { hostsText } from './text/host-text';
import { levelColor } from './text/level-color';
import { objectsText } from './text/object-text';
import { riskText } from './text/risk-text';
import { wrapped } from './text/wrapped';
import {
  countsText,
  environmentText,
  environmentTexts,
  kubernetesText,
  levelText,
  shortDigest,
  sideText,
  stateText,
  verdictNotes,
} from './words';

/** What the text is written in. */
export interface PreviewTextOptions {
  /** @default - no colours */
  readonly color?: Palette;

  /** Columns of the terminal; names, values and tables are never broken. @default 100 */
  readonly width?: number;
}

/** A preview for terminals: verdict, risks, images, environments, hosts, objects, and the rest. Ends with a line feed. */
export function previewText(report: PreviewReport, options: PreviewTextOptions = {}): string {
  const { color = plain, width = 100 } = options;
  return `${[
    verdictText(report, color, width),
    ...riskText(report, color, width),
    ...imagesText(report, color),
    ...environmentsText(report, color),
    ...hostsText(report, color, width),
    ...objectsText(report, color, width),
    ...checksText(report, color, width),
  ].join('\n\n')}\n`;
}

function verdictText(report: PreviewReport, color: Palette, width: number): string {
  const { verdict, base, head, seconds } = report;
  const { level, counts, environments } = verdict;
  const of = environmentTexts(environments);
  const word = levelColor(color, level)(levelText(verdict));
  const rest = [
    ...(of.length === 0 ? [] : [of.join(', ')]),
    `${sideText(base)} -> ${sideText(head)}`,
    ...(seconds === undefined ? [] : [`${seconds.toFixed(1)} s`]),
  ].join(' · ');
  return [
    `${word}: ${countsText(counts)}`,
    ...wrapped(visible(rest), width, '').map((line) => color.dim(line)),
    ...verdictNotes(report).flatMap((note) => wrapped(note, width, '')),
  ].join('\n');
}

function imagesText({ images }: PreviewReport, color: Palette): string[] {
  if (images.length === 0) return [];
  const rows = images.map(({ image, from, to, step, workloads, environments }) =>
    [
      image,
      `${from === undefined ? 'new' : shortDigest(from)} -> ${to === undefined ? 'not used any more' : shortDigest(to)}`,
      step === undefined || step === 'other' ? '' : step,
      workloads.join(', '),
      environmentTexts(environments).join(', '),
    ].map(visible),
  );
  const isLoud = (cell: string) => cell === 'major' || cell === 'downgrade';
  return [
    `${color.bold('Images')}\n\n${alignedRows(rows, (cell, column) =>
      column === 2 && isLoud(cell) ? color.yellow(cell) : cell,
    )
      .map((line) => `  ${line}`)
      .join('\n')}`,
  ];
}

function environmentsText({ environments }: PreviewReport, color: Palette): string[] {
  if (environments.every(({ name, state }) => name === '' && state === 'compared')) return [];
  const rows = [
    ['', 'block', 'high', 'caution', 'routine', 'Kubernetes', ''],
    ...environments.map((environment) => {
      const { name, levels, counts } = environment;
      return [
        visible(environmentText(name)),
        ...[levels.block, levels.high, levels.caution, levels.routine].map(String),
        visible(kubernetesText(environment)),
        visible(
          environment.state === 'head-failed'
            ? stateText(environment)
            : [stateText(environment), countsText(counts)].filter((part) => part !== '').join('; '),
        ),
      ];
    }),
  ];
  return [
    `${color.bold('Environments')}\n\n${alignedRows(rows)
      .map((line) => `  ${line}`)
      .join('\n')}`,
  ];
}
