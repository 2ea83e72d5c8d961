import type { LintFinding, PreviewReport } from '../../../diff/report';
import { mdTable } from '../escape';
import { foldsText, WAIVER_WORDS } from '../words';
import { more, type Writing } from './detail';

/** Findings of schemas, rules and policies that the change brings or mends. */
export function lintSection({ lint }: PreviewReport, writing: Writing): string[] {
  const { introduced, fixed } = lint;
  if (introduced.length + fixed.length === 0) return [];
  const rows = [
    ...introduced.map((finding) => ({ state: '**new**', finding })),
    ...fixed.map((finding) => ({ state: 'fixed', finding })),
  ];
  const shown = writing.rows('findings', rows);
  if (shown.length === 0) return [];
  return [
    `#### Checks: ${introduced.length} new, ${fixed.length} fixed`,
    mdTable(
      ['State', 'Rule', 'Where', 'Problem'],
      shown.map(({ state, finding }) => [state, ...findingCells(finding, writing)]),
    ),
    ...more(rows.length, shown.length),
  ];
}

/** Risks that somebody takes knowingly, and waivers that no longer do anything. */
export function waiverSection({ waivers }: PreviewReport, writing: Writing): string[] {
  const shown = writing.rows('waivers', waivers);
  if (shown.length === 0) return [];
  return [
    '#### Waivers',
    mdTable(
      ['State', 'Rule', 'On', 'Until', 'Reason'],
      shown.map((waiver) => [
        waiver.state === 'expired' || waiver.state === 'invalid'
          ? `**${WAIVER_WORDS[waiver.state]}**`
          : WAIVER_WORDS[waiver.state],
        writing.code(waiver.rule),
        [writing.code(waiver.subject), writing.origin(waiver.origin)]
          .filter((part) => part !== '')
          .join('<br>'),
        writing.prose(waiver.until),
        [waiver.reason, waiver.problem ?? '']
          .filter((part) => part !== '')
          .map((part) => writing.prose(part))
          .join('<br>'),
      ]),
    ),
    ...more(waivers.length, shown.length),
  ];
}

/** Input that could not be read. */
export function problemSection({ problems }: PreviewReport, writing: Writing): string[] {
  const shown = writing.rows('problems', problems);
  if (shown.length === 0) return [];
  return [
    '#### Problems',
    ...[
      shown
        .map(({ side, file, line, column, problem, fix }) => {
          const place = [file, line, column].filter((part) => part !== undefined).join(':');
          return `- ${side}: ${writing.code(place)}: ${writing.prose(problem)}; ${writing.prose(fix)}`;
        })
        .join('\n'),
    ],
    ...more(problems.length, shown.length),
  ];
}

/** What other sources say as a whole. */
export function columnSection({ columns = [] }: PreviewReport, writing: Writing): string[] {
  const shown = writing.rows('other sources', columns);
  return shown.map(({ title, notes, failed }) => {
    const said = failed === undefined ? notes : [`could not be asked: ${failed}`];
    const lines = writing.rows('notes of other sources', said).map((note) => writing.prose(note));
    return `**${writing.prose(title)}**: ${lines.length === 0 ? 'nothing to add' : lines.join('; ')}`;
  });
}

/** What was folded, and what nobody can know before the change is applied. */
export function lastSection({ folds, unknowns }: PreviewReport, writing: Writing): string[] {
  const folded = foldsText(folds);
  const shown = writing.rows('sentences about what is unknown', unknowns);
  return [
    ...(folded === '' || writing.isBare ? [] : [`Folded as equal or as noise: ${folded}.`]),
    ...(shown.length === 0
      ? []
      : [
          '<details><summary>What this preview cannot know</summary>',
          shown.map((sentence) => `- ${writing.prose(sentence)}`).join('\n'),
          '</details>',
        ]),
  ];
}

function findingCells(finding: LintFinding, writing: Writing): string[] {
  const { check, rule, subject, field, problem, fix, environments, origin } = finding;
  return [
    [writing.code(rule), writing.prose(check)].join('<br>'),
    [
      writing.code(subject),
      field === undefined ? '' : writing.code(field),
      writing.environments(environments),
      writing.origin(origin),
    ]
      .filter((part) => part !== '')
      .join('<br>'),
    [writing.prose(problem), `→ ${writing.prose(fix)}`].join('<br>'),
  ];
}
