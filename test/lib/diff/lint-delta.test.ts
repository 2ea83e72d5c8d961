import { expect, test } from '@jest/globals';
import { lintDelta } from '../../../lib/diff/lint-delta';
import type { Comparison, ComparisonSide } from '../../../lib/diff/comparison';
import type { KubernetesObject, Synthesis } from '../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../support/comparison';

const attributes: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1alpha1',
  kind: 'VolumeAttributesClass',
  metadata: { name: 'fast' },
  driverName: 'disk.example.org',
};

test('another Kubernetes minor is asked about objects that stay as they are', () => {
  const told = (before: string, after: string) =>
    lintDelta([comparisonOf([attributes], [attributes], { kubernetes: { before, after } })]);
  expect(told('1.32', '1.36').introduced).toMatchObject([{ check: 'schema', rule: 'removed-api-version' }]);
  expect(told('1.36', '1.36')).toEqual({ introduced: [], fixed: [] });
});

/** Stands for a synthesized environment, of which only its warnings are read. */
const warned = (environment: string, problems: readonly string[]): Comparison => {
  const side = (texts: readonly string[]): ComparisonSide => ({
    objects: [],
    kubernetes: '1.34',
    synthesis: {
      warnings: texts.map((problem) => ({
        rule: 'r',
        path: `${environment}/home/db`,
        property: 'replicas',
        problem,
        fix: 'f',
      })),
    } as unknown as Synthesis,
  });
  const empty = comparisonOf([], []);
  return { ...empty, environment, before: side(problems.slice(0, 1)), after: side(problems.slice(1)) };
};

test('what a check says of one construct in several environments is one finding', () => {
  const { introduced, fixed } = lintDelta([
    warned('staging', ['old', 'new']),
    warned('production', ['old', 'new']),
  ]);
  expect(introduced).toMatchObject([
    { subject: 'home/db', problem: 'new', environments: ['staging', 'production'] },
  ]);
  expect(fixed).toMatchObject([{ problem: 'old', environments: ['staging', 'production'] }]);
});

test('a finding that both states have is told of neither', () => {
  expect(lintDelta([warned('staging', ['same', 'same'])])).toEqual({ introduced: [], fixed: [] });
});
