import { keptClusters } from '../../../rules/transition';
import type { HostSynthesis, Synthesis } from '../../../synthesis/synthesis';
import { groupBy } from '../../group-by';
import { listed } from '../../../report/words';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject } from './subjects';

/** Certificates and keys that the program asks to renew. */
export const credentialRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'credentials-rotated',
    level: 'caution',
    title: 'Certificates or keys are renewed',
    reason:
      'Servers restart to take them up, and whoever holds a copy of the old ones is locked out when they end.',
    onApply: 'They are renewed on one server, and the servers restart one after another.',
    fix: 'Take a snapshot first; fetch the kubeconfig again afterwards.',
    source: 'https://docs.k3s.io/cli/certificate; https://docs.k3s.io/cli/secrets-encrypt',
    check: (before, after) => rotations(before, after, (old, now) => now > old),
  }),
  hostRule({
    id: 'rotation-counter-lowered',
    level: 'block',
    title: 'A counter of rotations goes down',
    reason:
      'What was renewed cannot be taken back, so a counter that is lower than what was done is an error.',
    onApply: 'It is refused before any host is touched.',
    fix: 'Write the counter as it was, or one more to renew once more.',
    source: 'docs/cluster.md',
    check: (before, after) => rotations(before, after, (old, now) => now < old),
  }),
];

/** One hit for each credential of a cluster. */
function rotations(
  before: Synthesis,
  after: Synthesis,
  isHit: (old: number, now: number) => boolean,
): SubjectHit[] {
  return keptClusters(before, after).flatMap(({ kept, after: cluster }) => {
    const found = kept.flatMap(({ before: old, after: host }) =>
      namesIn(old, host)
        .map((name) => ({ host, name, old: old.rotations?.[name] ?? 0, now: host.rotations?.[name] ?? 0 }))
        .filter((entry) => isHit(entry.old, entry.now)),
    );
    return [...groupBy(found, ({ name, old, now }) => `${name} ${old} -> ${now}`)].map(([what, group]) => ({
      subject: clusterSubject(cluster.name),
      field: `rotate.${group[0]?.name}`,
      what: `${what} on ${listed(group.map(({ host }) => host.name))}`,
    }));
  });
}

function namesIn(...hosts: readonly HostSynthesis[]): string[] {
  return [...new Set(hosts.flatMap(({ rotations: own = {} }) => Object.keys(own)))].sort();
}
