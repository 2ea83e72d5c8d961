import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

/** A change of objects with what one rule has to say of it. */
export interface RiskFixture {
  /** Id of the rule. */
  readonly rule: string;

  /** What is special about it; unique for the rule. */
  readonly name: string;
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];

  /** Kubernetes minors of both sides. @default - `1.34` on both */
  readonly kubernetes?: { readonly before: string; readonly after: string };

  /** What is said, in order: each `what`, or part of it; empty for a near miss. */
  readonly hits: readonly string[];

  /**
   * What a real API server says to `after`, sent as an update of `before`; given for rules with `refusedByApi`, and replayed against one.
   *
   * @default - the rule says nothing about the API server
   */
  readonly apiServer?: 'refuses' | 'accepts';
}
