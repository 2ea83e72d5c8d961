import { canonicalText } from './canonical-text';
import { HiddenValue, HIDDEN, withoutMarks } from './hidden-value';
import { pathText, type FieldChange, type PathSegment } from './field-change';
import { isPlainObject } from '../plain-object';

/** One line of an object's difference. */
export interface ReportedField {
  /** Such as `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  readonly op: 'add' | 'remove' | 'replace' | 'reorder';

  /** Plain data; hidden values are the text `«hidden»`. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Field changes as a report shows them. A list that is one value to Kubernetes is shown by what differs in it: its items are lined up by
 * what they have in common. Noise is left out.
 */
export function reportedFields(fields: readonly FieldChange[]): ReportedField[] {
  return fields.filter(({ noise }) => noise === undefined).flatMap(reported);
}

/**
 * A value as plain data: what is hidden becomes the word for it.
 *
 * @param earlier Text of the value before, so that what is hidden in the middle of a text is told apart. Default: there is none.
 */
export function shownValue(value: unknown, earlier?: string): unknown {
  if (value instanceof HiddenValue) return HIDDEN;
  if (typeof value === 'string') return withoutMarks(value, earlier);
  if (Array.isArray(value)) return value.map((item) => shownValue(item, earlier));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shownValue(child, earlier)]));
}

function reported({ path, op, before, after }: FieldChange): ReportedField[] {
  if (op === 'replace' && Array.isArray(before) && Array.isArray(after)) return listed(path, before, after);
  return [field(path, op, before, after)];
}

function field(
  path: readonly PathSegment[],
  op: ReportedField['op'],
  before: unknown,
  after: unknown,
): ReportedField {
  return {
    path: pathText(path),
    op,
    ...(op !== 'add' && { before: shownValue(before) }),
    ...(op !== 'remove' && { after: shownValue(after, op === 'add' ? undefined : canonicalText(before)) }),
  };
}

/** Items that are the same stay where they are; between them the others are paired in their order. */
function listed(
  path: readonly PathSegment[],
  before: readonly unknown[],
  after: readonly unknown[],
): ReportedField[] {
  if (before.length * after.length > MOST_PAIRS) return [field(path, 'replace', before, after)];
  const anchors = [
    ...commonItems(before.map(canonicalText), after.map(canonicalText)),
    [before.length, after.length] as const,
  ];
  const fields: ReportedField[] = [];
  let [left, right] = [0, 0];
  for (const [toLeft, toRight] of anchors) {
    fields.push(...gap(path, before.slice(left, toLeft), after.slice(right, toRight), { left, right }));
    [left, right] = [toLeft + 1, toRight + 1];
  }
  return fields;
}

function gap(
  path: readonly PathSegment[],
  before: readonly unknown[],
  after: readonly unknown[],
  at: { readonly left: number; readonly right: number },
): ReportedField[] {
  const fields: ReportedField[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    if (index >= before.length)
      fields.push(field([...path, at.right + index], 'add', undefined, after[index]));
    else if (index >= after.length)
      fields.push(field([...path, at.left + index], 'remove', before[index], undefined));
    else fields.push(...within([...path, at.right + index], before[index], after[index]));
  }
  return fields;
}

/** What differs in two items of a list, down to the fields of maps. */
function within(path: readonly PathSegment[], before: unknown, after: unknown): ReportedField[] {
  if (before === after || canonicalText(before) === canonicalText(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listed(path, before, after);
  if (!isPlainObject(before) || !isPlainObject(after)) return [field(path, 'replace', before, after)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const [from, to] = [before[key], after[key]];
    if (from === undefined && to === undefined) return [];
    if (from === undefined) return [field([...path, key], 'add', from, to)];
    return to === undefined ? [field([...path, key], 'remove', from, to)] : within([...path, key], from, to);
  });
}

/** Positions of the longest row of items that both lists have in the same order. */
function commonItems(before: readonly string[], after: readonly string[]): (readonly [number, number])[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = lengths[i] as Uint32Array;
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const common: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (before[i] === after[j]) common.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return common;
}

/** Longer lists are shown whole: lining them up would take too long. */
const MOST_PAIRS = 1_000_000;
