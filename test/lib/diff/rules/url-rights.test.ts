import { expect, test } from '@jest/globals';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import type { KubernetesObject } from '../../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../../support/comparison';

const binding: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'scraper' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'scraper' },
  subjects: [{ kind: 'ServiceAccount', name: 'scraper', namespace: 'shop' }],
};

const role = (...rules: readonly (readonly string[])[]): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'scraper' },
  rules: rules.map((nonResourceURLs) => ({ nonResourceURLs, verbs: ['get'] })),
});

const widened = (before: KubernetesObject, after: KubernetesObject) =>
  findRisks(comparisonOf([binding, before], [binding, after])).filter(({ rule }) =>
    rule.id.startsWith('rbac'),
  );

test.each([
  ['split into two rules', role(['/metrics', '/healthz']), role(['/metrics'], ['/healthz'])],
  ['narrowed from a pattern to one of it', role(['/metrics/*']), role(['/metrics/cadvisor'])],
] as const)('rights to addresses that are %s are not more', (_case, before, after) => {
  expect(widened(before, after)).toEqual([]);
});

test('a right to another address is one more', () => {
  expect(widened(role(['/metrics']), role(['/metrics', '/debug/*']))).not.toEqual([]);
});
