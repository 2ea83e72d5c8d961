import type { ClusterSynthesis, Synthesis } from '../synthesis/synthesis';
import type { Finding, TransitionRule } from './rule';

/** A cluster's name is its identity: rules about clusters that come, go, or become something else. */
export const clusterIdentityRules: readonly TransitionRule[] = [
  {
    id: 'cluster-renamed',
    kind: 'transition',
    title: 'A cluster keeps its name',
    reason:
      'Secrets, steps and the mark on every host carry the name: under another one the same hosts would be taken for a second cluster.',
    source: 'docs/decisions/0005-stable-names.md',
    check: (before, after) =>
      missing(before, after).flatMap((cluster) => {
        const heir = heirOf(cluster, before, after);
        if (heir === undefined) return [];
        return [
          {
            path: heir.path,
            property: heir.name,
            problem: `cluster ${cluster.name} is now called ${heir.name}: their hosts are the same`,
            fix: `keep the name ${cluster.name}`,
            blocks: 'provision',
          },
        ];
      }),
  },
  {
    id: 'cluster-removed',
    kind: 'transition',
    title: 'Removing a cluster is meant',
    reason: 'Its hosts are uninstalled, and with them everything that local volumes and the datastore hold.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (before, after) =>
      missing(before, after)
        .filter((cluster) => heirOf(cluster, before, after) === undefined)
        .map((cluster) => removed(cluster, before)),
  },
  {
    id: 'cluster-distribution-changed',
    kind: 'transition',
    title: 'A cluster stays what it is made of',
    reason:
      'Another distribution is another cluster with other data; under the same name the old one would be forgotten, not removed.',
    source: 'docs/decisions/0005-stable-names.md',
    check: (before, after) =>
      after.clusters.flatMap((cluster) => {
        const old = before.clusters.find((other) => other.name === cluster.name);
        if (old === undefined || old.distribution === cluster.distribution) return [];
        return [
          {
            path: cluster.path,
            property: 'distribution',
            problem: `${cluster.name} was ${old.distribution} and becomes ${cluster.distribution}`,
            fix: `declare the ${cluster.distribution} cluster under a new name`,
            blocks: 'provision',
          },
        ];
      }),
  },
];

function missing(before: Synthesis, after: Synthesis): ClusterSynthesis[] {
  const names = new Set(after.clusters.map((cluster) => cluster.name));
  return before.clusters.filter((cluster) => !names.has(cluster.name));
}

/** The new cluster that has a host of the old one. */
function heirOf(old: ClusterSynthesis, before: Synthesis, after: Synthesis): ClusterSynthesis | undefined {
  const known = new Set(before.clusters.map((cluster) => cluster.name));
  const hosts = new Set(before.hosts.filter((host) => host.cluster === old.name).map((host) => host.name));
  return after.clusters.find(
    (cluster) =>
      !known.has(cluster.name) &&
      after.hosts.some((host) => host.cluster === cluster.name && hosts.has(host.name)),
  );
}

function removed(cluster: ClusterSynthesis, before: Synthesis): Finding {
  const hosts = before.hosts.filter((host) => host.cluster === cluster.name).map((host) => host.name);
  const cost = hosts.length > 0 ? `${hosts.join(', ')} will be uninstalled` : 'its workloads will be deleted';
  return {
    path: cluster.path,
    property: cluster.name,
    problem: `cluster ${cluster.name} is no longer declared: ${cost}`,
    fix: `put it back, or take a snapshot and save the token and the volumes first`,
    blocks: 'nothing',
  };
}
