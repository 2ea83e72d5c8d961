import { describe, expect, test } from '@jest/globals';
import { late, lateValuesIn, mapStrings, withExamples, withLateNames } from '../../lib/late';

describe('a late value', () => {
  const ip = late('web-ip', { example: '203.0.113.7' });

  test('is checked by its example and shown by its name, also inside of other text', () => {
    expect(withExamples(`http://${ip}:80`)).toBe('http://203.0.113.7:80');
    expect(withLateNames(`http://${ip}:80`)).toBe('http://«web-ip»:80');
    expect(lateValuesIn(`${ip} ${ip}`)).toEqual([
      { name: 'web-ip', example: '203.0.113.7' },
      { name: 'web-ip', example: '203.0.113.7' },
    ]);
  });

  test('fails when the name or the example could not be told from the text around it', () => {
    expect(() => late('web ip', { example: 'x' })).toThrow(
      "write late('web-ip', { example: '203.0.113.7' })",
    );
    expect(() => late('web-ip', { example: 'a»b' })).toThrow('plain example');
  });
});

describe('mapStrings', () => {
  test('maps every string but keys, and shares what does not change', () => {
    const data = { a: ['x', { b: 'x' }], same: { c: 1 } };
    const mapped = mapStrings(data, (text) => (text === 'x' ? 'y' : text));
    expect(mapped).toEqual({ a: ['y', { b: 'y' }], same: { c: 1 } });
    expect(mapped.same).toBe(data.same);
    expect(mapStrings(data, (text) => text)).toBe(data);
  });
});
