import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';
import type { HostFacts } from '../hosts/facts';
import type { HostRun } from '../hosts/host-run';
import type { Violation } from './violation';

interface RuleEntry {
  /** Stable, kebab-case. */
  readonly id: string;

  /** One line: what is required. */
  readonly title: string;

  /** What happens to users without the rule. */
  readonly reason: string;

  /** Where the fact behind the rule is documented. */
  readonly source: string;
}

/** A violation as a rule finds it; its id is added by {@link runRules}. */
export type Finding = Omit<Violation, 'rule'>;

/** One synthesis, or the model of one cluster, decides. */
export interface StaticRule<Model> extends RuleEntry {
  readonly kind: 'static';
  check(model: Model): readonly Finding[];
}

/** What is and what shall be, together, decide. */
export interface TransitionRule extends RuleEntry {
  readonly kind: 'transition';
  check(before: Synthesis, after: Synthesis): readonly Finding[];
}

/** What a host reports decides, before anything on it is changed. */
export interface HostRule extends RuleEntry {
  readonly kind: 'host';
  check(facts: HostFacts, host: HostSynthesis, run: HostRun): readonly Finding[];
}

/** All violations of `rules`, in the rules' order. */
export function runRules<A extends readonly unknown[]>(
  rules: readonly { readonly id: string; check(...args: A): readonly Finding[] }[],
  ...args: A
): Violation[] {
  return rules.flatMap((rule) => rule.check(...args).map((finding) => ({ rule: rule.id, ...finding })));
}
