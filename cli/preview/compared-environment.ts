import type { ReportedEnvironment } from '../../lib/diff/build-report';
import { compare } from '../../lib/diff/compare';
import type { ComparisonSide } from '../../lib/diff/comparison';
import { emptySide } from '../../lib/diff/sides';
import { NEWEST_KUBERNETES, type KubernetesSchemas } from '../../lib/kubernetes/schema';

/** The two sides of an environment. */
export interface EnvironmentSides {
  readonly name: string;

  /** @default - only the other side has it */
  readonly before?: ComparisonSide;

  /** @default - only the other side has it */
  readonly after?: ComparisonSide;
}

/** Compares the objects and hosts of one environment; one that only one side has comes or goes as a whole. */
export function comparedEnvironment(
  { name, before, after }: EnvironmentSides,
  schemas: KubernetesSchemas,
): ReportedEnvironment {
  const kubernetes = (after ?? before)?.kubernetes ?? NEWEST_KUBERNETES;
  const [old, now] = [before ?? emptySide(kubernetes), after ?? emptySide(kubernetes)];
  return {
    name,
    state: before === undefined ? 'added' : after === undefined ? 'removed' : 'compared',
    comparison: compare(name, old, now, schemas),
  };
}
