import { describe, expect, test } from '@jest/globals';
import { hostRules } from '../../../../lib/diff/rules/host-rules';
import { TRANSITION_RISKS } from '../../../../lib/diff/rules/host/transition-risk-table';
import { findRisks, type FoundRisk } from '../../../../lib/diff/rules/risk-rules';
import { runRules } from '../../../../lib/rules/rule';
import { transitionRuleTable } from '../../../../lib/rules/transition-rules';
import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import { hostComparison } from '../../../support/host-comparison';
import { memberFixtures } from '../../../support/risk-fixtures/host-members';
import { settingFixtures } from '../../../support/risk-fixtures/host-settings';
import { upgradeFixtures } from '../../../support/risk-fixtures/host-upgrades';
import { synthesisOf } from '../../../support/synthesis-fixture';
import type { Side } from '../../../support/transition-case';
import { clusterFactCases } from '../../rules/transition-cases/cluster-facts';
import { identityCases } from '../../rules/transition-cases/identity';
import { membershipCases } from '../../rules/transition-cases/membership';
import { settingsCases } from '../../rules/transition-cases/settings';
import { versionCases } from '../../rules/transition-cases/versions';

const fixtures = [...upgradeFixtures, ...settingFixtures, ...memberFixtures];
const cases = [...identityCases, ...membershipCases, ...versionCases, ...clusterFactCases, ...settingsCases];

const synthesis = (side: Side): Synthesis => ('schema' in side ? side : synthesisOf(side));
const risksOf = (before: Synthesis | undefined, after: Synthesis | undefined): FoundRisk[] =>
  findRisks(hostComparison(before, after), hostRules);
const riskOf = (rule: string, blocks: 'provision' | 'nothing'): string | undefined => {
  const found = TRANSITION_RISKS.find((risk) => risk.rule === rule && risk.blocks === blocks);
  return found && (found.id ?? found.rule);
};

describe('the table of risks of hosts', () => {
  test('names each once, and says of each what it is, why, what happens, what to do, and where that is documented', () => {
    expect(new Set(hostRules.map(({ id }) => id)).size).toBe(hostRules.length);
    for (const { id, title, reason, onApply, fix, source } of hostRules) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title).toMatch(/^[A-Z].{8,}[^.]$/);
      for (const text of [reason, onApply, fix]) expect(text).toMatch(/^.{15,}\.$/s);
      expect(source).toMatch(/https?:\/\/|docs\/|k3s pkg/);
    }
  });

  test('has a hit and a near miss for each of its own', () => {
    const mapped = new Set(TRANSITION_RISKS.map(({ id, rule }) => id ?? rule));
    for (const { id } of hostRules.filter((rule) => !mapped.has(rule.id))) {
      const own = fixtures.filter(({ rule }) => rule === id);
      expect([
        id,
        own.some(({ hits }) => hits.length > 0),
        own.some(({ hits }) => hits.length === 0),
      ]).toEqual([id, true, true]);
    }
  });

  test('has a case for each that comes from a transition rule', () => {
    const told = cases.flatMap(({ rule, hit }) => (hit ? [riskOf(rule, hit.blocks as 'provision')] : []));
    expect(TRANSITION_RISKS.map(({ id, rule }) => id ?? rule).filter((id) => !told.includes(id))).toEqual([]);
  });

  test('has only fixtures of rules that it has, each under a name of its own', () => {
    expect(new Set(fixtures.map(({ rule, name }) => `${rule} ${name}`)).size).toBe(fixtures.length);
    const known = new Set(hostRules.map(({ id }) => id));
    expect(fixtures.filter(({ rule }) => !known.has(rule))).toEqual([]);
  });
});

const own = [...new Set(fixtures.map(({ rule }) => rule))];

describe.each(own)('%s', (id) => {
  const told = fixtures.filter(({ rule }) => rule === id);

  test.each(
    told.map((fixture) => [fixture.hits.length > 0 ? 'hit' : 'near miss', fixture.name, fixture] as const),
  )('%s: %s', (_, __, { before, after, hits }) => {
    const found = risksOf(before, after).filter(({ rule }) => rule.id === id);
    expect(found.map(({ what }) => what)).toEqual(hits.map((text) => expect.stringContaining(text)));
  });
});

describe('what a transition rule finds', () => {
  test.each(cases.map((entry) => [entry.rule, entry.name, entry] as const))(
    'is a risk as well: %s, %s',
    (_, __, entry) => {
      const [before, after] = [synthesis(entry.before), synthesis(entry.after)];
      const findings = runRules(transitionRuleTable, before, after);
      const mapped = new Set(TRANSITION_RISKS.map(({ id, rule }) => id ?? rule));
      const risks = risksOf(before, after).filter(({ rule }) => mapped.has(rule.id));
      const expected = findings.map(({ rule, blocks, problem }) => [
        riskOf(rule, blocks as 'provision' | 'nothing'),
        blocks === 'provision' ? 'block' : expect.stringMatching(/^(high|caution)$/),
        problem,
      ]);
      expect(risks.map(({ rule, what }) => [rule.id, rule.level, what])).toEqual(
        expect.arrayContaining(expected),
      );
      expect(risks).toHaveLength(findings.length);
    },
  );
});

test('nothing is said about an environment that does not change, or that is new', () => {
  for (const { before } of fixtures) {
    expect(risksOf(before, before)).toEqual([]);
    expect(risksOf(undefined, before)).toEqual([]);
  }
});
