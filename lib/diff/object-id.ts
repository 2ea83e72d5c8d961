import type { KubernetesObject } from '../synthesis/synthesis';

/** What makes two objects the same one: the version of their API group does not. */
export interface ObjectId {
  /** Name of the cluster, where an environment has several. */
  readonly cluster?: string;

  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;

  /** @default - the object lies in no namespace, or in the one that is applied to */
  readonly namespace?: string;
  readonly name: string;
}

/** The identity of an object. */
export function idOf({ apiVersion, kind, metadata }: KubernetesObject, cluster?: string): ObjectId {
  const slash = apiVersion.indexOf('/');
  return {
    ...(cluster !== undefined && { cluster }),
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    name: metadata.name ?? (metadata['generateName'] as string | undefined) ?? '',
  };
}

/** One text for an identity, to compare and to sort by. */
export function idKey({ cluster = '', group, kind, namespace = '', name }: ObjectId): string {
  return `${cluster}|${group}|${kind}|${namespace}|${name}`;
}

/** Kind, namespace and name, for people. */
export function idText({ kind, namespace, name }: ObjectId): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Kind with its group, as rules name it: `apps/Deployment`, and `Service` of the core group. */
export function kindOf({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): string {
  return group === '' ? kind : `${group}/${kind}`;
}
