import type { KubernetesObject } from '../synthesis/synthesis';

/** Objects of one document, and what of it is none. */
export interface ManifestObjects {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly { readonly problem: string; readonly fix: string }[];

  /** Whether anything in it says that it is meant for Kubernetes. */
  readonly isManifest: boolean;
}

/** Takes a document apart: lists become their items, and what the API server could not tell the identity of is a problem. */
export function manifestObjects(data: unknown): ManifestObjects {
  const objects: KubernetesObject[] = [];
  const problems: ManifestObjects['problems'][number][] = [];
  const add = (item: unknown, name: string): void => {
    const list = listItems(item);
    if (list !== undefined)
      return list.forEach((member, index) => add(member, `${name}item ${index + 1} of the list `));
    const problem = objectProblem(item);
    if (problem === undefined) objects.push(withoutEmptyNamespace(item as KubernetesObject));
    else problems.push({ ...problem, problem: `${name}${problem.problem}` });
  };
  add(data, '');
  return { objects, problems, isManifest: isMap(data) && ('apiVersion' in data || 'kind' in data) };
}

/** Items of a `List`, or of a list of one kind, which may leave out what the list says of all; `undefined` of anything else. */
function listItems(data: unknown): readonly unknown[] | undefined {
  if (!isMap(data) || typeof data['kind'] !== 'string' || !data['kind'].endsWith('List')) return undefined;
  const { kind, apiVersion, items, metadata } = data;
  const isList = Array.isArray(items) || (kind === 'List' && (items === null || items === undefined));
  // A list has no name. A custom resource may be called AllowList and have items.
  if (!isList || (isMap(metadata) && 'name' in metadata)) return undefined;
  if (!Array.isArray(items)) return [];
  if (kind === 'List') return items as unknown[];
  const defaults = { apiVersion, kind: data['kind'].slice(0, -'List'.length) };
  return (items as unknown[]).map((item) => (isMap(item) ? { ...defaults, ...item } : item));
}

function objectProblem(data: unknown): { readonly problem: string; readonly fix: string } | undefined {
  if (!isMap(data)) return { problem: `is ${nameOf(data)}, not an object of Kubernetes`, fix: REMOVE };
  for (const key of ['apiVersion', 'kind'] as const) {
    const value = data[key];
    if (typeof value === 'string' && value !== '') continue;
    if (value === undefined) return { problem: `has no ${key}`, fix: `write its ${key}, or ${REMOVE}` };
    return { problem: `has ${nameOf(value)} as its ${key}`, fix: `write the ${key} as text` };
  }
  const { metadata } = data;
  if (!isMap(metadata)) return { problem: 'has no metadata', fix: 'give it a metadata.name' };
  const name = metadata['name'] ?? metadata['generateName'];
  if (name === undefined || name === null || name === '')
    return { problem: 'has no metadata.name', fix: 'give it one' };
  if (typeof name !== 'string')
    return { problem: `has ${nameOf(name)} as its metadata.name`, fix: 'put the name into quotes' };
  const namespace = metadata['namespace'] ?? '';
  if (typeof namespace === 'string') return undefined;
  return {
    problem: `has ${nameOf(namespace)} as its metadata.namespace`,
    fix: 'put the namespace into quotes',
  };
}

/** An empty namespace is none to the API server. */
function withoutEmptyNamespace(object: KubernetesObject): KubernetesObject {
  const { namespace, ...metadata } = object.metadata as Readonly<Record<string, unknown>>;
  return namespace === null || namespace === '' ? { ...object, metadata } : object;
}

/** What a value is, without telling the value. */
function nameOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? (value === '' ? 'empty text' : 'text') : `a ${typeof value}`;
}

function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

const REMOVE = 'take it out of what is compared';
