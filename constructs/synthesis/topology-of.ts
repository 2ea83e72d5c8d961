import type { ClusterOutput } from '../../lib/distributions/distribution';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import type { Link, Topology, TopologyCluster } from '../../lib/synthesis/topology';
import type { Cluster } from '../cluster/cluster';
import type { ResolvedObject } from './resolve';
import type { Tree } from './walk';

/** The picture of an environment: what the distributions say about their nodes, and what add-ons and objects say about the clusters. */
export function topologyOf(
  tree: Tree,
  objects: readonly ResolvedObject[],
  outputs: readonly ClusterOutput[],
): Topology {
  return {
    clusters: outputs.map(({ cluster: { name }, summary }) => ({
      name,
      ...summary,
      ...broughtTo(name, tree, objects),
    })),
    nodes: outputs.flatMap((output) => output.topology.nodes),
    externalHosts: tree.externalHosts.map(({ name, props }) => ({
      name,
      address: props.address,
      serves: Object.entries(props.ports ?? {}).map(([service, port]) => `${service}:${port}`),
      accelerators: (props.accelerators ?? []).map((accelerator) => accelerator.resource),
    })),
    links: [
      ...outputs.flatMap((output) => output.topology.links),
      ...tree.clusters.flatMap((cluster) => clusterLinks(cluster, tree)),
    ],
  };
}

/** What constructs and objects bring to the cluster of that name. */
function broughtTo(
  name: string,
  { clusters }: Tree,
  objects: readonly ResolvedObject[],
): Pick<TopologyCluster, 'ingress' | 'storage' | 'backups' | 'hosts'> {
  const own = clusters.filter((cluster) => cluster.name === name).map((cluster) => cluster.description);
  return {
    ingress: own.flatMap((description) => description.ingress),
    storage: own.flatMap((description) => description.storage),
    backups: own.flatMap((description) => description.backups),
    hosts: ingressHosts(objects.filter((object) => object.tree.group.cluster?.name === name)),
  };
}

function clusterLinks({ name, description }: Cluster, { externalHosts }: Tree): Link[] {
  return [
    ...externalHosts.map((host): Link => ({ from: name, to: host.name, kind: 'uses' })),
    ...description.backups.map((target): Link => ({ from: name, to: target, kind: 'backup' })),
  ];
}

/** Host names that Ingress and Gateway objects and Traefik's routes serve, sorted. */
function ingressHosts(objects: readonly ResolvedObject[]): string[] {
  return [...new Set(objects.flatMap(({ json }) => servedHosts(json)))].sort();
}

function servedHosts(object: KubernetesObject): string[] {
  const spec = (object['spec'] ?? {}) as {
    rules?: { host?: unknown }[];
    hostnames?: unknown[];
    routes?: { match?: unknown }[];
  };
  const texts = (values: unknown[]): string[] =>
    values.filter((value): value is string => typeof value === 'string');
  switch (object.kind) {
    case 'Ingress':
      return texts((spec.rules ?? []).map((rule) => rule.host));
    case 'HTTPRoute':
      return texts(spec.hostnames ?? []);
    case 'IngressRoute':
      return texts((spec.routes ?? []).map((route) => route.match)).flatMap((match) =>
        [...match.matchAll(/Host\(`([^`]+)`/g)].map((host) => host[1] ?? ''),
      );
    default:
      return [];
  }
}
