import { loadSchemas } from '../../adapters/schemas';
import { compare } from '../../lib/diff/compare';
import type { Comparison } from '../../lib/diff/comparison';
import { HiddenValues } from '../../lib/diff/hidden-value';
import { comparedObject } from '../../lib/diff/compared-object';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';

/** Compares two lists of objects as one environment `test`. */
export function comparisonOf(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
  { kubernetes = { before: '1.34', after: '1.34' } } = {},
): Comparison {
  const hidden = new HiddenValues();
  const side = (objects: readonly KubernetesObject[], minor: string) => ({
    objects: objects.map((object) => comparedObject(object, {}, hidden)),
    kubernetes: minor,
  });
  return compare('test', side(before, kubernetes.before), side(after, kubernetes.after), loadSchemas());
}
