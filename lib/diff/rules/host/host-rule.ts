import type { Synthesis } from '../../../synthesis/synthesis';
import type { Comparison } from '../../comparison';
import { HIDDEN } from '../../hidden-value';
import { withoutHostSecrets } from '../../hosts/hidden-on-hosts';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';

/** What {@link hostRule} is made of. */
export type HostRuleEntry = Omit<EnvironmentRiskRule, 'on' | 'check'> & {
  readonly check: (before: Synthesis, after: Synthesis) => readonly SubjectHit[];
};

/** A risk rule about clusters and hosts: it is asked where both states of an environment are known as a synthesis. What it says shows no value that looks like a secret. */
export function hostRule(rule: HostRuleEntry): EnvironmentRiskRule {
  const { check } = rule;
  return {
    ...rule,
    on: 'environment',
    check: (comparison) => {
      const states = statesOf(comparison);
      if (states === undefined) return [];
      const shown = withoutHostSecrets([states.before, states.after], () => HIDDEN);
      return check(states.before, states.after).map((hit) => ({
        ...hit,
        what: shown(hit.what),
        ...(hit.onApply !== undefined && { onApply: shown(hit.onApply) }),
        ...(hit.fix !== undefined && { fix: shown(hit.fix) }),
      }));
    },
  };
}

/** An environment that goes becomes one without clusters; of one that is new there is nothing to lose. */
function statesOf({ before, after }: Comparison): { before: Synthesis; after: Synthesis } | undefined {
  const [old, now] = [before.synthesis, after.synthesis];
  if (old === undefined) return undefined;
  if (now !== undefined) return { before: old, after: now };
  return after.objects.length > 0 ? undefined : { before: old, after: withoutClusters(old) };
}

function withoutClusters(synthesis: Synthesis): Synthesis {
  const topology = { clusters: [], nodes: [], externalHosts: [], links: [] };
  return {
    ...synthesis,
    clusters: [],
    hosts: [],
    manifests: [],
    graph: { steps: [], waves: [] },
    topology,
    kubernetesSecrets: [],
  };
}
