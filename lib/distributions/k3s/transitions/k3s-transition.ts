import type { Finding, TransitionRule } from '../../../rules/rule';
import { keptClusters, type ClusterTransition } from '../../../rules/transition';
import type { HostSynthesis } from '../../../synthesis/synthesis';
import { factsOf, type K3sClusterFacts } from '../cluster-facts';
import { DEFAULT_DATA_DIR } from '../host-paths';

/** One K3s cluster before and after. */
export interface K3sTransition extends ClusterTransition {
  readonly serversBefore: readonly HostSynthesis[];
  readonly serversAfter: readonly HostSynthesis[];
  readonly factsBefore: Partial<K3sClusterFacts>;
  readonly factsAfter: Partial<K3sClusterFacts>;
}

/** A transition rule that is asked about each K3s cluster that is there before and after. */
export function k3sRule(
  rule: Omit<TransitionRule, 'kind' | 'check'> & { check(transition: K3sTransition): readonly Finding[] },
): TransitionRule {
  return {
    ...rule,
    kind: 'transition',
    check: (before, after) =>
      keptClusters(before, after)
        .filter((cluster) => cluster.after.distribution === 'k3s')
        .flatMap((cluster) => rule.check(withFacts(cluster))),
  };
}

function withFacts(cluster: ClusterTransition): K3sTransition {
  return {
    ...cluster,
    serversBefore: cluster.hostsBefore.filter((host) => host.role === 'server'),
    serversAfter: cluster.hostsAfter.filter((host) => host.role === 'server'),
    factsBefore: factsOf(cluster.before),
    factsAfter: factsOf(cluster.after),
  };
}

/** Where a host's K3s keeps its state. */
export function dataDirOf({ settings }: HostSynthesis): string {
  const dataDir = settings['data-dir'];
  return typeof dataDir === 'string' ? dataDir : DEFAULT_DATA_DIR;
}

/** A fact that is known on both sides and differs, as texts; `undefined` otherwise. */
export function changedFact(
  { factsBefore, factsAfter }: K3sTransition,
  name: keyof K3sClusterFacts,
): { readonly old: string; readonly now: string } | undefined {
  const [old, now] = [factsBefore[name], factsAfter[name]];
  if (old === undefined || now === undefined || JSON.stringify(old) === JSON.stringify(now)) return undefined;
  return { old: shown(old), now: shown(now) };
}

function shown(fact: NonNullable<K3sClusterFacts[keyof K3sClusterFacts]>): string {
  if (Array.isArray(fact)) return fact.join(',');
  return typeof fact === 'object' ? JSON.stringify(fact) : String(fact);
}
