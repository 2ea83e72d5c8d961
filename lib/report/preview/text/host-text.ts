import type { PreviewReport, Rollout, RolloutStep } from '../../../diff/report';
import { durationText } from '../../duration';
import type { Palette } from '../../palette';
import { alignedRows } from '../../text-table';
import { counted, listed } from '../../words';
import { visible } from '../escape';
import { fieldLines, textLines, type DiffLine } from '../field-lines';
import { hostGroups, type HostGroup } from '../host-groups';
import { costOf, costText, environmentTexts, fileText, KIND_SIGNS } from '../words';
import { coloredLines } from './object-text';
import { levelColor } from './level-color';
import { wrapped } from './wrapped';

/** Hosts with what it costs them, what differs, and the order in which they go. */
export function hostsText({ hosts, rollouts }: PreviewReport, color: Palette, width: number): string[] {
  if (hosts.length === 0) return [];
  return [
    `${color.bold('Hosts')}\n\n${hostGroups(hosts)
      .map((group) => paragraph(group, color))
      .join('\n')}`,
    ...rollouts.map((rollout) => rolloutText(rollout, color, width)),
  ];
}

function paragraph({ names, host }: HostGroup, color: Palette): string {
  const { kind, cluster, level, disruption, reason, environments, origin } = host;
  const cost = kind === 'changed' ? costText(disruption) : kind;
  const rest = [reason, environmentTexts(environments).join(', '), fileText(origin)].filter(
    (part) => part !== '',
  );
  return [
    `  ${KIND_SIGNS[kind]} ${color.bold(visible(listed(names)))}  ${color.dim(visible(`of ${cluster}`))}  ${levelColor(color, level)(cost)}  ${color.dim(visible(rest.join(' · ')))}`,
    ...coloredLines(hostLines(host), color, '      '),
  ].join('\n');
}

function hostLines({ properties, options, files, steps }: HostGroup['host']): DiffLine[] {
  const title = (text: string): DiffLine => ({ sign: '!', text });
  return [
    ...[...properties, ...options].flatMap(({ name, before, after, disruption }) => [
      title(`${name}: ${costText(disruption)}`),
      ...textLines(before, after, VALUE).lines,
    ]),
    ...files.flatMap(({ path, kind, what, disruption, fields, before, after }) => [
      title(`${KIND_SIGNS[kind]} ${path}: ${what.join(', ')}; ${costText(disruption)}`),
      ...(fields === undefined ? textLines(before, after, VALUE) : fieldLines(fields, VALUE, FIELDS)).lines,
    ]),
    ...steps.map((step) => title(`runs again: ${step}`)),
  ];
}

function rolloutText(rollout: Rollout, color: Palette, width: number): string {
  const { environment, cluster, steps, notes = [] } = rollout;
  const of = environment === '' ? '' : ` in ${visible(environment)}`;
  const rows = steps.map((step) => [
    `wave ${step.wave}`,
    visible(`${step.host} (${step.role})`),
    visible(step.what),
    costOf(step).join(''),
    quorumText(step),
    timeText(step),
  ]);
  return [
    `${color.bold(`Roll-out of ${visible(cluster)}${of}`)}: ${counted(steps.length, 'turn')}, ${timeText(rollout)}`,
    '',
    ...alignedRows(rows, (cell, column) =>
      column === QUORUM && cell.startsWith('lost') ? color.red(cell) : cell,
    ).map((line) => `  ${line}`),
    ...notes.flatMap((note) => wrapped(visible(note), width, '  ')),
  ].join('\n');
}

function quorumText({ quorum }: RolloutStep): string {
  if (quorum === undefined) return '';
  const { members, needed, left } = quorum;
  const spare = left < needed ? 'lost' : left === needed ? 'none to spare' : `${left - needed} to spare`;
  return `${spare}: ${left} of ${members}, ${needed} needed`;
}

function timeText({ expectedSeconds, atMostSeconds }: Rollout | RolloutStep): string {
  const limit = atMostSeconds === undefined ? '' : `, at most ${durationText(atMostSeconds)}`;
  return `about ${durationText(expectedSeconds)}${limit}`;
}

/** Column of the quorum. */
const QUORUM = 4;

/** Characters of one value. */
const VALUE = 400;

/** Fields of one file. */
const FIELDS = 60;
