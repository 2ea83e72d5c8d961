import { expect, test } from '@jest/globals';
import { bytesOf, coresOf, isByteAmount, isQuantity } from '../../../lib/cluster/quantity';

test.each([
  ['512', 512],
  ['1Ki', 1024],
  ['1.5Gi', 1_610_612_736],
  ['512M', 512_000_000],
  ['1e3', 1000],
  ['1E3', 1000],
  ['2E', 2e18],
  ['100m', 1],
  ['.5k', 500],
])('%s is %d bytes', (quantity, bytes) => {
  expect(bytesOf(quantity)).toBe(bytes);
});

test.each([
  ['250m', 0.25],
  ['2', 2],
  ['1.5', 1.5],
])('%s is %d cores', (quantity, cores) => {
  expect(coresOf(quantity)).toBe(cores);
});

test.each(['', '1GB', '1 Gi', '-1', 'Gi', '1gi', '1Mi\n', 512, null])('%j is no quantity', (value) => {
  expect(isQuantity(value)).toBe(false);
});

test.each([
  ['64Mi', true],
  ['0.5Ki', true],
  ['1', true],
  ['0', false],
  ['0Gi', false],
  ['100m', false],
  ['1.0001', false],
  ['1GB', false],
])('%j is an amount of bytes: %j', (value, expected) => {
  expect(isByteAmount(value)).toBe(expected);
});

test('an amount that is no quantity is a defect of the caller', () => {
  expect(() => bytesOf('1GB')).toThrow(TypeError);
});
