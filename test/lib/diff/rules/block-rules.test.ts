import { describe, expect, test } from '@jest/globals';
import { blockRules } from '../../../../lib/diff/rules/block-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import { comparisonOf } from '../../../support/comparison';
import { blockFixtures } from '../../../support/risk-fixtures/block-fixtures';
import type { RiskFixture } from '../../../support/risk-fixtures/risk-fixture';

function hitsOf({ rule, before, after, kubernetes }: RiskFixture): readonly string[] {
  return findRisks(comparisonOf(before, after, { kubernetes }), blockRules)
    .filter((risk) => risk.rule.id === rule)
    .map(({ what }) => what);
}

describe.each(blockRules.map((rule) => [rule.id, rule] as const))('%s', (id, { refusedByApi = false }) => {
  const own = blockFixtures.filter(({ rule }) => rule === id);
  const hits = own.filter((fixture) => fixture.hits.length > 0);
  const misses = own.filter((fixture) => fixture.hits.length === 0);

  test.each(hits.map((fixture) => [fixture.name, fixture] as const))('finds: %s', (_name, fixture) => {
    const found = hitsOf(fixture);
    expect(found).toHaveLength(fixture.hits.length);
    for (const [index, part] of fixture.hits.entries()) expect(found[index]).toContain(part);
  });

  test.each(misses.map((fixture) => [fixture.name, fixture] as const))('passes: %s', (_name, fixture) => {
    expect(hitsOf(fixture)).toEqual([]);
  });

  test('has hits, near misses, and what the API server says to both', () => {
    expect(hits.length).toBeGreaterThan(0);
    expect(misses.length).toBeGreaterThan(0);
    if (!refusedByApi) return;
    expect(new Set(own.map(({ apiServer }) => apiServer))).toEqual(
      new Set(['refuses', 'accepts', ...(own.some((f) => f.apiServer === undefined) ? [undefined] : [])]),
    );
  });
});

test('each rule has an id of its own, and each fixture a name of its own', () => {
  const ids = blockRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const names = blockFixtures.map(({ rule, name }) => `${rule}: ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(blockFixtures.filter(({ rule }) => !ids.includes(rule))).toEqual([]);
});

test('a fixture whose object is the same on both sides but for a label is a change', () => {
  for (const { before, after, name } of blockFixtures.filter(({ apiServer }) => apiServer !== undefined)) {
    expect([name, JSON.stringify(before) === JSON.stringify(after)]).toEqual([name, false]);
  }
});

test('values of Secrets are in no hit', () => {
  const secrets = blockFixtures.filter(({ before }) => before.some(({ kind }) => kind === 'Secret'));
  expect(secrets.length).toBeGreaterThan(5);
  expect(JSON.stringify(secrets.flatMap(hitsOf))).not.toMatch(/"(?:one|two)|AAA/);
});

test('an object that is renamed with a change of an immutable field is another object', () => {
  const [fixture] = blockFixtures.filter(({ rule }) => rule === 'claim-shrinks');
  if (fixture === undefined) throw new Error('no fixture');
  const after = fixture.after.map((object) =>
    object.kind === 'PersistentVolumeClaim'
      ? { ...object, metadata: { ...object.metadata, name: 'data-2' } }
      : object,
  );
  expect(hitsOf({ ...fixture, after })).toEqual([]);
});
