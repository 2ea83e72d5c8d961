import type { PathSegment } from './field-change';
import { isPlainObject } from '../plain-object';
import type { Schema } from '../kubernetes/schema';

/** Items of a list by what identifies them, in the order of the list. */
export type KeyedList = ReadonlyMap<string, { readonly item: unknown; readonly identity: Identity }>;

type Identity = Readonly<Record<string, string | number>>;

/**
 * Items of a list by the keys that its schema names; a key that is left out has its default. `undefined` when an item has no such key or two
 * have the same: the list is one value then.
 */
export function identitiesOf(
  list: readonly unknown[],
  keys: readonly string[],
  item: Schema | undefined,
): KeyedList | undefined {
  const known = new Map<string, { item: unknown; identity: Identity }>();
  for (const entry of list) {
    const identity = identityOf(entry, keys, item);
    if (identity === undefined) return undefined;
    const key = JSON.stringify(identity);
    if (known.has(key)) return undefined;
    known.set(key, { item: entry, identity });
  }
  return known;
}

/** The keys of one item, as far as all are texts or numbers. */
export function identityOf(
  item: unknown,
  keys: readonly string[],
  schema: Schema | undefined,
): Identity | undefined {
  if (!isPlainObject(item)) return undefined;
  const identity: Record<string, string | number> = {};
  for (const key of keys) {
    const value = (Object.hasOwn(item, key) ? item[key] : undefined) ?? schema?.properties?.[key]?.default;
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    identity[key] = value;
  }
  return identity;
}

/**
 * Whether Kubernetes goes by the order of a list whose items have keys: init containers run one after the other, and a variable can use
 * `$(NAME)` of those before it.
 */
export function orderMatters(field: PathSegment | undefined, ...lists: readonly KeyedList[]): boolean {
  if (field === 'initContainers') return true;
  return field === 'env' && lists.some((list) => [...list.values()].some(({ item }) => usesVariable(item)));
}

function usesVariable(item: unknown): boolean {
  return isPlainObject(item) && typeof item['value'] === 'string' && item['value'].includes('$(');
}
