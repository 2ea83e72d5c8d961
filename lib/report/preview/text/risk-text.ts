import type { PreviewReport, Risk } from '../../../diff/report';
import type { Palette } from '../../palette';
import { visible } from '../escape';
import { environmentTexts, fileText, LEVEL_WORDS, subjectText } from '../words';
import { levelColor } from './level-color';
import { wrapped } from './wrapped';

/** Risks, one paragraph each: those that a waiver covers are last. */
export function riskText({ risks }: PreviewReport, color: Palette, width: number): string[] {
  if (risks.length === 0) return [];
  const ordered = [...risks.filter(({ waived }) => !waived), ...risks.filter(({ waived }) => waived)];
  return [`${color.bold('Risks')}\n\n${ordered.map((risk) => paragraph(risk, color, width)).join('\n\n')}`];
}

function paragraph(risk: Risk, color: Palette, width: number): string {
  const { rule, level, title, what, reason, subject, field, environments, onApply, fix, origin, waived } =
    risk;
  const word =
    waived === undefined
      ? levelColor(color, level)(LEVEL_WORDS[level])
      : color.dim(`Waived, else ${LEVEL_WORDS[level].toLowerCase()}`);
  const place = [environmentTexts(environments).join(', '), origin.path ?? '', fileText(origin)]
    .filter((part) => part !== '')
    .join(' · ');
  const lines = (text: string) => wrapped(visible(text), width, INDENT);
  return [
    `  ${word}  ${color.bold(visible(subjectText(subject)))}${field === undefined ? '' : `  ${color.cyan(visible(field))}`}`,
    ...lines(`${title}: ${what}. ${reason}`),
    ...lines(`On apply: ${onApply}`),
    ...lines(`To do: ${fix}`),
    ...(waived === undefined ? [] : lines(`Waived until ${waived.until}: ${waived.reason}`)),
    ...lines(`${place === '' ? '' : `${place} · `}${rule}`).map((line) => color.dim(line)),
  ].join('\n');
}

const INDENT = '    ';
