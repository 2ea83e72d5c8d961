import type { EnvironmentSummary, PreviewReport } from '../../../diff/report';
import { RISK_LEVELS } from '../../../diff/rules/risk-rule';
import { mdTable } from '../escape';
import { countsText, environmentText, kubernetesText, LEVEL_MARKS, LEVEL_WORDS, stateText } from '../words';
import { more, type Writing } from './detail';

/** Environments and their risks. Nothing for manifests that belong to no environment. */
export function environmentSection({ environments }: PreviewReport, writing: Writing): string[] {
  if (
    environments.length === 0 ||
    environments.every(({ name, state }) => name === '' && state === 'compared')
  ) {
    return [];
  }
  const shown = writing.rows('environments', environments);
  if (shown.length === 0) return [];
  return [
    '#### Environments',
    mdTable(
      [
        'Environment',
        ...RISK_LEVELS.map((level) => `${LEVEL_MARKS[level]} ${LEVEL_WORDS[level]}`),
        'Objects',
        'Hosts',
        'Kubernetes',
      ],
      shown.map((environment) => row(environment, writing)),
    ),
    ...more(environments.length, shown.length),
  ];
}

function row(environment: EnvironmentSummary, writing: Writing): string[] {
  const { name, levels, counts } = environment;
  const state = stateText(environment);
  return [
    `${writing.code(environmentText(name))}${state === '' ? '' : ` ${writing.prose(state)}`}`,
    ...RISK_LEVELS.map((level) => (levels[level] === 0 ? '0' : `**${levels[level]}**`)),
    ...(environment.state === 'head-failed'
      ? ['–', '–', '–']
      : [
          countsText({ ...counts, hosts: 0 }),
          String(counts.hosts),
          writing.prose(kubernetesText(environment)),
        ]),
  ];
}
