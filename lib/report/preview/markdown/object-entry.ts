import type { ObjectBlock } from '../../../diff/report';
import { counted } from '../../words';
import { clipped, htmlCode, mdCode, mdFence } from '../escape';
import { fieldLines } from '../field-lines';
import { environmentTexts, foldsText, KIND_SIGNS, LEVEL_MARKS, LEVEL_WORDS, objectText } from '../words';
import type { Writing } from './detail';

/** What is said of an object where there is room. */
export interface FullEntry {
  readonly text: string;

  /** Values that were cut. */
  readonly cuts: number;
}

/** One line of a list. */
export function shortEntry(block: ObjectBlock, writing: Writing): string {
  const name = clipped(objectText(block.id), NAME);
  return `- ${LEVEL_MARKS[block.level]} ${entity(KIND_SIGNS[block.kind])} ${[
    mdCode(name),
    ...remarks(block, mdCode),
    ...(block.kind === 'changed' ? [] : [writing.origin(block.origin)]),
  ]
    .filter((part) => part !== '')
    .join(' · ')}`;
}

/** Its difference, folded; `undefined` where the line says it all. */
export function fullEntry(block: ObjectBlock, writing: Writing): FullEntry | undefined {
  const { lines, cuts } = fieldLines(block.fields, writing.detail.value, writing.detail.fields);
  const notes = entryNotes(block, writing);
  if (lines.length === 0 && Object.keys(block.columns ?? {}).length === 0) return undefined;
  const summary = [htmlCode(clipped(objectText(block.id), NAME)), ...remarks(block, htmlCode)].join(' · ');
  return {
    text: [
      `<details><summary>${LEVEL_MARKS[block.level]} ${LEVEL_WORDS[block.level]} ${KIND_SIGNS[block.kind].replace('>', '&gt;')} ${summary}</summary>`,
      ...(lines.length === 0
        ? []
        : [
            mdFence(
              'diff',
              lines.map(({ sign, text }) => `${sign} ${text}`),
            ),
          ]),
      ...(notes === '' ? [] : [notes]),
      '</details>',
    ].join('\n\n'),
    cuts,
  };
}

function remarks(block: ObjectBlock, code: (text: string) => string): string[] {
  const { kind, formerId, replaced, fields, summary, environments, id } = block;
  const of = environmentTexts(environments);
  const short = (text: string) => code(clipped(text, NAME));
  return [
    ...(kind === 'added' || kind === 'removed' ? [kind] : []),
    ...(formerId === undefined ? [] : [`was ${short(objectText({ ...formerId, cluster: id.cluster }))}`]),
    ...(replaced ? ['<b>has to be deleted and made again</b>'] : []),
    ...(fields.length > 0 ? [counted(fields.length, 'field')] : []),
    ...(kind !== 'changed' && summary !== '' ? [short(summary)] : []),
    ...(of.length === 0 ? [] : [short(of.join(', '))]),
  ];
}

/** Where it comes from, where it differs otherwise, what was folded, and what others say. */
function entryNotes(block: ObjectBlock, writing: Writing): string {
  const folds = foldsText(block.folds);
  const columns = Object.entries(block.columns ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    writing.origin(block.origin),
    block.differsIn.length === 0 ? '' : `Otherwise in ${writing.environments(block.differsIn)}`,
    folds === '' ? '' : `Folded: ${folds}`,
    ...columns.map(([column, text]) => `${mdCode(clipped(column, NAME))}: ${writing.prose(text)}`),
  ]
    .filter((part) => part !== '')
    .join('<br>\n');
}

function entity(sign: string): string {
  return `&#${sign.charCodeAt(0)};`;
}

const NAME = 160;
