import { expect, test } from '@jest/globals';
import type { ReportedField } from '../../../../../lib/diff/reported-fields';
import { fieldLines } from '../../../../../lib/report/preview/html/field-lines';

const PATH = 'spec.containers[name=web].image';

test.each<[string, ReportedField, string]>([
  [
    'a value that differs',
    { path: PATH, op: 'replace', before: 'a', after: 'b' },
    '<del>a</del> <span class="arrow" aria-hidden="true">→</span> <ins>b</ins>',
  ],
  ['one that comes', { path: PATH, op: 'add', after: false }, '<ins>false</ins>'],
  ['one that goes', { path: PATH, op: 'remove', before: null }, '<del>null</del>'],
  ['an empty text', { path: PATH, op: 'add', after: '' }, '<ins>&quot;&quot;</ins>'],
  ['a short map', { path: PATH, op: 'add', after: { a: [1] } }, '<ins>{&quot;a&quot;:[1]}</ins>'],
  [
    'a text of several lines',
    { path: PATH, op: 'replace', before: 'a\nb\n', after: 'a\nc\n' },
    '<div class="d">a\n<del>b\n</del><ins>c\n</ins></div>',
  ],
])('%s is one line of its field', (_, field, expected) => {
  expect(fieldLines([field])?.text).toContain(`<dd>${expected}</dd>`);
});

test('a long map is shown as YAML', () => {
  const after = { first: 'x'.repeat(50), second: 'y'.repeat(50) };
  expect(fieldLines([{ path: PATH, op: 'add', after }])?.text).toContain(`<div class="d add">first: x`);
});

test('a huge value is cut, and what is missing is counted', () => {
  const text = fieldLines([{ path: PATH, op: 'add', after: 'x'.repeat(50_000) }])?.text ?? '';
  expect(text).toContain('… 30000 more characters');
  expect(text.length).toBeLessThan(21_000);
});

test('a path breaks before dots and brackets, and stays one text', () => {
  const text = fieldLines([{ path: PATH, op: 'add', after: 1 }])?.text ?? '';
  expect(text).toContain('<code>spec<wbr>.containers<wbr>[name=web]<wbr>.image</code>');
});

test('no field, no list', () => {
  expect(fieldLines([])).toBeUndefined();
});
