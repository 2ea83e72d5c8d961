import { canonicalText } from '../../canonical-text';
import { isPlainObject } from '../../../plain-object';
import { type FieldChange, type FieldPath, pathText, startsWith } from '../../field-change';
import { HiddenValue } from '../../hidden-value';
import type { ObjectChange } from '../../object-change';

/** A path of map keys; the items of lists in between are passed over. */
export type KeyPath = readonly string[];

/** Changes of an object that lie at or below a path, or that put or take something above it in which the value at the path differs. */
export function touchedFields(change: ObjectChange, path: KeyPath): readonly FieldChange[] {
  return change.fields.filter((field) => field.noise === undefined && touchesPath(change, field, path));
}

/** Whether anything at these keys, or below them, differs in a way that means something. */
export function touches(change: ObjectChange, ...path: KeyPath): boolean {
  return change.fields.some((field) => field.noise === undefined && touchesPath(change, field, path));
}

/** The value at map keys; `undefined` where a list or nothing is in the way. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isPlainObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

/** Whether two plain values are the same; the order of keys says nothing. */
export function sameValue(before: unknown, after: unknown): boolean {
  return canonicalText(before) === canonicalText(after);
}

/** A value in few words, for `before -> after`. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '(none)';
  const text =
    typeof value === 'string' || value instanceof HiddenValue ? String(value) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** `before -> after` of one field; of a list or a map, of what differs in it. */
export function stepText(before: unknown, after: unknown): string {
  const found = differences(before, after, []);
  const [first, ...rest] = found;
  if (first === undefined || first.path.length === 0 || found.length > MOST) {
    return `${valueText(before)} -> ${valueText(after)}`;
  }
  return [first, ...rest].map(({ path, text }) => `${pathText(path).replace(/^\./, '')}: ${text}`).join(', ');
}

/** Where two values differ, as deep as both are maps, or lists of the same length. */
function differences(before: unknown, after: unknown, path: FieldPath): { path: FieldPath; text: string }[] {
  if (sameValue(before, after)) return [];
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  const [old, now] = [mapsIn(before), mapsIn(after)];
  if (old !== undefined && old.length === now?.length) {
    return old.flatMap((item, index) => differences(item, now[index], [...path, index]));
  }
  return [{ path, text: `${valueText(before)} -> ${valueText(after)}` }];
}

function mapsIn(list: unknown): readonly unknown[] | undefined {
  return Array.isArray(list) && list.every((item) => isPlainObject(item)) ? list : undefined;
}

function touchesPath(change: ObjectChange, { path }: FieldChange, keys: KeyPath): boolean {
  const own = path.filter((segment) => typeof segment === 'string');
  if (own.length >= keys.length) return startsWith(path, ...keys);
  if (!own.every((key, index) => keys[index] === key)) return false;
  // Inside of a list nothing can be looked up by keys alone: what is put or taken whole counts.
  if (own.length < path.length) return true;
  return !sameValue(valueAt(change.before?.object, keys), valueAt(change.after?.object, keys));
}

const LONGEST = 80;

/** Differences that are named one by one. */
const MOST = 3;
