import type { PreviewReport } from '../../../diff/report';
import { clipped, mdCode } from '../escape';
import { countsText, environmentTexts, LEVEL_MARKS, levelText, sideText } from '../words';
import type { Writing } from './detail';

/** The first line: level, counts, environments, commits and time. */
export function verdictLine(report: PreviewReport, writing: Writing): string {
  const { verdict, project, base, head, seconds } = report;
  const environments = environmentTexts(verdict.environments);
  return [
    `### ${shortVerdict(report)}`,
    ...(environments.length === 0 ? [] : [writing.names(environments)]),
    `${mdCode(clipped(sideText(base), NAME))} → ${mdCode(clipped(sideText(head), NAME))}`,
    ...(project === '' ? [] : [mdCode(clipped(project, NAME))]),
    ...(seconds === undefined ? [] : [`${seconds.toFixed(1)} s`]),
  ].join(' · ');
}

/** Level and counts: nothing in it that somebody else wrote. */
export function shortVerdict({ verdict }: PreviewReport): string {
  const { level, counts, incomplete } = verdict;
  const mark = level === 'none' && incomplete ? '⚠️' : LEVEL_MARKS[level];
  return `${mark} ${levelText(verdict)}: ${countsText(counts)}`;
}

const NAME = 60;
