import type { FieldChange, FieldPath } from '../field-change';

/**
 * What differs between two values of plain data that no schema describes, such as a configuration file. Maps are compared key by key whatever
 * their order; lists whose items all have a `name` of their own by name, those of the same length item by item, others as a whole.
 */
export function plainChanges(before: unknown, after: unknown, path: FieldPath = []): FieldChange[] {
  if (Object.is(before, after) || before === after) return [];
  if (before === undefined) return [{ path, op: 'add', after }];
  if (after === undefined) return [{ path, op: 'remove', before }];
  if (isMap(before) && isMap(after)) return mapChanges(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  return [{ path, op: 'replace', before, after }];
}

function mapChanges(before: PlainMap, after: PlainMap, path: FieldPath): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => plainChanges(own(before, key), own(after, key), [...path, key]));
}

function listChanges(before: readonly unknown[], after: readonly unknown[], path: FieldPath): FieldChange[] {
  const [old, now] = [byName(before), byName(after)];
  if (old && now) return namedChanges(old, now, path);
  if (before.length !== after.length) return [{ path, op: 'replace', before, after }];
  return before.flatMap((item, index) => plainChanges(item, after[index], [...path, index]));
}

/** The order counts where nothing else differs: what else differs says more. */
function namedChanges(old: NamedItems, now: NamedItems, path: FieldPath): FieldChange[] {
  const [from, to] = [[...old.keys()], [...now.keys()]];
  const changes = [...new Set([...from, ...to])]
    .sort()
    .flatMap((name) => plainChanges(old.get(name), now.get(name), [...path, { name }]));
  if (changes.length > 0 || from.every((name, index) => name === to[index])) return changes;
  return [{ path, op: 'reorder', before: from, after: to }];
}

type NamedItems = ReadonlyMap<string, unknown>;

function byName(items: readonly unknown[]): NamedItems | undefined {
  const found = new Map<string, unknown>();
  for (const item of items) {
    const name = isMap(item) ? item['name'] : undefined;
    if (typeof name !== 'string' || found.has(name)) return undefined;
    found.set(name, item);
  }
  return found;
}

type PlainMap = Readonly<Record<string, unknown>>;

/** Not what every object inherits. */
function own(map: PlainMap, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function isMap(value: unknown): value is PlainMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
  );
}
