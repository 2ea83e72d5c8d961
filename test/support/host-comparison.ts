import { loadSchemas } from '../../adapters/schemas';
import { compare } from '../../lib/diff/compare';
import { comparedObject } from '../../lib/diff/compared-object';
import type { Comparison, ComparisonSide } from '../../lib/diff/comparison';
import { HiddenValues } from '../../lib/diff/hidden-value';
import type { Synthesis } from '../../lib/synthesis/synthesis';

/** Compares two syntheses of one environment, hosts and objects; `undefined` for a side that does not have the environment. */
export function hostComparison(before: Synthesis | undefined, after: Synthesis | undefined): Comparison {
  const hidden = new HiddenValues();
  const side = (synthesis: Synthesis | undefined): ComparisonSide => ({
    objects: (synthesis?.manifests ?? []).flatMap(({ cluster, objects }) =>
      objects.map(({ object, path }) => comparedObject(object, { path }, hidden, cluster)),
    ),
    kubernetes: synthesis?.clusters[0]?.kubernetes ?? '1.34',
    ...(synthesis !== undefined && { synthesis }),
  });
  return compare((after ?? before)?.environment ?? '', side(before), side(after), loadSchemas());
}
