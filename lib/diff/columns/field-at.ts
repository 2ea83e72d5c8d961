import type { FieldPath, PathSegment } from '../field-change';
import { isPlainObject } from '../../plain-object';

/** Whether an object has a field. Items of lists are found by the keys that identify them. */
export function fieldAt(object: unknown, path: FieldPath): boolean {
  let value: unknown = object;
  for (const segment of path) value = child(value, segment);
  return value !== undefined && value !== null;
}

function child(value: unknown, segment: PathSegment): unknown {
  if (typeof segment === 'string')
    return isPlainObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  if (!Array.isArray(value)) return undefined;
  const items = value as readonly unknown[];
  if (typeof segment === 'number') return items[segment];
  return items.find(
    (item) => isPlainObject(item) && Object.entries(segment).every(([key, wanted]) => item[key] === wanted),
  );
}
