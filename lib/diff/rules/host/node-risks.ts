import { keptClusters, keptHosts, type HostTransition } from '../../../rules/transition';
import { knownHostChanges } from '../../hosts/known-changes';
import { listed } from '../../../report/words';
import { knowledgeOf } from '../../../distributions/changes-of';
import { groupBy } from '../../group-by';
import type { Synthesis } from '../../../synthesis/synthesis';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject, hostSubject } from './subjects';

/** Taints of nodes, and where nodes get images from. */
export const nodeRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'taint-evicts',
    level: 'high',
    title: 'A taint evicts the pods of a node',
    reason:
      'NoExecute ends every pod on the node that does not tolerate it, and heeds no PodDisruptionBudget.',
    onApply: 'Pods without a toleration are ended at once, all together.',
    fix: 'Use NoSchedule and drain the node, or add tolerations first.',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/',
    check: (before, after) => addedTaints(before, after, (taint) => taint.endsWith(':NoExecute')),
  }),
  hostRule({
    id: 'taint-added',
    level: 'caution',
    title: 'A taint keeps pods off a node',
    reason: 'Pods that run there go on; those that are made anew have to find room elsewhere.',
    onApply: 'New pods without a toleration are not placed on the node.',
    fix: 'Look whether the other nodes have room.',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/',
    check: (before, after) => addedTaints(before, after, (taint) => taint.endsWith(':NoSchedule')),
  }),
  hostRule({
    id: 'registries-changed',
    level: 'caution',
    title: 'Registries or mirrors of nodes change',
    reason: 'A node that reaches no registry starts no pod whose image it does not have.',
    onApply: 'K3s restarts on each node and pulls images the new way; pods keep running.',
    fix: 'Pull an image through the new mirror on one host first.',
    source: 'https://docs.k3s.io/installation/private-registry',
    check: (before, after) =>
      keptClusters(before, after).flatMap(({ after: { name } }) => registryHits(before, after, name)),
  }),
];

function addedTaints(before: Synthesis, after: Synthesis, isMeant: (taint: string) => boolean): SubjectHit[] {
  return keptHosts(before.hosts, after.hosts).flatMap(({ before: old, after: host }: HostTransition) =>
    host.taints
      .filter((taint) => !old.taints.includes(taint) && isMeant(taint))
      .map((taint) => ({ subject: hostSubject(host), field: 'taints', what: `${host.name} gets ${taint}` })),
  );
}

function registryHits(before: Synthesis, after: Synthesis, cluster: string): SubjectHit[] {
  const knowledge = knowledgeOf(cluster, after);
  const found = knownHostChanges(before, after)
    .filter((change) => change.kind === 'changed' && change.cluster === cluster)
    .flatMap(({ host, files }) =>
      files
        .filter(({ path }) => knowledge?.isRegistryFile(path))
        .map(({ path, kind }) => ({ host, path, kind })),
    );
  return [...groupBy(found, ({ path, kind }) => `${path} ${kind}`)].map(([what, group]) => ({
    subject: clusterSubject(cluster),
    field: group[0]?.path ?? '',
    what: `${what} on ${listed(group.map(({ host }) => host))}`,
  }));
}
