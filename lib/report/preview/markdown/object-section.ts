import type { ObjectBlock, PreviewReport } from '../../../diff/report';
import type { Writing } from './detail';
import { fullEntry, shortEntry, type FullEntry } from './object-entry';
import { LEVEL_MARKS } from '../words';
import { byteLength } from './size';

/** Objects as far as there is room, and what is missing. */
export interface ObjectSection {
  readonly parts: readonly string[];

  /** Whether every object is there with its whole difference, but for long values. */
  readonly complete: boolean;
}

/**
 * Objects in the order of the report. Room goes first to the lines of the risky ones and to what differs in them, then to the lines of the
 * others, then to what differs in those.
 */
export function objectSection({ objects }: PreviewReport, writing: Writing, room: number): ObjectSection {
  if (objects.length === 0) return { parts: [], complete: true };
  if (writing.isBare) {
    writing.leaveOut('objects', objects.length);
    return { parts: [], complete: false };
  }
  const entries = objects.map((block): Entry => ({ block, text: '' }));
  const risky = entries.filter(({ block }) => block.level === 'block' || block.level === 'high');
  const others = entries.filter(({ block }) => block.level === 'caution' || block.level === 'routine');
  const filling: Filling = { writing, left: room - FRAME, cuts: 0 };
  // Lines of many risky objects leave room for what differs in the riskiest of them.
  fillShort(risky, filling, filling.left / 2);
  fillFull(risky, filling);
  fillShort(risky, filling);
  fillShort(others, filling);
  fillFull(others, filling);
  return assembled(entries, filling);
}

interface Entry {
  readonly block: ObjectBlock;

  /** Empty while nothing has room. */
  text: string;

  /** Whether the difference is in it, or there is none. */
  full?: boolean;
}

interface Filling {
  readonly writing: Writing;
  left: number;
  cuts: number;
}

function fillShort(entries: readonly Entry[], filling: Filling, keep = 0): void {
  for (const entry of entries) {
    if (entry.text !== '') continue;
    const text = shortEntry(entry.block, filling.writing);
    const size = byteLength(text) + GAP;
    if (size > filling.left - keep) return;
    entry.text = text;
    filling.left -= size;
  }
}

function fillFull(entries: readonly Entry[], filling: Filling): void {
  let misses = 0;
  for (const entry of entries) {
    if (entry.text === '' || misses > MISSES || filling.left < GAP) return;
    const full = fullEntry(entry.block, filling.writing);
    if (full === undefined) entry.full = true;
    else if (!grow(entry, full, filling)) misses++;
  }
}

function grow(entry: Entry, full: FullEntry, filling: Filling): boolean {
  const size = byteLength(full.text) - byteLength(entry.text) + GAP;
  if (size > filling.left) return false;
  entry.text = full.text;
  entry.full = true;
  filling.left -= size;
  filling.cuts += full.cuts;
  return true;
}

function assembled(entries: readonly Entry[], { writing, cuts }: Filling): ObjectSection {
  const shown = entries.filter(({ text }) => text !== '');
  const bodies = shown.filter(({ full }) => full !== true).length;
  const missing = entries.length - shown.length;
  writing.leaveOut('objects', missing);
  writing.leaveOut('differences of objects', bodies);
  writing.leaveOut('long values', cuts);
  const routine = shown.filter(({ block }) => block.level === 'routine');
  const isLong = routine.length > MOST_ROUTINE;
  return {
    parts: [
      '#### Objects',
      ...joined((isLong ? shown.filter(({ block }) => block.level !== 'routine') : shown).map(textOf)),
      ...(isLong ? inOne(routine) : []),
      ...(missing > 0 ? [`… and ${missing} more.`] : []),
    ],
    complete: missing === 0 && bodies === 0,
  };
}

/** Routine objects, folded together. */
function inOne(routine: readonly Entry[]): string[] {
  const summary = `${LEVEL_MARKS.routine} ${routine.length} objects with nothing but routine changes`;
  return [`<details><summary>${summary}</summary>`, ...joined(routine.map(textOf)), '</details>'];
}

function textOf({ text }: Entry): string {
  return text;
}

/** Lines of one list stay together. */
function joined(texts: readonly string[]): string[] {
  const parts: string[] = [];
  for (const text of texts) {
    const last = parts.at(-1);
    if (last !== undefined && text.startsWith('- ') && last.startsWith('- ')) {
      parts[parts.length - 1] = `${last}\n${text}`;
    } else parts.push(text);
  }
  return parts;
}

/** Line feeds between two parts. */
const GAP = 2;

/** Heading, the line that counts what is missing, and what folds the routine ones. */
const FRAME = 250;

/** So many routine objects stand by themselves. */
const MOST_ROUTINE = 10;

/** So many differences in a row have no room before the search ends. */
const MISSES = 50;
