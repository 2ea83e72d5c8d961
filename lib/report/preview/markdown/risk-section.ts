import type { PreviewReport, Risk } from '../../../diff/report';
import { RISK_LEVELS } from '../../../diff/rules/risk-rule';
import { mdTable } from '../escape';
import { LEVEL_MARKS, LEVEL_WORDS, subjectText } from '../words';
import type { Writing } from './detail';

/** Risks that count, the worst first, then those that a waiver covers. */
export function riskSection({ risks }: PreviewReport, writing: Writing): string[] {
  const ordered = [...risks.filter(({ waived }) => !waived), ...risks.filter(({ waived }) => waived)];
  const shown = writing.rows('risks', ordered);
  if (shown.length === 0) return [];
  return [
    '#### Risks',
    mdTable(
      ['Risk', 'Where', 'What and why', 'When it is applied, and what to do'],
      shown.map((risk) => row(risk, writing)),
    ),
    ...rest(ordered.slice(shown.length)),
  ];
}

function row(risk: Risk, writing: Writing): string[] {
  const { level, title, what, reason, subject, field, environments, onApply, fix, waived } = risk;
  const mark = `${LEVEL_MARKS[level]}&nbsp;**${LEVEL_WORDS[level]}**`;
  return [
    waived === undefined
      ? `${mark}<br>${writing.rule(risk.rule, risk.docs)}`
      : `~~${LEVEL_WORDS[level]}~~ waived<br>${writing.rule(risk.rule, risk.docs)}`,
    lines([
      writing.code(subjectText(subject)),
      field === undefined ? '' : writing.code(field),
      writing.environments(environments),
      writing.origin(risk.origin),
    ]),
    lines([`**${writing.prose(title)}**: ${writing.prose(what)}`, writing.prose(reason)]),
    lines([
      writing.prose(onApply),
      `→ ${writing.prose(fix)}`,
      waived === undefined
        ? ''
        : `Waived until ${writing.prose(waived.until)}: ${writing.prose(waived.reason)}`,
    ]),
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
