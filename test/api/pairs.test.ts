import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describePair, pairs } from './pairs';

test('every two values of different options meet, in few combinations', () => {
  const option = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]+$/), option, { minKeys: 2, maxKeys: 7 }),
      (values) => {
        const rows = pairs(values);
        const all = Object.entries(values).flatMap(([name, tried]) =>
          tried.map((value) => [name, value] as const),
        );
        const missed = all.flatMap(([one, a]) =>
          all.filter(
            ([other, b]) => one !== other && !rows.some((row) => row[one] === a && row[other] === b),
          ),
        );
        expect(missed).toEqual([]);
        const [most = 0, second = 0] = Object.values(values)
          .map(({ length }) => length)
          .sort((a, b) => b - a);
        expect(rows.length).toBeLessThanOrEqual(Math.max(1, most * second) * 2);
      },
    ),
  );
});

test('one option gives each of its values once, and no option nothing', () => {
  expect(pairs<{ a: number }>({ a: [1, 2, 3] })).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  expect(pairs({})).toEqual([]);
});

test('a value that is undefined leaves the option out', () => {
  expect(pairs<{ a?: number; b?: string }>({ a: [undefined, 1], b: ['x'] })).toEqual([
    { b: 'x' },
    { a: 1, b: 'x' },
  ]);
});

test('a combination is called by its values', () => {
  expect(describePair({ replicas: 2, name: 'web' })).toBe(`replicas=2 name='web'`);
  expect(describePair({})).toBe('defaults');
  expect(describePair({ long: 'x'.repeat(80) })).toHaveLength('long='.length + 38);
});
