import type { Construct, IConstruct } from 'constructs';
import type { PackagedComponent } from '../../lib/distributions/k3s/model';
import { Cluster } from '../cluster/cluster';
import type { K3sCluster } from '../cluster/k3s-cluster';
import { addCheck } from '../violations';

/** The K3s cluster of this program that a construct belongs to: the only kind whose packaged components the program decides on. */
export function k3sClusterOf(scope: IConstruct): K3sCluster | undefined {
  const cluster = Cluster.tryOf(scope);
  return cluster !== undefined && 'requireComponent' in cluster ? (cluster as K3sCluster) : undefined;
}

/**
 * Switches a packaged component on. Where there is none to switch, nothing is made, and a warning says so.
 *
 * @param consequence What is missing then, and what to do about it.
 * @returns The cluster, when it is K3s.
 */
export function requirePackaged(
  construct: Construct,
  component: PackagedComponent,
  consequence: { readonly problem: string; readonly fix: string },
): K3sCluster | undefined {
  const cluster = k3sClusterOf(construct);
  if (cluster !== undefined) cluster.requireComponent(component, construct);
  else
    addCheck(construct, () => [
      { rule: 'packaged-component', property: 'scope', ...consequence, blocks: 'nothing' },
    ]);
  return cluster;
}
