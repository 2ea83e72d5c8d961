import type { K3sCluster } from '../../cluster/k3s-cluster';
import type { LocalPathStorageProps } from './local-path-settings';

/** An entry of the provisioner's `nodePathMap`. */
export interface NodePaths {
  readonly node: string;
  readonly paths: readonly string[];
}

/** Where volumes lie, for nodes that are named and for all others. Reads the cluster, so only when everything is declared. */
export function nodePathMap(
  { path, pathsPerNode = {} }: LocalPathStorageProps,
  k3s: K3sCluster | undefined,
): NodePaths[] {
  const others = path ?? (k3s === undefined ? DEFAULT_PATH : storageIn(K3S_DATA));
  const moved = path === undefined && k3s !== undefined ? movedDataDirectories(k3s) : {};
  return [
    { node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: [others] },
    ...Object.entries({ ...moved, ...pathsPerNode }).map(([node, paths]) => ({ node, paths })),
  ];
}

/** Nodes whose K3s keeps its data elsewhere: their volumes go there, as those of K3s's own class would. */
function movedDataDirectories(k3s: K3sCluster): Record<string, readonly string[]> {
  const nodes = k3s.model().nodes.flatMap(({ name, settings: { dataDir = K3S_DATA } }) => {
    return dataDir === K3S_DATA ? [] : [[name, [storageIn(dataDir)]] as const];
  });
  return Object.fromEntries(nodes);
}

function storageIn(dataDirectory: string): string {
  return `${dataDirectory.replace(/\/+$/, '')}/storage`;
}

const K3S_DATA = '/var/lib/rancher/k3s';

/** rancher/local-path-provisioner@v0.0.36:deploy/local-path-storage.yaml. */
const DEFAULT_PATH = '/opt/local-path-provisioner';
