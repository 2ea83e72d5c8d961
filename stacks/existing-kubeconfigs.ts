import { ExistingCluster, type KubeconfigReference } from '../constructs/cluster/existing-cluster';
import type { Environment } from '../constructs/environment';

/** Where the kubeconfig of each cluster comes from that something else made, by the cluster's name. */
export function kubeconfigReferences(environment: Environment): ReadonlyMap<string, KubeconfigReference> {
  const clusters = environment.node.children.filter((child) => child instanceof ExistingCluster);
  return new Map(clusters.map((cluster) => [cluster.name, cluster.props.kubeconfig]));
}
