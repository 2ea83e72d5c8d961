import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { highRules } from '../../../../lib/diff/rules/high-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import type { KubernetesObject } from '../../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../../support/comparison';
import { object } from '../../../support/risk-fixtures/risk-case';

const RBAC = 'rbac.authorization.k8s.io/v1';
const binding = object(RBAC, 'RoleBinding', 'web', {
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
  subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const some = (...items: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 });
const rule: fc.Arbitrary<Rule> = fc.record({
  apiGroups: some('', 'apps', '*'),
  resources: some('pods', 'secrets', 'deployments', 'pods/exec', '*', '*/scale'),
  verbs: some('get', 'list', 'create', '*'),
});
const role = (rules: readonly Rule[]): KubernetesObject => object(RBAC, 'Role', 'web', { rules });

/** Each combination as a rule of its own, the last one first. */
const split = (rules: readonly Rule[]): readonly Rule[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.map((verb) => ({ apiGroups: [group], resources: [resource], verbs: [verb] })),
        ),
      ),
    )
    .reverse();

const widened = (before: readonly Rule[], after: readonly Rule[]): readonly string[] =>
  findRisks(comparisonOf([role(before), binding], [role(after), binding]), highRules)
    .filter(({ rule: { id } }) => id.startsWith('rbac-'))
    .map(({ what }) => what);

test('rules that are split, or left out, widen nothing', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.nat(), (rules, seed) => {
      const parts = split(rules);
      expect(widened(rules, parts)).toEqual([]);
      expect(widened(parts, rules)).toEqual([]);
      expect(
        widened(
          rules,
          parts.filter((_, index) => index !== seed % parts.length),
        ),
      ).toEqual([]);
    }),
    { numRuns: 60, seed: 7 },
  );
});

test('a right that no rule held is found, whatever rules are around it', () => {
  const known = rule.filter(({ apiGroups }) => !apiGroups.includes('*'));
  fc.assert(
    fc.property(fc.array(known, { maxLength: 3 }), (rules) => {
      const more = { apiGroups: ['example.org'], resources: ['widgets'], verbs: ['delete'] };
      expect(widened(rules, [...split(rules), more])).toEqual([
        'ServiceAccount shop/web: delete of widgets.example.org in namespace shop',
      ]);
    }),
    { numRuns: 40, seed: 7 },
  );
});

test('rules of a NetworkPolicy that are split, or left out, open nothing', () => {
  const peer = fc.constantFrom<object>(
    { podSelector: { matchLabels: { app: 'a' } } },
    { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }] } },
    { namespaceSelector: {} },
    { namespaceSelector: { matchLabels: { team: 'x' } }, podSelector: { matchLabels: { app: 'b' } } },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
    { ipBlock: { cidr: '2001:db8::/32' } },
  );
  const port = fc.constantFrom<object>(
    { port: 80 },
    { port: 80, endPort: 90 },
    { protocol: 'UDP', port: 53 },
    { protocol: 'SCTP' },
    { port: 'http' },
  );
  const entry = fc.record({
    from: fc.array(peer, { maxLength: 3 }),
    ports: fc.array(port, { maxLength: 3 }),
  });
  const policy = (ingress: readonly object[]) =>
    object('networking.k8s.io/v1', 'NetworkPolicy', 'web', {
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress },
    });
  const opened = (before: readonly object[], after: readonly object[]) =>
    findRisks(comparisonOf([policy(before)], [policy(after)]), highRules).map(({ what }) => what);
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 3 }), (rules) => {
      const parts = rules.flatMap(({ from, ports }) =>
        (from.length === 0 ? [undefined] : from).flatMap((one) =>
          (ports.length === 0 ? [undefined] : ports).map((other) => ({
            ...(one && { from: [one] }),
            ...(other && { ports: [other] }),
          })),
        ),
      );
      expect(opened(rules, parts)).toEqual([]);
      expect(opened(parts, rules)).toEqual([]);
      expect(opened(rules, parts.slice(1))).toEqual([]);
    }),
    { numRuns: 80, seed: 7 },
  );
});
