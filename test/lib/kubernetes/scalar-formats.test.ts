import { expect, test } from '@jest/globals';
import { fitsInteger, isBase64, isDateTime, isQuantity } from '../../../lib/kubernetes/scalar-formats';

test.each(['1', '0.5', '.5', '5.', '+1', '-1', '500m', '1.5Gi', '1e3', '1E-3', '12E', ' 1Gi ', 100, 1e21])(
  '%j is a quantity',
  (value) => expect(isQuantity(value)).toBe(true),
);

test.each(['', ' ', 'x', '1GB', '1gi', '1K', '1 Gi', '1e', '1.2.3', '--1', true, null, {}, Number.NaN])(
  '%j is no quantity',
  (value) => expect(isQuantity(value)).toBe(false),
);

test.each([
  ['2024-02-01T03:04:05Z', true],
  ['2024-02-01T03:04:05.123456+02:00', true],
  ['2024-02-01', false],
  ['2024-13-01T03:04:05Z', false],
  ['', false],
])('%s is a time: %s', (value, good) => expect(isDateTime(value)).toBe(good));

test.each([
  ['', true],
  ['aGk=', true],
  ['aG\nk=', true],
  ['aGk', false],
  ['a-_=', false],
])('%j is base64: %s', (value, good) => expect(isBase64(value)).toBe(good));

test('integers have the bounds of their format', () => {
  expect([
    fitsInteger(2 ** 31 - 1, 'int32'),
    fitsInteger(2 ** 31, 'int32'),
    fitsInteger(2 ** 63, 'int64'),
  ]).toEqual([true, false, false]);
});
