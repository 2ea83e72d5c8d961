import type { PreviewReport } from '../../../diff/report';
import type { Rollout, RolloutStep } from '../../../diff/host-report';
import { durationText } from '../../duration';
import type { Palette } from '../../palette';
import { alignedRows } from '../../text-table';
import { counted, listed } from '../../words';
import { visible } from '../escape';
import { fieldLines, textLines, type DiffLine } from '../field-lines';
import { hostGroups, type HostGroup } from '../host-groups';
import { costOf, costText, environmentTexts, fileText, KIND_SIGNS, partCost, timeText } from '../words';
import { coloredLines } from './object-text';
import { levelColor } from './level-color';
import { wrapped } from './wrapped';

/** Hosts with what it costs them, what differs, and the order in which they go. */
export function hostsText({ hosts, rollouts }: PreviewReport, color: Palette, width: number): string[] {
  if (hosts.length === 0) return [];
  return [
    `${color.bold('Hosts')}\n\n${hostGroups(hosts)
      .map((group) => paragraph(group, color, width))
      .join('\n')}`,
    ...rollouts.map((rollout) => rolloutText(rollout, color, width)),
  ];
}

function paragraph({ names, host }: HostGroup, color: Palette, width: number): string {
  const { kind, cluster, level, disruption, reason, environments, origin } = host;
  const cost = kind === 'changed' ? costText(disruption) : kind;
  const rest = [reason, environmentTexts(environments).join(', '), fileText(origin)].filter(
    (part) => part !== '',
  );
  return [
    `  ${KIND_SIGNS[kind]} ${color.bold(visible(listed(names)))}  ${color.dim(visible(`of ${cluster}`))}  ${levelColor(color, level)(cost)}`,
    ...wrapped(visible(rest.join(' · ')), width, '      ').map((line) => color.dim(line)),
    ...coloredLines(hostLines(host), color, '      '),
  ].join('\n');
}

function hostLines(host: HostGroup['host']): DiffLine[] {
  const { properties, options, files, steps } = host;
  const title = (text: string): DiffLine => ({ sign: '!', text });
  return [
    ...[...properties, ...options].flatMap(({ name, before, after, disruption }) => [
      title(`${name}: ${costText(partCost(disruption, host))}`),
      ...textLines(before, after, VALUE).lines,
    ]),
    ...files.flatMap(({ path, kind, what, disruption, fields, before, after }) => [
      title(`${KIND_SIGNS[kind]} ${path}: ${what.join(', ')}; ${costText(partCost(disruption, host))}`),
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
    costOf(step).join(''),
    `about ${durationText(step.expectedSeconds)}`,
  ]);
  const titles = alignedRows(rows);
  return [
    `${color.bold(`Roll-out of ${visible(cluster)}${of}`)}: ${counted(steps.length, 'turn')}, ${timeText(rollout)}`,
    '',
    ...steps.flatMap((step, at) => [
      `  ${titles[at] ?? ''}`,
      ...wrapped(visible(step.what), width, '          '),
      ...quorumLines(step, color),
    ]),
    ...notes.flatMap((note) => wrapped(visible(note), width, '  ')),
  ].join('\n');
}

function quorumLines({ quorum }: RolloutStep, color: Palette): string[] {
  if (quorum === undefined) return [];
  const { members, needed, left } = quorum;
  const spare = left < needed ? 'lost' : left === needed ? 'none to spare' : `${left - needed} to spare`;
  const line = `          quorum ${spare}: ${left} of ${members} up, ${needed} needed`;
  return [left < needed ? color.red(line) : line];
}

/** Characters of one value. */
const VALUE = 400;

/** Fields of one file. */
const FIELDS = 60;
