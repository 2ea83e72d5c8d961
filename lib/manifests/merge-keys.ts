/** Begins what stands for a `<<` until it is merged. No text of YAML has a zero character that is not escaped. */
export const MERGE_MARK = '\0<<';

/**
 * Puts the maps of `<<` keys where they belong, in place. A later key counts, also when it comes out of `<<`: Kubernetes' parser reads in order
 * (go.yaml.in/yaml/v2@v2.4.2:decode.go, `mapping` and `merge`), where the specification has the map's own keys count in any case.
 *
 * @throws RangeError for anything but maps, and for more keys than a document can mean.
 */
export function applyMergeKeys(data: unknown): unknown {
  const work: Work = { done: new Set(), keys: 0 };
  visit(data, work);
  return withoutMark(data);
}

interface Work {
  readonly done: Set<object>;
  keys: number;
}

function visit(data: unknown, work: Work): void {
  if (typeof data !== 'object' || data === null || work.done.has(data)) return;
  work.done.add(data);
  if (Array.isArray(data)) {
    data.forEach((item: unknown, index) => {
      visit(item, work);
      data[index] = withoutMark(item);
    });
    return;
  }
  const map = data as Record<string, unknown>;
  for (const member of Object.values(map)) visit(member, work);
  const entries = Object.entries(map);
  if (entries.some(([key]) => key.startsWith(MERGE_MARK))) rebuild(map, entries, work);
  else for (const [key, value] of entries) if (isMark(value)) set(map, key, '<<');
}

function rebuild(
  map: Record<string, unknown>,
  entries: readonly (readonly [string, unknown])[],
  work: Work,
): void {
  for (const [key] of entries) delete map[key];
  for (const [key, value] of entries) {
    if (!key.startsWith(MERGE_MARK)) set(map, key, withoutMark(value));
    else for (const source of sources(value)) assign(map, source, work);
  }
}

/** Of several maps the first counts, so it comes last. */
function sources(value: unknown): readonly object[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isMaps = list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!isMaps) throw new RangeError('<< stands before something that is no map');
  return (list as readonly object[]).toReversed();
}

function assign(map: Record<string, unknown>, source: object, work: Work): void {
  for (const [key, value] of Object.entries(source)) {
    if (++work.keys > KEY_LIMIT) throw new RangeError(`<< makes more than ${KEY_LIMIT} keys`);
    set(map, key, value);
  }
}

/** `__proto__` is a key as any other. */
function set(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

function withoutMark(value: unknown): unknown {
  return isMark(value) ? '<<' : value;
}

function isMark(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(MERGE_MARK);
}

const KEY_LIMIT = 100_000;
