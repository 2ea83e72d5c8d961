import type { Synthesis } from '../../../lib/synthesis/synthesis';

/** A change of clusters and hosts with what one rule has to say of it. */
export interface HostRiskFixture {
  /** Id of the rule. */
  readonly rule: string;

  /** What is special about it; unique for the rule. */
  readonly name: string;

  /** `undefined` where the environment is new, or goes. */
  readonly before: Synthesis | undefined;
  readonly after: Synthesis | undefined;

  /** What is said, in order: each `what`, or part of it; empty for a near miss. */
  readonly hits: readonly string[];
}
