import type { LintFinding, PreviewReport } from '../../../diff/report';
import type { Palette } from '../../palette';
import { alignedRows } from '../../text-table';
import { visible } from '../escape';
import { environmentTexts, fileText, foldsText, WAIVER_WORDS } from '../words';
import { wrapped } from './wrapped';

/** Findings, waivers, problems, what other sources say, what was folded, and what nobody can know. */
export function checksText(report: PreviewReport, color: Palette, width: number): string[] {
  const { lint, waivers, problems, columns = [], folds, unknowns } = report;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${color.bold(title)}\n\n${lines.join('\n')}`];
  const lines = (text: string) => wrapped(visible(text), width, '  ');
  const folded = foldsText(folds);
  return [
    ...section(
      'New findings',
      lint.introduced.flatMap((finding) => lines(findingText(finding))),
    ),
    ...section(
      'Fixed findings',
      lint.fixed.flatMap((finding) => lines(findingText(finding))),
    ),
    ...section(
      'Waivers',
      alignedRows(
        waivers.map(({ state, rule, subject, until, reason, problem, origin }) =>
          [
            WAIVER_WORDS[state],
            rule,
            subject,
            until,
            [reason, problem ?? ''].filter((part) => part !== '').join('; '),
            fileText(origin),
          ].map(visible),
        ),
      ).map((line) => `  ${line}`),
    ),
    ...section(
      'Problems',
      problems.flatMap(({ side, file, line, column, problem, fix }) =>
        lines(
          `${side}: ${[file, line, column].filter((part) => part !== undefined).join(':')}: ${problem}; ${fix}`,
        ),
      ),
    ),
    ...columns.flatMap(({ title, notes, failed }) =>
      section(
        visible(title),
        failed === undefined ? notes.flatMap(lines) : lines(`could not be asked: ${failed}`),
      ),
    ),
    ...section('Folded as equal or as noise', folded === '' ? [] : lines(folded)),
    ...section('What this preview cannot know', unknowns.flatMap(lines)),
  ];
}

function findingText({
  check,
  rule,
  subject,
  field,
  problem,
  fix,
  environments,
  origin,
}: LintFinding): string {
  const place = [environmentTexts(environments).join(', '), fileText(origin)].filter((part) => part !== '');
  return `${rule} (${check}): ${subject}${field === undefined ? '' : ` ${field}`}: ${problem}; ${fix}${place.length === 0 ? '' : ` (${place.join('; ')})`}`;
}
