import type { HostBlock, HostFileBlock, Rollout, RolloutStep } from '../../../diff/host-report';
import type { PreviewReport } from '../../../diff/report';
import { counted, listed } from '../../words';
import { clipped, htmlCode, mdFence, mdTable } from '../escape';
import { fieldLines, textLines, type DiffLine } from '../field-lines';
import { hostGroups, type HostGroup } from '../host-groups';
import { costOf, costText, KIND_SIGNS, LEVEL_MARKS, LEVEL_WORDS, partCost, timeText } from '../words';
import { more, type Writing } from './detail';

/** What hosts go through, in which order, and what differs on each. */
export function hostSection({ hosts, rollouts }: PreviewReport, writing: Writing): string[] {
  const groups = hostGroups(hosts);
  const shown = writing.rows('hosts', groups);
  if (shown.length === 0) return [];
  return [
    '#### Hosts',
    mdTable(
      ['Hosts', 'Cluster', 'Disruption', 'Why', 'Environments'],
      shown.map(({ names, host }) => [
        writing.names(names),
        writing.code(host.cluster),
        `${LEVEL_MARKS[host.level]} ${disruption(host)}`,
        writing.prose(host.reason),
        writing.environments(host.environments),
      ]),
    ),
    ...more(groups.length, shown.length),
    ...rollouts.flatMap((rollout) => rolloutText(rollout, writing)),
    ...shown.flatMap((group) => hostDetails(group, writing)),
  ];
}

function disruption({ kind, disruption }: HostBlock): string {
  return kind === 'changed' ? costText(disruption) : kind;
}

function rolloutText(rollout: Rollout, writing: Writing): string[] {
  const { environment, cluster, steps, notes = [] } = rollout;
  const shown = writing.rows('turns of a roll-out', steps);
  if (shown.length === 0) return [];
  const of = environment === '' ? '' : ` in ${writing.code(environment)}`;
  return [
    `**Roll-out** of ${writing.code(cluster)}${of}: ${counted(steps.length, 'turn')}, ${timeText(rollout)}`,
    mdTable(
      ['Wave', 'Host', 'What happens', 'Quorum meanwhile', 'Expected'],
      shown.map((step) => [
        String(step.wave),
        `${writing.code(step.host)} ${writing.prose(step.role)}`,
        [writing.prose(step.what), ...costOf(step)].join(': '),
        quorumText(step),
        timeText(step),
      ]),
    ),
    ...more(steps.length, shown.length),
    ...writing.rows('notes of a roll-out', notes).map((note) => writing.prose(note)),
  ];
}

function quorumText({ quorum }: RolloutStep): string {
  if (quorum === undefined) return '–';
  const { members, needed, left } = quorum;
  const text = `${left} of ${members}, ${needed} needed`;
  return left < needed ? `**lost**: ${text}` : left === needed ? `${text}, none to spare` : text;
}

function hostDetails({ names, host }: HostGroup, writing: Writing): string[] {
  const { value, fields } = writing.detail;
  const lines: DiffLine[] = [
    ...[...host.properties, ...host.options]
      .slice(0, fields)
      .flatMap((field) => [
        { sign: '!', text: `${field.name}: ${costText(partCost(field.disruption, host))}` } as const,
        ...textLines(field.before, field.after, value).lines,
      ]),
    ...host.files.slice(0, fields).flatMap((file) => fileLines(file, host, writing)),
    ...host.steps.slice(0, fields).map((step) => ({ sign: '!', text: `runs again: ${step}` }) as const),
  ];
  writing.leaveOut(
    'lines of hosts',
    [[...host.properties, ...host.options], host.files, host.steps].reduce(
      (sum, all) => sum + Math.max(0, all.length - fields),
      0,
    ),
  );
  if (lines.length === 0) return [];
  const shown = clipped(listed(names, 5), 200);
  const origin = writing.origin(host.origin);
  return [
    `<details><summary>${LEVEL_MARKS[host.level]} ${LEVEL_WORDS[host.level]}: ${htmlCode(shown)}</summary>`,
    mdFence(
      'diff',
      lines.map(({ sign, text }) => `${sign} ${text}`),
    ),
    ...(origin === '' ? [] : [origin]),
    '</details>',
  ];
}

function fileLines(file: HostFileBlock, host: HostBlock, writing: Writing): DiffLine[] {
  const { value, fields } = writing.detail;
  const title = `${KIND_SIGNS[file.kind]} ${file.path}: ${file.what.join(', ')}; ${costText(partCost(file.disruption, host))}`;
  const content =
    file.fields === undefined
      ? textLines(file.before, file.after, value)
      : fieldLines(file.fields, value, fields);
  writing.leaveOut('long values', content.cuts);
  return [{ sign: '!', text: title }, ...content.lines];
}
