import { diffArrays } from 'diff';
import { HIDDEN } from '../../diff/hidden-value';
import type { ReportedField } from '../../diff/reported-fields';
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
  return textDifference(before, after, limit);
}

function linesOf(field: ReportedField, limit: number): DiffLines {
  const title = (remark: string) => ({ sign: '!', text: `${field.path}${remark}` }) as const;
  if (field.before === HIDDEN || field.after === HIDDEN) {
    return { lines: [title(` (${HIDDEN_WORDS[field.op]}, not shown)`)], cuts: 0 };
  }
  if (field.op === 'reorder') {
    const { lines, cuts } = difference([inOrder(field.before)], [inOrder(field.after)], { limit });
    return { lines: [title(' (order)'), ...lines], cuts };
  }
  const before = 'before' in field && field.op !== 'add' ? valueText(field.before) : undefined;
  const after = 'after' in field && field.op !== 'remove' ? valueText(field.after) : undefined;
  const { lines, cuts } = textDifference(before, after, limit);
  return { lines: [title(''), ...lines], cuts };
}

/** Of texts with very many lines only so many are looked at, from the first that differs. */
function textDifference(before: string | undefined, after: string | undefined, limit: number): DiffLines {
  const [from, to] = [withoutEnd(before), withoutEnd(after)];
  const [old, now] = [linesOfText(from), linesOfText(to)];
  if (old.length < MOST_LINES && now.length < MOST_LINES) return difference(old, now, { limit });
  const at = from === undefined || to === undefined ? 0 : differentLine(from, to);
  const own = linesOfText(from, at);
  const others = linesOfText(to, at);
  const unread =
    breaksIn(from, at) + breaksIn(to, at) - breaksIn(own.join('\n')) - breaksIn(others.join('\n'));
  const { lines, cuts } = difference(own, others, { limit, unread });
  const same = breaksIn(from) - breaksIn(from, at);
  return same === 0 ? { lines, cuts } : { lines: [equalLine(same), ...lines], cuts };
}

/** Where the first line begins that differs. */
function differentLine(before: string, after: string): number {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before.charCodeAt(at) === after.charCodeAt(at)) at++;
  return at === 0 ? 0 : before.lastIndexOf('\n', at - 1) + 1;
}

function breaksIn(text = '', from = 0): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** How much is shown of a difference. */
interface Room {
  /** Characters of one line. */
  readonly limit: number;

  /** Lines that were not looked at. @default 0 */
  readonly unread?: number;
}

function difference(before: string[], after: string[], room: Room): DiffLines {
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
    room,
  );
}

/** As many lines as have room; says what has none. */
function cut(lines: readonly DiffLine[], { limit, unread = 0 }: Room): DiffLines {
  const shown: DiffLine[] = [];
  let room = 2 * limit;
  let cuts = 0;
  for (const { sign, text } of lines) {
    const isLong = text.length > limit;
    const short = isLong ? `${clipped(text, Math.max(limit, 1))} (${text.length} characters)` : text;
    room -= Math.min(Math.max(text.length, 1), limit);
    if (room < 0 && shown.length > 0) break;
    if (isLong) cuts++;
    shown.push({ sign, text: short });
  }
  const left = lines.length - shown.length + unread;
  if (left === 0) return { lines: shown, cuts };
  return { lines: [...shown, { sign: ' ', text: `… ${counted(left, 'more line')}` }], cuts: cuts + 1 };
}

/** A few lines show where one is; many are counted. */
function equal(lines: readonly string[]): DiffLine[] {
  if (lines.length > MOST_EQUAL) return [equalLine(lines.length)];
  return lines.map((text) => ({ sign: ' ', text }));
}

function equalLine(count: number): DiffLine {
  return { sign: ' ', text: `… ${counted(count, 'equal line')}` };
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

function valueText(value: unknown): string {
  if (typeof value === 'string') return value.includes('\n') ? value : scalarText(value);
  return typeof value === 'object' && value !== null ? toYaml(value) : String(value);
}

function withoutEnd(text: string | undefined): string | undefined {
  return text?.endsWith('\n') === true ? text.slice(0, -1) : text;
}

function linesOfText(text: string | undefined, from = 0): string[] {
  return text === undefined ? [] : text.slice(from).split('\n', MOST_LINES);
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

/** Nobody reads more, and each takes memory. */
const MOST_LINES = 20_000;

const MOST_EQUAL = 3;

/** Text that reads as a number, a boolean or nothing, or whose blanks would not be seen. */
const OTHERWISE = /^$|^\s|\s$|^(?:true|false|null|[-+]?\.?\d[\d.]*(?:e[-+]?\d+)?)$/i;

const HIDDEN_WORDS: Readonly<Record<ReportedField['op'], string>> = {
  add: 'new value',
  remove: 'removed value',
  replace: 'changed value',
  reorder: 'changed order',
};
