import { diffArrays, diffWordsWithSpace } from 'diff';
import { markup, Markup, type Content } from './markup';
import { escapeHtml } from './escape-html';

/** How much of a difference is written. */
export interface TextDiffLimits {
  /** Lines around a change that are always shown. */
  readonly context: number;

  /** Whether the other lines that stay are left out instead of folded; how many they are is said. */
  readonly changesOnly: boolean;
}

/**
 * The difference of two texts line by line, readable as it is: lines that go are `del`, lines that come are `ins`, what differs in a
 * line is `b`, and long runs of lines that stay are folded. The page's script makes columns with line numbers of it.
 */
export function textDiff(
  before: string | undefined,
  after: string | undefined,
  limits: TextDiffLimits,
): Markup {
  if (before === undefined || after === undefined)
    return wholeText(before ?? after ?? '', before === undefined);
  const parts = lineParts(linesOf(before), linesOf(after));
  const written = parts.map((part, index) =>
    part.kind === 'same'
      ? unchanged(part.before, { first: index === 0, last: index === parts.length - 1 }, limits)
      : replaced(part.before, part.after),
  );
  return markup`<div class="d">${written}</div>`;
}

interface Part {
  readonly kind: 'same' | 'changed';
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function wholeText(text: string, added: boolean): Markup {
  return markup`<div class="d ${added ? 'add' : 'rem'}">${linesOf(text).map((line) => `${line}\n`)}</div>`;
}

/** Runs of lines that stay, and runs that are replaced. */
function lineParts(before: readonly string[], after: readonly string[]): readonly Part[] {
  const changes = diffArrays([...before], [...after], { maxEditLength: LONGEST_EDIT });
  // Too different to be worth the work: everything goes and comes.
  if (changes === undefined) return [{ kind: 'changed', before, after }];
  const parts: { kind: Part['kind']; before: string[]; after: string[] }[] = [];
  for (const { added, removed, value } of changes) {
    const kind = added || removed ? 'changed' : 'same';
    let part = parts.at(-1);
    if (part?.kind !== kind) parts.push((part = { kind, before: [], after: [] }));
    if (!added) part.before.push(...value);
    if (!removed) part.after.push(...value);
  }
  return parts;
}

function unchanged(
  lines: readonly string[],
  at: { readonly first: boolean; readonly last: boolean },
  { changesOnly, context }: TextDiffLimits,
): Content {
  const head = at.first ? 0 : context;
  const tail = at.last ? 0 : context;
  const folded = lines.slice(head, lines.length - tail);
  if (folded.length < SHORTEST_FOLD) return text(lines);
  const title = `${folded.length} unchanged lines`;
  return [
    text(lines.slice(0, head)),
    changesOnly
      ? markup`<p class="gap" data-lines="${folded.length}">${title}, left out of this page</p>`
      : markup`<details class="run"><summary>${title}</summary><div>${text(folded)}</div></details>`,
    text(lines.slice(lines.length - tail)),
  ];
}

/** Lines that are replaced one by one show what differs in them. */
function replaced(before: readonly string[], after: readonly string[]): Content {
  const pairs = before.map((line, index) => wordMarks(line, after[index]));
  return [
    before.map(
      (line, index) => markup`<del>${pairs[index]?.before ?? line}
</del>`,
    ),
    after.map(
      (line, index) => markup`<ins>${pairs[index]?.after ?? line}
</ins>`,
    ),
  ];
}

function wordMarks(before: string, after: string | undefined): { before: Markup; after: Markup } | undefined {
  if (after === undefined || before.length + after.length > LONGEST_LINE) return undefined;
  const words = diffWordsWithSpace(before, after);
  const same = words.reduce(
    (sum, { added, removed, value }) => (added || removed ? sum : sum + value.trim().length),
    0,
  );
  if (same * 4 < Math.max(before.trim().length, after.trim().length)) return undefined;
  const side = (other: 'added' | 'removed'): Markup =>
    new Markup(
      words
        .filter((word) => !word[other])
        .map((word) =>
          word.added || word.removed ? `<b>${escapeHtml(word.value)}</b>` : escapeHtml(word.value),
        )
        .join(''),
    );
  return { before: side('added'), after: side('removed') };
}

const text = (lines: readonly string[]): Content => lines.map((line) => `${line}\n`);

function linesOf(whole: string): string[] {
  const lines = whole.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** All lines, those that are far from a change folded. */
export const ALL_LINES: TextDiffLimits = { context: 3, changesOnly: false };

/** Fewer lines than these are not worth a fold. */
const SHORTEST_FOLD = 4;

/** Lines that go and come up to which the least difference is looked for: the work grows with its square. */
const LONGEST_EDIT = 1_500;

/** Characters of a pair of lines up to which its words are compared. */
const LONGEST_LINE = 2_000;
