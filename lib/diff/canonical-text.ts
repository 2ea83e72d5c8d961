import { hiddenSerial, HiddenValue } from './hidden-value';

/**
 * Data as one text to compare by, never to show: the order of keys says nothing, and hidden values are told apart, which JSON would print alike.
 */
export function canonicalText(value: unknown): string {
  if (value instanceof HiddenValue) return `«${hiddenSerial(value)}»`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonicalText(entry)}`)
    .join(',')}}`;
}
