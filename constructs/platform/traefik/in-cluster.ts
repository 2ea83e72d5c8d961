import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Cluster } from '../../cluster/cluster';
import type { TraefikObjectName } from './middleware-settings';

/** What routes have to know of the Traefik that serves them. */
export interface TraefikInCluster {
  /** Names of its entry points that clients reach. */
  readonly entryPoints: readonly string[];
  readonly allowCrossNamespace: boolean;

  /** Where its pods are. */
  readonly namespace: string;
}

/** A host and path that a route answers to. */
export interface ClaimedPath {
  readonly entryPoint: string;
  readonly host: string;

  /** Path, type and methods, as one text. */
  readonly path: string;
  readonly priority: number | undefined;
}

/** Says that a construct is the Traefik of its cluster. */
export function registerTraefik(construct: IConstruct, traefik: TraefikInCluster): void {
  partsOf(construct).instances.push({ construct, traefik });
}

/** The Traefik of the cluster of a construct, when this program makes it. */
export function traefikAround(construct: IConstruct): TraefikInCluster | undefined {
  const cluster = Cluster.tryOf(construct);
  return partsOf(construct).instances.find((entry) => Cluster.tryOf(entry.construct) === cluster)?.traefik;
}

/** Says what a route answers to. */
export function registerRoute(construct: IConstruct, claims: readonly ClaimedPath[]): void {
  const cluster = Cluster.tryOf(construct);
  const { routes } = partsOf(construct);
  for (const claim of claims) {
    const key = keyOf(claim);
    const others = routes.get(key) ?? [];
    others.push({ construct, cluster, priority: claim.priority });
    routes.set(key, others);
  }
}

/** Path of the route in the same cluster that was made first for the same requests, and of the same priority. */
export function earlierRoute(construct: IConstruct, claim: ClaimedPath): string | undefined {
  const cluster = Cluster.tryOf(construct);
  const rivals = (partsOf(construct).routes.get(keyOf(claim)) ?? []).filter(
    (other) => other.cluster === cluster && other.priority === claim.priority,
  );
  const [first] = rivals;
  return first === undefined || first.construct === construct ? undefined : first.construct.node.path;
}

/** Names of the objects of a kind of Traefik that the program makes in the namespace of `wanted`. */
export function namesInProgram(
  construct: IConstruct,
  kind: string,
  { namespace }: TraefikObjectName,
): string[] {
  const cluster = Cluster.tryOf(construct);
  return construct.node.root.node
    .findAll()
    .filter((candidate) => ApiObject.isApiObject(candidate))
    .filter(
      ({ apiGroup, kind: own, metadata }) =>
        apiGroup === GROUP && own === kind && metadata.namespace === namespace,
    )
    .filter((object) => Cluster.tryOf(object) === cluster)
    .map(({ name }) => name);
}

interface Parts {
  readonly instances: { readonly construct: IConstruct; readonly traefik: TraefikInCluster }[];
  readonly routes: Map<
    string,
    {
      readonly construct: IConstruct;
      readonly cluster: Cluster | undefined;
      readonly priority: number | undefined;
    }[]
  >;
}

function partsOf(construct: IConstruct): Parts {
  const { root } = construct.node;
  let parts = known.get(root);
  if (parts === undefined) known.set(root, (parts = { instances: [], routes: new Map() }));
  return parts;
}

function keyOf({ entryPoint, host, path }: ClaimedPath): string {
  return `${entryPoint} ${host} ${path}`;
}

const GROUP = 'traefik.io';
const known = new WeakMap<IConstruct, Parts>();
