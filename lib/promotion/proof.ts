import type { ClusterStatus } from '../operations/cluster-status';
import type { Health } from '../operations/health';
import type { Promotion } from './record';

/**
 * What a look at a cluster proves: all nodes that the program declares are Ready at their releases, and for how long.
 *
 * @returns What speaks against it, one line each, when it proves nothing.
 */
export function proofOf(
  status: ClusterStatus,
  health: Health,
  declared: readonly { readonly name: string }[],
): Promotion | readonly string[] {
  const grave = health.problems.filter((problem) => problem.grave);
  if (grave.length > 0)
    return grave.map(({ node, problem }) => (node === undefined ? problem : `${node} ${problem}`));
  if (health.since === undefined || health.seconds === undefined) {
    const unknown = status.nodes.filter(({ since }) => since === undefined).map(({ name }) => name);
    return [`nobody has marked since when ${unknown.join(', ') || 'they'} run their release`];
  }
  return {
    since: health.since,
    checkedAt: status.now,
    healthy: health.seconds,
    nodes: declared.map(({ name }) => name).sort(),
  };
}
