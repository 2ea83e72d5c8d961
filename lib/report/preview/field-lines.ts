import { diffArrays } from 'diff';
import { HIDDEN } from '../../diff/hidden-value';
import type { ReportedField } from '../../diff/report';
import { toYaml } from '../../yaml';
import { counted } from '../words';
import { clipped } from './escape';

/** A line of a difference: `!` names the field, `-` and `+` are its values. */
export interface DiffLine {
  readonly sign: '!' | '-' | '+' | ' ';
  readonly text: string;
}

/** Lines of some fields, and how often something was cut. */
export interface DiffLines {
  readonly lines: readonly DiffLine[];
  readonly cuts: number;
}

/** Fields as lines, path by path. At most `limit` characters of each value, and at most `most` fields. */
export function fieldLines(fields: readonly ReportedField[], limit: number, most: number): DiffLines {
  const shown = fields.slice(0, most).map((field) => linesOf(field, limit));
  const left = fields.length - shown.length;
  return {
    lines: [
      ...shown.flatMap(({ lines }) => lines),
      ...(left > 0 ? [{ sign: '!', text: `… ${left} more of its fields` } as const] : []),
    ],
    cuts: shown.reduce((sum, { cuts }) => sum + cuts, left > 0 ? 1 : 0),
  };
}

/** Two texts, line by line. */
export function textLines(before: string | undefined, after: string | undefined, limit: number): DiffLines {
  return difference(linesOfText(before), linesOfText(after), limit);
}

function linesOf(field: ReportedField, limit: number): DiffLines {
  const title = (remark: string) => ({ sign: '!', text: `${field.path}${remark}` }) as const;
  if (field.before === HIDDEN || field.after === HIDDEN) {
    return { lines: [title(` (${HIDDEN_WORDS[field.op]}, not shown)`)], cuts: 0 };
  }
  if (field.op === 'reorder') {
    const { lines, cuts } = difference([inOrder(field.before)], [inOrder(field.after)], limit);
    return { lines: [title(' (order)'), ...lines], cuts };
  }
  const before = 'before' in field && field.op !== 'add' ? valueLines(field.before) : [];
  const after = 'after' in field && field.op !== 'remove' ? valueLines(field.after) : [];
  const { lines, cuts } = difference(before, after, limit);
  return { lines: [title(''), ...lines], cuts };
}

function difference(before: string[], after: string[], limit: number): DiffLines {
  const [head, tail] = commonEnds(before, after);
  const own = before.slice(head, before.length - tail);
  const others = after.slice(head, after.length - tail);
  // Of texts that have little in common, the one goes and the other comes.
  const parts = diffArrays(own, others, { maxEditLength: MOST_EDITS }) ?? [
    { value: own, removed: true, added: false },
    { value: others, removed: false, added: true },
  ];
  return cut(
    [
      ...equal(before.slice(0, head)),
      ...parts.flatMap(({ value, added, removed }): DiffLine[] =>
        added || removed ? value.map((text) => ({ sign: added ? '+' : '-', text })) : equal(value),
      ),
      ...equal(tail === 0 ? [] : before.slice(-tail)),
    ],
    limit,
  );
}

/** As many lines as have room; says what has none. */
function cut(lines: readonly DiffLine[], limit: number): DiffLines {
  const shown: DiffLine[] = [];
  let room = 2 * limit;
  let cuts = 0;
  for (const { sign, text } of lines) {
    const isLong = text.length > limit;
    const short = isLong ? `${clipped(text, Math.max(limit, 1))} (${text.length} characters)` : text;
    room -= Math.min(text.length, limit);
    if (room < 0 && shown.length > 0) break;
    if (isLong) cuts++;
    shown.push({ sign, text: short });
  }
  const left = lines.length - shown.length;
  if (left === 0) return { lines: shown, cuts };
  return { lines: [...shown, { sign: ' ', text: `… ${counted(left, 'more line')}` }], cuts: cuts + 1 };
}

/** A few lines show where one is; many are counted. */
function equal(lines: readonly string[]): DiffLine[] {
  if (lines.length > MOST_EQUAL) return [{ sign: ' ', text: `… ${lines.length} equal lines` }];
  return lines.map((text) => ({ sign: ' ', text }));
}

/** Number of lines that are the same at the beginning, and at the end. */
function commonEnds(a: readonly string[], b: readonly string[]): readonly [number, number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return [head, tail];
}

function valueLines(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('\n') ? linesOfText(value) : [scalarText(value)];
  if (typeof value === 'object' && value !== null) return linesOfText(toYaml(value));
  return [String(value)];
}

function linesOfText(text: string | undefined): string[] {
  if (text === undefined) return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Without quotes, where it cannot be taken for something else. */
function scalarText(text: string): string {
  return OTHERWISE.test(text) ? JSON.stringify(text) : text;
}

function inOrder(items: unknown): string {
  return Array.isArray(items)
    ? items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ')
    : String(items);
}

const MOST_EDITS = 400;

const MOST_EQUAL = 3;

/** Text that reads as a number, a boolean or nothing, or whose blanks would not be seen. */
const OTHERWISE = /^$|^\s|\s$|^(?:true|false|null|[-+]?\.?\d[\d.]*(?:e[-+]?\d+)?)$/i;

const HIDDEN_WORDS: Readonly<Record<ReportedField['op'], string>> = {
  add: 'new value',
  remove: 'removed value',
  replace: 'changed value',
  reorder: 'changed order',
};
