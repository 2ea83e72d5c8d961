import { isQuantity } from '../../lib/cluster/quantity';
import { withExamples } from '../../lib/late';
import { describeValue, propertyAt } from '../../lib/rules/shape';
import type { ConstructViolation } from '../violations';
import type { Resources } from './requests';

/** Amounts that are no Kubernetes quantities. @param given Property to what the user wrote there. */
export function resourceViolations(
  given: Readonly<Record<string, Resources | undefined>>,
): ConstructViolation[] {
  return Object.entries(given).flatMap(([property, resources]) =>
    (['requests', 'limits'] as const).flatMap((kind) =>
      Object.entries(resources?.[kind] ?? {})
        .filter(([, amount]) => !isQuantity(withExamples(amount)))
        .map(([what, amount]) => ({
          rule: 'quantity',
          property: propertyAt([property, kind, what]),
          problem: `must be a Kubernetes quantity, got ${describeValue(amount)}`,
          fix: what === 'cpu' ? "write '100m'" : "write '256Mi'",
        })),
    ),
  );
}
