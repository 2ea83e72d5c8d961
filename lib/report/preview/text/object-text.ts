import type { ObjectBlock, PreviewReport } from '../../../diff/report';
import type { Palette } from '../../palette';
import { counted } from '../../words';
import { visible } from '../escape';
import { fieldLines, type DiffLine } from '../field-lines';
import { environmentTexts, fileText, foldsText, KIND_SIGNS, LEVEL_WORDS, objectText } from '../words';
import { levelColor } from './level-color';
import { wrapped } from './wrapped';

/** Objects in the order of the report, with what differs in each. */
export function objectsText({ objects }: PreviewReport, color: Palette, width: number): string[] {
  if (objects.length === 0) return [];
  return [`${color.bold('Objects')}\n\n${objects.map((block) => paragraph(block, color, width)).join('\n')}`];
}

/** Lines of a difference, coloured. */
export function coloredLines(lines: readonly DiffLine[], color: Palette, indent: string): string[] {
  const paint = { '!': color.cyan, '-': color.red, '+': color.green, ' ': color.dim };
  return lines.map(({ sign, text }) => {
    const line = sign === '!' ? visible(text) : `  ${sign} ${visible(text)}`;
    return (indent + paint[sign](line.trimEnd())).trimEnd();
  });
}

function paragraph(block: ObjectBlock, color: Palette, width: number): string {
  const { id, kind, level, replaced, fields, folds, differsIn } = block;
  const paint = { added: color.green, removed: color.red, changed: color.yellow, renamed: color.yellow }[
    kind
  ];
  const folded = foldsText(folds);
  const remarks = [
    levelColor(color, level)(LEVEL_WORDS[level].toLowerCase()),
    ...(replaced ? [color.red('has to be deleted and made again')] : []),
    ...words(block).map((text) => color.dim(visible(text))),
  ];
  return [
    `  ${paint(KIND_SIGNS[kind])} ${color.bold(visible(objectText(id)))}  ${remarks.join(color.dim(' · '))}`,
    ...wrapped(visible(place(block)), width, '      ').map((line) => color.dim(line)),
    ...coloredLines(fieldLines(fields, VALUE, FIELDS).lines, color, '      '),
    ...(differsIn.length === 0
      ? []
      : [color.dim(`      otherwise in ${visible(environmentTexts(differsIn).join(', '))}`)]),
    ...Object.entries(block.columns ?? {}).map(([column, text]) => `      ${visible(`${column}: ${text}`)}`),
    ...(folded === '' ? [] : [color.dim(`      folded: ${folded}`)]),
  ].join('\n');
}

function words({ kind, formerId, fields, summary }: ObjectBlock): string[] {
  return [
    ...(kind === 'changed' ? [] : [kind]),
    ...(formerId === undefined ? [] : [`was ${objectText(formerId)}`]),
    ...(fields.length > 0 ? [counted(fields.length, 'field')] : []),
    ...(kind !== 'changed' && summary !== '' ? [summary] : []),
  ];
}

function place({ environments, origin }: ObjectBlock): string {
  return [environmentTexts(environments).join(', '), origin.path ?? '', fileText(origin)]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Characters of one value. */
const VALUE = 400;

/** Fields of one object. */
const FIELDS = 60;
