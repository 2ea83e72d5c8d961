import type { K3stackError } from '../lib/errors';
import type { Origins } from '../lib/origins';
import type { Synthesis } from '../lib/synthesis/synthesis';

/** One environment that could not be synthesized. */
export interface Failure {
  readonly environment: string;
  readonly milliseconds: number;
  readonly error: K3stackError;
}

/** One environment that was synthesized. */
export interface Success {
  readonly environment: string;
  readonly milliseconds: number;
  readonly synthesis: Synthesis;

  /** @default - nobody asked for them */
  readonly origins?: Origins;
}

/** What became of one environment. */
export type Outcome = Failure | Success;

/** Those that could not be synthesized. */
export function failuresOf(outcomes: readonly Outcome[]): Failure[] {
  return outcomes.filter((outcome) => 'error' in outcome);
}

/** Those that were synthesized. */
export function successesOf(outcomes: readonly Outcome[]): Success[] {
  return outcomes.filter((outcome) => 'synthesis' in outcome);
}

/** Number of hosts in each role. */
export function hostsByRole({ hosts }: Synthesis): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { role } of hosts) counts[role] = (counts[role] ?? 0) + 1;
  return counts;
}

/** Number of Kubernetes objects in manifests. */
export function objectCount({ manifests }: Synthesis): number {
  return manifests.reduce((sum, file) => sum + file.objects.length, 0);
}
