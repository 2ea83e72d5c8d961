import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { toYaml } from '../../lib/yaml';

describe('toYaml', () => {
  test('writes nested maps and lists in block style, in the order of the keys', () => {
    expect(toYaml({ b: [{ x: 1, v: ['k', { z: {} }] }, []], a: { c: null, d: true } })).toBe(
      'b:\n  - x: 1\n    v:\n      - k\n      - z: {}\n  - []\na:\n  c: null\n  d: true\n',
    );
  });

  test('leaves undefined members out and separates documents', () => {
    expect(toYaml({ a: undefined, b: 1 }, { c: 2 })).toBe('b: 1\n---\nc: 2\n');
  });

  test.each([
    'yes',
    'No',
    'ON',
    'null',
    '~',
    '0644',
    '1e3',
    'e0',
    '12:30',
    '1.34',
    '',
    ' x',
    'a: b',
    'a #b',
    '- a',
    '{}',
    '*x',
    '@x',
    '2026-11-21',
  ])('quotes %j, which YAML could take for something else', (text) => {
    expect(toYaml({ k: text })).toBe(`k: ${JSON.stringify(text)}\n`);
  });

  test('writes text of several lines as a literal block', () => {
    expect(toYaml({ script: '#!/bin/sh\n\n  exit 0\n', last: 'a\nb' })).toBe(
      'script: |\n  #!/bin/sh\n\n    exit 0\nlast: |-\n  a\n  b\n',
    );
  });

  const anything = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          'a',
          ' ',
          '\n',
          '\t',
          ':',
          '#',
          '-',
          '"',
          "'",
          '\\',
          '\r',
          '\u0085',
          '\u2028',
          '|',
          '>',
          '&',
          '0',
        ),
      }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.string({ maxLength: 12 }).filter((key) => key !== '__proto__' && key !== '<<'),
        tie('value'),
        { maxKeys: 4 },
      ),
    ),
  })).value;

  test.each(['1.1', '1.2'] as const)('is read back as the same data by YAML %s', (version) => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(parse(toYaml({ value }), { version })).toEqual({ value });
        const document = parseAllDocuments(toYaml(value, value), { version });
        expect(Array.isArray(document) && document[1]?.toJS()).toEqual(value);
      }),
      { numRuns: 1500 },
    );
  });

  test('refuses what is not plain data', () => {
    expect(() => toYaml({ a: () => 1 })).toThrow(TypeError);
    expect(() => toYaml({ a: Number.NaN })).toThrow(TypeError);
  });
});
