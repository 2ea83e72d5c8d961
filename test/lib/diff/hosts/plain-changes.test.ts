import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainChanges } from '../../../../lib/diff/hosts/plain-changes';
import { pathText } from '../../../../lib/diff/field-change';

const lines = (before: unknown, after: unknown): string[] =>
  plainChanges(before, after).map(({ path, op }) => `${op} ${pathText(path)}`);

describe('what differs in plain data', () => {
  test('is nothing in what is the same, whatever the order of keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => plainChanges(value, reversed(value)).length === 0));
  });

  test('is something in what is not the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        return plainChanges(a, b).length > 0 === !same;
      }),
    );
  });

  test('is told by the name of items that have one', () => {
    const [a, b] = [
      { name: 'a', v: 1 },
      { name: 'b', v: 1 },
    ];
    expect(lines({ l: [a, b] }, { l: [{ name: 'b', v: 2 }, a] })).toEqual(['replace l[name=b].v']);
    expect(lines({ l: [a, b] }, { l: [b] })).toEqual(['remove l[name=a]']);
    expect(lines({ l: [a, b] }, { l: [b, a] })).toEqual(['reorder l']);
  });

  test('is told item by item in lists of the same length, and as a whole in others', () => {
    expect(lines({ l: [1, 2] }, { l: [1, 3] })).toEqual(['replace l[1]']);
    expect(lines({ l: [1] }, { l: [1, 3] })).toEqual(['replace l']);
    expect(lines({ l: [{ name: 'a' }, { name: 'a' }] }, { l: [{ name: 'a' }] })).toEqual(['replace l']);
  });

  test('takes no key that every object inherits for one that is there', () => {
    expect(lines({}, { constructor: 1 })).toEqual(['add constructor']);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return fromEntries(Object.entries(value).reverse(), reversed);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return fromEntries(
    Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)),
    sorted,
  );
}

/** Of own members, `__proto__` as well. */
function fromEntries(entries: readonly [string, unknown][], map: (value: unknown) => unknown): object {
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)]));
}
