import type { KubernetesObject, KubernetesSecret, ObjectOwner } from '../synthesis/synthesis';
import type { Offers } from './object-needs-offers';

/** An object of an environment, as rules see it. */
export interface ObjectEntry {
  /** Construct path. */
  readonly path: string;

  /** `undefined` when the environment has several clusters and the object lies in none of them. */
  readonly cluster: string | undefined;
  readonly owner: ObjectOwner;
  readonly object: KubernetesObject;
}

/** What rules about all objects of an environment read. */
export interface ObjectSet {
  readonly objects: readonly ObjectEntry[];

  /** Names of the environment's clusters. */
  readonly clusters: readonly string[];

  /** Objects a distribution makes and rewrites itself: `cluster|` and {@link objectKey} to what to write instead. */
  readonly reserved: ReadonlyMap<string, string>;

  /** What each cluster has for objects that need more than Kubernetes itself, by its name. */
  readonly offers: ReadonlyMap<string, Offers>;

  /** Kubernetes Secrets that constructs declare. @default - none */
  readonly secrets?: readonly Pick<KubernetesSecret, 'cluster' | 'path' | 'namespace' | 'name'>[];
}

/** Kind, namespace and name of an object, for people. */
export function describeObject({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name ?? ''}`;
}
