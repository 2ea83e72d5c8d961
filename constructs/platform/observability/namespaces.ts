import { Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { Cluster } from '../../cluster/cluster';
import { Namespace, type PodSecurityLevel } from '../../cluster/namespace';
import { clusterScope } from '../cluster-scope';

/** Namespace of what runs once in the cluster: nothing of it needs more than Pod Security `restricted` gives. */
export const CENTRAL_NAMESPACE = 'monitoring';

/**
 * Namespace of the agents on every node. They read files of the host, and `hostPath` needs Pod Security `privileged`; so they have a namespace to
 * themselves, and nothing else gets that freedom.
 */
export const NODE_NAMESPACE = 'monitoring-nodes';

/** A namespace that metrics and logs share: the program's own one of that name, else made beside the cluster's other objects. */
export function sharedNamespace(construct: Construct, name: string): Namespace {
  const home = homeOf(construct);
  const own = home.node.tryFindChild(name);
  if (own instanceof Namespace) return own;
  const shared = home.node.tryFindChild(SHARED) ?? new Construct(home, SHARED);
  const made = shared.node.tryFindChild(name);
  if (made instanceof Namespace) return made;
  return new Namespace(shared, name, { podSecurity: LEVELS[name] ?? 'restricted' });
}

/** What metrics and logs belong to: the cluster, else the chart around them. */
export function homeOf(construct: Construct): IConstruct {
  return Cluster.tryOf(construct) ?? clusterScope(Chart.of(construct));
}

const SHARED = 'observability';
const LEVELS: Readonly<Record<string, PodSecurityLevel>> = {
  [CENTRAL_NAMESPACE]: 'restricted',
  [NODE_NAMESPACE]: 'privileged',
};
