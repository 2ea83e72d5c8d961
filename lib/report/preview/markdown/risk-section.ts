import { groupBy } from '../../../diff/group-by';
import type { PreviewReport, Risk } from '../../../diff/report';
import { RISK_LEVELS } from '../../../diff/rules/risk-rule';
import { mdTable } from '../escape';
import { LEVEL_MARKS, LEVEL_WORDS, subjectText } from '../words';
import type { Writing } from './detail';

/** Risks that count, the worst first, then those that a waiver covers; those of one rule with the same advice share a row. */
export function riskSection({ risks }: PreviewReport, writing: Writing): string[] {
  const ordered = [...risks.filter(({ waived }) => !waived), ...risks.filter(({ waived }) => waived)];
  const groups = [...groupBy(ordered, sharedRow).values()];
  const shown = writing.rows('risks', groups);
  if (shown.length === 0) return [];
  return [
    '#### Risks',
    mdTable(
      ['Risk', 'Where', 'What and why', 'When it is applied, and what to do'],
      shown.map((group) => row(group, writing)),
    ),
    ...rest(groups.slice(shown.length).flat()),
  ];
}

function sharedRow({ rule, level, title, reason, onApply, fix, waived }: Risk): string {
  return JSON.stringify([rule, level, title, reason, onApply, fix, waived]);
}

function row(risks: readonly Risk[], writing: Writing): string[] {
  const [risk] = risks as readonly [Risk, ...Risk[]];
  const { level, title, reason, onApply, fix, waived } = risk;
  const mark = `${LEVEL_MARKS[level]}&nbsp;**${LEVEL_WORDS[level]}**`;
  const shown = risks.slice(0, MOST_SUBJECTS);
  const more = risks.length - shown.length;
  const environments = new Set(risks.map((each) => writing.environments(each.environments)));
  return [
    waived === undefined
      ? `${mark}<br>${writing.rule(risk.rule, risk.docs)}`
      : `~~${LEVEL_WORDS[level]}~~ waived<br>${writing.rule(risk.rule, risk.docs)}`,
    lines([
      ...new Set(shown.map((each) => lines(place(each, writing)))),
      more > 0 ? `and ${more} more` : '',
      ...(environments.size > 1 ? [] : environments),
    ]),
    lines([
      `**${writing.prose(title)}**: ${[...new Set(shown.map((each) => whatOf(each, environments.size > 1, writing)))].join('<br>')}`,
      writing.prose(reason),
    ]),
    lines([
      writing.prose(onApply),
      `→ ${writing.prose(fix)}`,
      waived === undefined
        ? ''
        : `Waived until ${writing.prose(waived.until)}: ${writing.prose(waived.reason)}`,
    ]),
  ];
}

function whatOf({ what, environments }: Risk, named: boolean, writing: Writing): string {
  const names = named ? writing.environments(environments) : '';
  return names === '' ? writing.prose(what) : `${writing.prose(what)} (${names})`;
}

function place({ subject, field, origin }: Risk, writing: Writing): string[] {
  return [
    writing.code(subjectText(subject)),
    field === undefined ? '' : writing.code(field),
    writing.origin(origin),
  ];
}

function rest(risks: readonly Risk[]): string[] {
  if (risks.length === 0) return [];
  const levels = RISK_LEVELS.flatMap((level) => {
    const count = risks.filter((risk) => risk.level === level && risk.waived === undefined).length;
    return count > 0 ? [`${count} ${LEVEL_WORDS[level].toLowerCase()}`] : [];
  });
  const waived = risks.filter((risk) => risk.waived !== undefined).length;
  return [
    `… and ${risks.length} more: ${[...levels, ...(waived > 0 ? [`${waived} waived`] : [])].join(', ')}.`,
  ];
}

function lines(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('<br>');
}

/** Of one row: the rest is in the list of objects. */
const MOST_SUBJECTS = 5;
