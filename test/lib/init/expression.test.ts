import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  Call,
  calledNames,
  Noted,
  printExpression,
  quoteString,
  type Expression,
} from '../../../lib/init/expression';

/** Runs an expression that calls nothing. */
function evaluated(text: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the text is the test's own
  return new Function(`'use strict'; return ${text};`)() as unknown;
}

describe('strings', () => {
  test.each([
    ['plain', `'plain'`],
    ["it's", `"it's"`],
    [`both ' and "`, `'both \\' and "'`],
    ['a\nb\t\\', `'a\\nb\\t\\\\'`],
    ['\u0000\u2028\ufeff\u202e', `'\\u0000\\u2028\\ufeff\\u202e'`],
    ['\ud800', `'\\ud800'`],
    ['${x} `y` é🚀', "'${x} `y` é🚀'"],
  ])('%j', (text, expected) => {
    expect(quoteString(text)).toBe(expected);
  });

  test('mean what they were, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(evaluated(quoteString(text))).toBe(text)),
    );
  });
});

test('any plain data means what it was', () => {
  const key = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__');
  const { data } = fc.letrec<{ data: Expression }>((tie) => ({
    data: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.boolean(),
      fc.array(tie('data'), { maxLength: 4 }),
      fc.dictionary(key, tie('data'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(data, (value) => expect(evaluated(`(${printExpression(value)})`)).toEqual(value)));
});

test('short maps stay on a line, long ones and tables do not', () => {
  expect(printExpression({ a: 1, 'b-c': ['x'], d: undefined, e: {} })).toBe(`{ a: 1, 'b-c': ['x'], e: {} }`);
  const taints = [
    { key: 'a', effect: 'NoSchedule' },
    { key: 'b', effect: 'NoExecute' },
  ];
  expect(printExpression({ taints })).toMatchInlineSnapshot(`
"{
  taints: [
    { key: 'a', effect: 'NoSchedule' },
    { key: 'b', effect: 'NoExecute' },
  ],
}"
`);
});

test('a call holds its last argument together', () => {
  const call = new Call('Cni.none', ['cilium', { notes: 'x'.repeat(90), kubeProxy: false }]);
  expect(printExpression(call)).toBe(
    `Cni.none('cilium', {\n  notes:\n    '${'x'.repeat(90)}',\n  kubeProxy: false,\n})`,
  );
});

test('a comment follows its member, on a line of its own', () => {
  expect(printExpression({ version: new Noted('v1', 'said by\nnobody') })).toBe(
    `{\n  version: 'v1', // said by nobody\n}`,
  );
});

test('names that are called are known', () => {
  const value = {
    a: new Call('Datastore.external', [{ b: new Call('secret', ['x']) }]),
    c: new Noted(new Call('Cni.flannel'), ''),
  };
  expect([...calledNames(value)]).toEqual(['Datastore', 'secret', 'Cni']);
});
