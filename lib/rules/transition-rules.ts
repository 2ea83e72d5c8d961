import { k3sTransitionRules } from '../distributions/k3s/transitions/k3s-transition-rules';
import type { Synthesis } from '../synthesis/synthesis';
import { clusterIdentityRules } from './cluster-identity-rules';
import { hostIdentityRules } from './host-identity-rules';
import { runRules, type TransitionRule } from './rule';
import type { Violation } from './violation';

/** Every rule that needs to know what is and what shall be. */
export const transitionRuleTable: readonly TransitionRule[] = [
  ...clusterIdentityRules,
  ...hostIdentityRules,
  ...k3sTransitionRules,
];

/**
 * What speaks against going from one synthesis of an environment to another. Those that block `provision` must be mended
 * before any host is touched; the others only tell.
 */
export function transitionRules(before: Synthesis, after: Synthesis): Violation[] {
  return runRules(transitionRuleTable, before, after).map((violation) => ({
    ...violation,
    path: violation.path.startsWith(`${after.environment}/`)
      ? violation.path
      : `${after.environment}/${violation.path}`,
  }));
}
