import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cautionRules } from '../../../../lib/diff/rules/caution-rules';
import { highRules } from '../../../../lib/diff/rules/high-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import type { KubernetesObject } from '../../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../../support/comparison';
import { cautionFixtures } from '../../../support/risk-fixtures/caution-fixtures';
import { highFixtures } from '../../../support/risk-fixtures/high-fixtures';

const fixtures = [...highFixtures, ...cautionFixtures];
const odd = fc.constantFrom<unknown>(null, 0, '', 'text', true, [], {}, [null], [['x']], { a: { b: null } });

/** Paths to every value below `spec`, rules and other content of an object; identity stays. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? replaced(item, rest, by) : item));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}

function broken(objects: readonly KubernetesObject[], at: number, by: unknown): readonly KubernetesObject[] {
  const places = objects.flatMap((object, index) =>
    pathsOf(object)
      .filter(
        ([first, second]) =>
          !['apiVersion', 'kind'].includes(first ?? '') &&
          (first !== 'metadata' || ['labels', 'annotations'].includes(second ?? '')),
      )
      .map((path) => ({ index, path })),
  );
  const place = places[at % Math.max(places.length, 1)];
  if (place === undefined) return objects;
  return objects.map((object, index) =>
    index === place.index ? (replaced(object, place.path, by) as KubernetesObject) : object,
  );
}

test('no rule fails on an object that is not as its schema says', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...fixtures),
      fc.nat(),
      fc.nat(),
      odd,
      odd,
      ({ before, after }, one, other, left, right) => {
        const comparison = comparisonOf(broken(before, one, left), broken(after, other, right));
        const risks = findRisks(comparison, [...highRules, ...cautionRules]);
        expect(risks.filter(({ what }) => what.length > 250)).toEqual([]);
      },
    ),
    { numRuns: 600, seed: 11 },
  );
});
