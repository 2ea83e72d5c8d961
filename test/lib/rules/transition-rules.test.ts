import { describe, expect, test } from '@jest/globals';
import { transitionRules, transitionRuleTable } from '../../../lib/rules/transition-rules';
import type { Synthesis } from '../../../lib/synthesis/synthesis';
import { synthesisOf } from '../../support/synthesis-fixture';
import { three, type Side } from '../../support/transition-case';
import { clusterFactCases } from './transition-cases/cluster-facts';
import { identityCases } from './transition-cases/identity';
import { membershipCases } from './transition-cases/membership';
import { settingsCases } from './transition-cases/settings';
import { versionCases } from './transition-cases/versions';

const cases = [...identityCases, ...membershipCases, ...versionCases, ...clusterFactCases, ...settingsCases];

test('every case is about a rule of the table', () => {
  const known = new Set(transitionRuleTable.map((rule) => rule.id));
  expect(cases.filter((entry) => !known.has(entry.rule))).toEqual([]);
});

const synthesis = (side: Side): Synthesis => ('schema' in side ? side : synthesisOf(side));

describe.each(transitionRuleTable.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const own = cases.filter((entry) => entry.rule === id);

  test('says what it wants, why, and where that is documented', () => {
    expect(rule.title).toMatch(/^[A-Z].{10,}[^.]$/);
    expect(rule.reason).toMatch(/^.{30,}\.$/s);
    expect(rule.source).toMatch(/https?:\/\/|docs\/|k3s pkg/);
  });

  test('has a hit and a near miss', () => {
    expect([own.some((entry) => entry.hit), own.some((entry) => !entry.hit)]).toEqual([true, true]);
  });

  test.each(own.map((entry) => [entry.hit ? 'hit' : 'near miss', entry.name, entry] as const))(
    '%s: %s',
    (_, __, entry) => {
      const found = transitionRules(synthesis(entry.before), synthesis(entry.after)).filter(
        (violation) => violation.rule === id,
      );
      if (!entry.hit) return expect(found).toEqual([]);
      expect(found.map(({ blocks }) => blocks)).toEqual([entry.hit.blocks]);
      expect(found[0]?.problem).toEqual(
        typeof entry.hit.problem === 'string' ? entry.hit.problem : expect.stringMatching(entry.hit.problem),
      );
      expect(found[0]?.path).toMatch(/^test\/(k3s|other)/);
      expect(found[0]?.fix).not.toBe('');
    },
  );
});

test('nothing is said about an environment that does not change', () => {
  for (const { before } of cases) expect(transitionRules(synthesis(before), synthesis(before))).toEqual([]);
});

test('facts that an older release did not write are not compared', () => {
  const old = synthesisOf({ hosts: three });
  const bare = { ...old, clusters: old.clusters.map((cluster) => ({ ...cluster, facts: {} })) };
  expect(transitionRules(bare, old)).toEqual([]);
});
