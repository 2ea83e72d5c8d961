import { pathText, type FieldPath } from '../field-change';
import { HiddenValue, HIDDEN } from '../hidden-value';
import { listOf, recordOf } from '../../rules/object-needs-made';

/** A value in few words, on one line: data as JSON, hidden values as such, at most 80 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (value instanceof HiddenValue) return HIDDEN;
  return cut(typeof value === 'string' ? value : JSON.stringify(value), 80);
}

/** A text, number or truth as text; `otherwise` for anything else. */
export function plain(value: unknown, otherwise: string): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : otherwise;
}

/** `20Gi -> 10Gi`. */
export function fromTo(before: unknown, after: unknown): string {
  return `${shown(before)} -> ${shown(after)}`;
}

/** Text on one line of at most so many characters. */
export function cut(text: string, length = LINE): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** The first few of many, as many as fit on a line, and how many more: `a, b, c and 4 more`. */
export function some(items: readonly string[], most = 5): string {
  const first = items.slice(0, most).join(', ');
  const text = items.length > most ? `${first} and ${items.length - most} more` : first;
  return text.length > LINE && most > 1 ? some(items, Math.min(most, items.length) - 1) : cut(text);
}

/** `3 Deployments`, `1 Ingress`. */
export function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  if (/(?:s|x|ch)$/.test(noun)) return `${count} ${noun}es`;
  return `${count} ${/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** A field of a change, from a property such as `spec.template.spec` and the rest of the path. */
export function fieldIn(property: string, ...rest: FieldPath): string {
  return pathText([...property.split('.').filter((key) => key !== ''), ...rest]);
}

/** What lies at the end of some keys; lists end the way. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = recordOf(found)[key];
  return found ?? undefined;
}

/** A list of maps at the end of some keys. */
export function mapsAt(
  value: unknown,
  ...keys: readonly string[]
): readonly Readonly<Record<string, unknown>>[] {
  return listOf(at(value, ...keys)).map(recordOf);
}

/** A list of texts at the end of some keys. */
export function textsAt(value: unknown, ...keys: readonly string[]): readonly string[] {
  return listOf(at(value, ...keys)).filter((item) => typeof item === 'string');
}

/** Characters of a line that is still read. */
const LINE = 200;
