import type { ChangeCost } from '../distributions/change-costs';
import type { Violation } from '../rules/violation';
import type { HostChange } from './changes';
import { valueText } from './host-text';
import { plain, type Palette } from './palette';
import type { StepChange } from './step-changes';
import { alignedRows } from './text-table';
import { counted, DISRUPTION_WORDS, listed } from './words';
import { violationParagraphs } from './violations-text';

/** What the text is written in, and what speaks against the change. */
export interface ChangesTextOptions {
  /** @default - no colours */
  readonly color?: Palette;

  /** What transition rules found. @default - nothing */
  readonly violations?: readonly Violation[];

  /** Steps that run again. Those of hosts that change go without saying. @default - none */
  readonly steps?: readonly StepChange[];
}

/** What changes on hosts, the risky first: violations, who is disturbed, then host by host. Ends with a line feed. */
export function changesText(changes: readonly HostChange[], options: ChangesTextOptions = {}): string {
  const { color = plain, violations = [], steps = [] } = options;
  const paragraphs = [
    color.bold(verdict(changes)),
    ...violationParagraphs(violations, color),
    ...disturbed(changes, color),
    ...changes.map((change) => hostParagraph(change, color)),
    ...stepParagraph(changes, steps),
  ];
  return paragraphs.join('\n\n') + '\n';
}

function verdict(changes: readonly HostChange[]): string {
  if (changes.length === 0) return 'no host changes';
  const counts = (['changed', 'added', 'removed'] as const)
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  return `${counted(changes.length, 'host')}: ${counts.join(', ')}`;
}

/** Hosts by what happens to them, the worst first. */
function disturbed(changes: readonly HostChange[], color: Palette): string[] {
  const rows = (['refused', 'replace', 'drain-restart', 'restart', 'live', 'none'] as const).flatMap(
    (cost) => {
      const hosts = changes.filter((change) => change.kind === 'changed' && change.disruption === cost);
      return hosts.length === 0 ? [] : [[costWords(cost), listed(hosts.map((change) => change.host))]];
    },
  );
  return rows.length === 0
    ? []
    : [
        alignedRows(rows, (cell, column) => (column === 0 ? color.yellow(cell) : cell))
          .map((line) => `  ${line}`)
          .join('\n'),
      ];
}

function hostParagraph(change: HostChange, color: Palette): string {
  const paint = { added: color.green, removed: color.red, changed: color.yellow }[change.kind];
  const cost = change.kind === 'changed' ? `${costWords(change.disruption)}: ` : '';
  return [
    `${paint(SIGNS[change.kind])} ${color.bold(change.host)}  ${change.role} of ${change.cluster} · ${cost}${change.reason}`,
    ...block(change.properties.map(({ property, before, after }) => [property, `${before} -> ${after}`])),
    ...block(
      change.options.map(({ option, before, after, disruption }) => [
        option,
        `${valueText(before)} -> ${valueText(after)}`,
        costWords(disruption),
      ]),
    ),
    ...(change.kind === 'changed'
      ? block(change.files.map(({ path, kind, what }) => [`${SIGNS[kind]} ${path}`, what.join(', ')]))
      : []),
  ].join('\n');
}

function stepParagraph(changes: readonly HostChange[], steps: readonly StepChange[]): string[] {
  const hosts = new Set(changes.map(({ cluster, host }) => `${cluster}/${host}`));
  const others = steps.filter(({ cluster, host }) => !hosts.has(`${cluster}/${host}`));
  if (others.length === 0) return [];
  return [
    [
      'Steps that run again',
      ...block(others.map(({ step, what }) => [step, listed(what, SHOWN_PARTS)])),
    ].join('\n'),
  ];
}

function block(rows: readonly (readonly string[])[]): string[] {
  return alignedRows(rows).map((line) => `    ${line}`);
}

function costWords(cost: ChangeCost): string {
  return cost === 'refused' ? 'refused: no running cluster can take it up' : DISRUPTION_WORDS[cost];
}

/** Of what a step gets differently. */
const SHOWN_PARTS = 4;

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;
