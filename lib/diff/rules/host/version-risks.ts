import { knowledgeOf } from '../../../distributions/changes-of';
import { keptClusters, type ClusterTransition } from '../../../rules/transition';
import { counted, listed } from '../../../report/words';
import type { HostSynthesis, Synthesis } from '../../../synthesis/synthesis';
import { groupBy } from '../../group-by';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject } from './subjects';

const DRAINED =
  'One server after another, then agents in waves: each is drained, and restarts in the new release.';
const RESTARTED =
  'One server after another, then agents in waves: each restarts in the new release, and its pods keep running.';

/** Releases that go up: skips, downgrades and the like have rules of their own. */
export const versionRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'k3s-minor-upgrade',
    level: 'high',
    title: 'K3s goes to the next minor',
    reason:
      'Every node restarts, API versions may go, and there is no way back without a snapshot of the older minor.',
    onApply: DRAINED,
    fix: 'Take a snapshot first, read the release notes of the minor, and try it in another environment before.',
    source: 'https://docs.k3s.io/upgrades/manual; https://docs.k3s.io/upgrades/roll-back',
    check: (before, after) => upgrades(before, after, 'minor'),
  }),
  hostRule({
    id: 'k3s-patch-upgrade',
    level: 'high',
    title: 'K3s goes to a newer patch release',
    reason:
      'Every node restarts; what runs on one node only is away when that is drained, until it has started elsewhere.',
    onApply: DRAINED,
    fix: 'Look at the order of the roll-out, and at workloads with one replica.',
    source: 'https://docs.k3s.io/upgrades/manual',
    check: (before, after) => upgrades(before, after, 'patch'),
  }),
];

function upgrades(before: Synthesis, after: Synthesis, kind: 'minor' | 'patch'): SubjectHit[] {
  return keptClusters(before, after).flatMap((cluster) => {
    const knowledge = knowledgeOf(cluster.after.name, after);
    const steps = groupBy(
      cluster.kept.filter((host) => knowledge?.releaseStep(host.before.version, host.after.version) === kind),
      (host) => `${host.before.version} -> ${host.after.version}`,
    );
    return [...steps].map(([step, hosts]) =>
      hitOf(
        step,
        hosts.map((host) => host.after),
        cluster,
        after,
      ),
    );
  });
}

function hitOf(
  step: string,
  hosts: readonly HostSynthesis[],
  { after: { name } }: ClusterTransition,
  { graph }: Synthesis,
): SubjectHit {
  const drained = hosts.filter((host) =>
    graph.steps.some(
      ({ host: on, cluster, onChange }) =>
        on === host.name && cluster === name && onChange === 'drain-restart',
    ),
  );
  const cost =
    drained.length > 0 ? `drains ${counted(drained.length, 'node')}` : 'restarts K3s without draining';
  return {
    subject: clusterSubject(name),
    field: 'version',
    what: `${step} on ${listed(hosts.map((host) => host.name))}: ${cost}`,
    ...(drained.length === 0 && { onApply: RESTARTED }),
  };
}
