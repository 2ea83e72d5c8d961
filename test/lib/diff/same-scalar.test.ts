import { expect, test } from '@jest/globals';
import { sameAmount, sameDuration, sameScalar } from '../../../lib/diff/same-scalar';

test.each([
  ['1000m', '1', true],
  ['1Gi', '1024Mi', true],
  ['1e3', '1k', true],
  ['0', '0Gi', true],
  ['0', '0k', true],
  ['0.0001', '0', false],
  ['1', '-1', false],
  ['-1000m', '-1', true],
  ['1M', '1Mi', false],
  ['10', '1', false],
  ['9223372036854775807', '9223372036854775806', false],
  [`1${'0'.repeat(400_000)}`, `1${'0'.repeat(400_001)}`, false],
  ['a lot', 'a lot', false],
])('quantities %.30s and %.30s are of one amount: %s', (before, after, same) => {
  expect(sameAmount(before, after)).toBe(same);
});

test.each([
  ['60m', '1h0m0s', true],
  ['1h', '-1h', false],
  ['-60m', '-1h', true],
  ['1.5h', '90m', true],
  ['0', '0s', true],
  ['1h', '1h1ns', false],
  ['1d', '24h', false],
])('durations %s and %s are of one length: %s', (before, after, same) => {
  expect(sameDuration(before, after)).toBe(same);
});

const custom = (field: string) => ({ field, custom: true });

test('a number or text of a custom kind is a quantity only if its pattern says so', () => {
  const schema = { 'x-kubernetes-int-or-string': true } as const;
  const quantity = { ...schema, pattern: '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)([KMGTPE]i)?$' };
  expect(sameScalar('1000m', '1', quantity, custom('memory'))).toBe('quantity');
  expect(sameScalar('1000m', '1', schema, custom('memory'))).toBeUndefined();
});

test('text is a duration where its field is called like one, in custom kinds, and its type is text', () => {
  expect(sameScalar('60m', '1h', { type: 'string' }, custom('interval'))).toBe('duration');
  expect(sameScalar('60m', '1h', undefined, custom('interval'))).toBe('duration');
  expect(sameScalar('60m', '1h', { type: 'integer' }, custom('interval'))).toBeUndefined();
  expect(sameScalar('60m', '1h', { type: 'string' }, custom('name'))).toBeUndefined();
  expect(sameScalar('60m', '1h', { type: 'string' }, { field: 'interval', custom: false })).toBeUndefined();
});
