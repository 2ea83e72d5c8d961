import type { ApiObject } from 'cdk8s';
import { isPlainObject } from '../../lib/plain-object';

/**
 * Fields that a program gave an object and that are not in its data. The typed classes of cdk8s-plus write only what they know: a misspelt field, or one
 * that is newer than they are, vanishes in them without a word.
 *
 * @returns Paths such as `spec.replicaz`.
 */
export function lostFields(object: ApiObject, json: unknown): string[] {
  const { props, patches } = object as unknown as { props?: unknown; patches?: readonly JsonPatch[] };
  return [
    ...(isPlainObject(props) ? lostIn(props, json, '') : []),
    ...(patches ?? []).flatMap((patch) => lostPatch(patch, json)),
  ];
}

/** What a JSON Patch set is gone again when the class does not know it: patches are applied before the data is made. */
function lostPatch(patch: JsonPatch, json: unknown): string[] {
  const { op, path, value } = patch._toJson();
  if ((op !== 'add' && op !== 'replace') || isNothing(value) || path.endsWith('/-')) return [];
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const reached = keys.reduce<unknown>(
    (data, key) =>
      typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[key] : undefined,
    json,
  );
  return reached === undefined ? [keys.join('.')] : [];
}

/** What a patch of cdk8s gives of itself. */
interface JsonPatch {
  _toJson(): { readonly op: string; readonly path: string; readonly value?: unknown };
}

function lostIn(given: unknown, json: unknown, at: string): string[] {
  if (Array.isArray(given)) {
    if (!Array.isArray(json) || json.length !== given.length) return [];
    return given.flatMap((item, index) => lostIn(item, json[index], `${at}[${index}]`));
  }
  if (!isPlainObject(given) || !isPlainObject(json)) return [];
  let members: Map<string, unknown> | undefined;
  const lost: string[] = [];
  for (const key in given) {
    const value = given[key];
    if (isNothing(value)) continue;
    let inner = json[key];
    if (inner === undefined) {
      members ??= new Map(Object.entries(json).map(([name, member]) => [normal(name), member]));
      inner = members.get(normal(key));
    }
    const path = at === '' ? key : `${at}.${key}`;
    if (inner === undefined) lost.push(path);
    else if (typeof value === 'object') lost.push(...lostIn(value, inner, path));
  }
  return lost;
}

/** What cdk8s leaves out by intent: nothing, and metadata that is empty. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPlainObject(value)
    ? Object.values(value).every(isNothing)
    : typeof value === 'function' || isToken(value);
}

/** A value that is computed late and may turn out to be nothing. */
function isToken(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('produce' in value || 'resolve' in value);
}

/** TypeScript names differ from those of the API in letter case and signs only: `clusterIp`, `clusterIP`; `ref`, `$ref`. */
function normal(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}
