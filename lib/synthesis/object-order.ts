import type { KubernetesObject, ManifestFile } from './synthesis';

/** An object with the positions of those that have to be there before it. */
export interface OrderedObject {
  readonly object: KubernetesObject;

  /** Positions in the list, each smaller than its own. */
  readonly after: readonly number[];

  /** It is part of what its namespace sets for everything else in it. */
  readonly isSetup: boolean;
}

/**
 * Objects in apply order, each with what it cannot do without: its namespace, the definition of its kind, what its namespace sets for everything in it, and
 * what the program made it depend on. Everything else may go in at the same time; Kubernetes brings it together.
 */
export function orderedObjects(files: readonly ManifestFile[]): OrderedObject[] {
  const entries = files.flatMap((file) => file.objects);
  const namespaces = new Map<string, number>();
  const definitions = new Map<string, number>();
  const setup = new Map<string, number[]>();
  const paths = new Map<string, number>();
  return entries.map(({ object, path, after = [] }, index) => {
    const { namespace = '' } = object.metadata;
    const isSetup = SETUP.has(object.kind);
    const wanted = [
      namespaces.get(namespace),
      definitions.get(kindKey(object)),
      ...(isSetup ? [] : (setup.get(namespace) ?? [])),
      ...after.map((other) => paths.get(other)),
    ];
    paths.set(path, index);
    if (object.kind === 'Namespace') namespaces.set(object.metadata.name ?? '', index);
    for (const key of definedKinds(object)) definitions.set(key, index);
    if (isSetup && namespace !== '') setup.set(namespace, [...(setup.get(namespace) ?? []), index]);
    const known = wanted.filter((position) => position !== undefined);
    return { object, isSetup, after: [...new Set(known)].sort((a, b) => a - b) };
  });
}

/** `group|Kind` of a custom resource. */
function kindKey({ apiVersion, kind }: KubernetesObject): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}|${kind}`;
}

function definedKinds({ kind, ...object }: KubernetesObject): string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const { group, names } = (object['spec'] ?? {}) as { group?: string; names?: { kind?: string } };
  return [`${group}|${names?.kind}`];
}

/** What holds for every pod of a namespace from its creation on, or what pods cannot start without. */
const SETUP = new Set([
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
]);
