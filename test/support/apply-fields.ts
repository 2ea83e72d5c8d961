import type { FieldChange, PathSegment } from '../../lib/diff/field-change';

type Data = Record<string, unknown>;

/** Makes field changes to a copy of an object, as somebody would who reads them; throws where a path leads nowhere. */
export function applyFields(object: unknown, fields: readonly FieldChange[]): unknown {
  const result: unknown = structuredClone(object);
  // What is added or removed first, so that an order is that of the items that stay.
  const ordered = [...fields].sort((a, b) => Number(a.op === 'reorder') - Number(b.op === 'reorder'));
  for (const change of ordered) applyField(result as Data, change);
  return result;
}

function applyField(object: Data, { path, op, after }: FieldChange): void {
  if (op === 'reorder') {
    reorder(follow(object, path) as unknown[], after as readonly Data[]);
    return;
  }
  const last = path.at(-1) as PathSegment;
  const holder = follow(object, path.slice(0, -1), last);
  if (typeof last === 'string') {
    if (op === 'remove') delete (holder as Data)[last];
    else (holder as Data)[last] = structuredClone(after);
    return;
  }
  const list = holder as unknown[];
  const index = typeof last === 'number' ? last : list.findIndex((item) => isItem(item, last));
  if (op === 'add') list.push(structuredClone(after));
  else if (index < 0) throw new Error(`no item ${JSON.stringify(last)}`);
  else if (op === 'remove') list.splice(index, 1);
  else list[index] = structuredClone(after);
}

/** Maps and lists that are missing on the way are made. */
function follow(object: unknown, path: readonly PathSegment[], next?: PathSegment): unknown {
  let value = object;
  path.forEach((segment, at) => {
    if (typeof segment === 'string') {
      const holder = value as Data;
      const following = at + 1 < path.length ? path[at + 1] : next;
      holder[segment] ??= typeof following === 'object' ? [] : {};
      value = holder[segment];
    } else if (typeof segment === 'number') value = (value as unknown[])[segment];
    else value = (value as unknown[]).find((item) => isItem(item, segment));
    if (value === undefined) throw new Error(`nothing at ${JSON.stringify(path.slice(0, at + 1))}`);
  });
  return value;
}

function isItem(item: unknown, identity: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(identity).every(([key, value]) => ((item as Data)[key] ?? DEFAULTS[key]) === value);
}

function reorder(list: unknown[], order: readonly Data[]): void {
  const sorted = order.map((identity) => list.find((item) => isItem(item, identity)));
  list.splice(0, list.length, ...sorted);
}

/** Keys of list items that may be left out. */
const DEFAULTS: Data = { protocol: 'TCP' };
