import { describe, expect, test } from '@jest/globals';
import { cautionRules } from '../../../lib/diff/rules/caution-rules';
import { highRules } from '../../../lib/diff/rules/high-rules';
import { findRisks } from '../../../lib/diff/rules/risk-rules';
import type { RiskRule } from '../../../lib/diff/rules/risk-rule';
import { comparisonOf } from '../comparison';
import type { RatedFixture } from './risk-case';

/** Holds each rule against its fixtures, and every other rule against them too: it has to be silent where it is not named. */
export function testRules(rules: readonly RiskRule[], fixtures: readonly RatedFixture[]): void {
  describe.each(rules.map(({ id }) => id))('%s', (id) => {
    const own = fixtures.filter(({ rule }) => rule === id);

    test.each(own.filter(({ hits }) => hits.length > 0).map((fixture) => [fixture.name, fixture] as const))(
      'finds: %s',
      (_name, fixture) => {
        const found = saidOf(fixture);
        expect(found[id]).toHaveLength(fixture.hits.length);
        for (const [index, part] of fixture.hits.entries()) expect(found[id]?.[index]).toContain(part);
        expect(others(found, id)).toEqual(fixture.also ?? []);
      },
    );

    test.each(own.filter(({ hits }) => hits.length === 0).map((fixture) => [fixture.name, fixture] as const))(
      'passes: %s',
      (_name, fixture) => {
        const found = saidOf(fixture);
        expect(found[id] ?? []).toEqual([]);
        expect(others(found, id)).toEqual(fixture.also ?? []);
      },
    );

    test('has hits and near misses', () => {
      expect(own.filter(({ hits }) => hits.length > 0).length).toBeGreaterThan(0);
      expect(own.filter(({ hits }) => hits.length === 0).length).toBeGreaterThan(0);
    });
  });

  test('each fixture is of a rule, and each of a rule has a name of its own', () => {
    const ids = rules.map(({ id }) => id);
    expect(fixtures.filter(({ rule }) => !ids.includes(rule)).map(({ rule }) => rule)).toEqual([]);
    const names = fixtures.map(({ rule, name }) => `${rule}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('both sides of a fixture differ', () => {
    const same = fixtures.filter(({ before, after }) => JSON.stringify(before) === JSON.stringify(after));
    expect(same.map(({ rule, name }) => `${rule}: ${name}`)).toEqual([]);
  });
}

/** What is said, by rule. */
function saidOf({
  before,
  after,
  kubernetes,
}: RatedFixture): Readonly<Partial<Record<string, readonly string[]>>> {
  const comparison = comparisonOf(before, after, { kubernetes });
  const said: Record<string, string[]> = {};
  for (const { rule, what } of findRisks(comparison, [...highRules, ...cautionRules]))
    (said[rule.id] ??= []).push(what);
  return said;
}

function others(found: Readonly<Record<string, unknown>>, id: string): readonly string[] {
  return Object.keys(found)
    .filter((other) => other !== id)
    .sort();
}
