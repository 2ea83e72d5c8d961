import { describe, expect, test } from '@jest/globals';
import type { ReportedField } from '../../../../lib/diff/reported-fields';
import { fieldLines, textLines } from '../../../../lib/report/preview/field-lines';

/** Lines of one field, with their signs. */
function linesOf(field: ReportedField, limit = 1000): string[] {
  return fieldLines([field], limit, 10).lines.map(({ sign, text }) => `${sign} ${text}`);
}

const replaced = (before: unknown, after: unknown) => linesOf({ path: 'a', op: 'replace', before, after });

describe('a value', () => {
  test.each<[string, unknown, unknown, string[]]>([
    ['text', 'info', 'debug', ['- info', '+ debug']],
    ['a quantity', '20Gi', '10Gi', ['- 20Gi', '+ 10Gi']],
    ['a number and its digits', 1, '1', ['- 1', '+ "1"']],
    ['a boolean and its name', true, 'true', ['- true', '+ "true"']],
    ['nothing and an empty text', null, '', ['- null', '+ ""']],
    ['text with blanks at its ends', 'a', ' a', ['- a', '+ " a"']],
    ['a map', { a: 1, b: [2] }, { a: 1, b: [3] }, ['  a: 1', '  b:', '-   - 2', '+   - 3']],
    ['a map for text', 'a', { b: 1 }, ['- a', '+ b: 1']],
  ])('%s', (_, before, after, expected) => {
    expect(replaced(before, after)).toEqual(['! a', ...expected]);
  });

  test('that comes or goes has one side', () => {
    expect(linesOf({ path: 'a', op: 'add', after: ['x', 'z'] })).toEqual(['! a', '+ - x', '+ - z']);
    expect(linesOf({ path: 'a', op: 'remove', before: null })).toEqual(['! a', '- null']);
  });

  test('of a list whose order differs is the order', () => {
    expect(linesOf({ path: 'a', op: 'reorder', before: ['x', 1], after: [1, 'x'] })).toEqual([
      '! a (order)',
      '- x, 1',
      '+ 1, x',
    ]);
  });

  test('that is hidden is not shown, only that it differs', () => {
    expect(replaced('«hidden»', '«hidden»')).toEqual(['! a (changed value, not shown)']);
    expect(linesOf({ path: 'a', op: 'add', after: '«hidden»' })).toEqual(['! a (new value, not shown)']);
  });
});

describe('text of several lines', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

  test('shows the lines that differ, and a few that do not', () => {
    const before = lines(9).join('\n');
    const after = before.replace('line 4', 'other').replace('line 6', 'another');
    expect(replaced(before, after)).toEqual([
      '! a',
      '  … 4 equal lines',
      '- line 4',
      '+ other',
      '  line 5',
      '- line 6',
      '+ another',
      '  line 7',
      '  line 8',
    ]);
  });

  test('that has nothing in common goes and comes as a whole', () => {
    const { lines: found, cuts } = textLines(
      lines(1000).join('\n'),
      lines(1000)
        .map((line) => `other ${line}`)
        .join('\n'),
      100_000,
    );
    expect(found.map(({ sign }) => sign).join('')).toBe('-'.repeat(1000) + '+'.repeat(1000));
    expect(cuts).toBe(0);
  });

  test('is cut where there is no room for more, and says so', () => {
    const { lines: found, cuts } = textLines(undefined, lines(100).join('\n'), 20);
    expect(found.at(-1)).toEqual({ sign: ' ', text: '… 94 more lines' });
    expect(cuts).toBe(1);
  });

  test('of very many lines is looked at from the first that differs, and the rest is counted', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
    const other = many.with(60_000, 'other');
    const { lines: found, cuts } = textLines(`${many.join('\n')}\n`, `${other.join('\n')}\n`, 20);
    expect(found.map(({ sign, text }) => `${sign} ${text}`)).toEqual([
      '  … 60000 equal lines',
      '- line 60000',
      '+ other',
      '  … 19999 equal lines',
      '  … 40000 more lines',
    ]);
    expect(cuts).toBe(1);
  });

  test('of many million lines takes no more memory than what is shown', () => {
    const before = process.memoryUsage().heapUsed;
    const { lines: found } = textLines(undefined, 'a\n'.repeat(8_000_000), 20);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1_048_576);
    expect(found.at(-1)).toEqual({ sign: ' ', text: '… 7999960 more lines' });
  });

  test('of empty lines only is cut as well', () => {
    expect(textLines(undefined, '\n'.repeat(1000), 20).lines).toHaveLength(41);
  });

  test('of one long line is cut on both sides', () => {
    expect(linesOf({ path: 'a', op: 'replace', before: 'x'.repeat(50), after: 'y'.repeat(60) }, 10)).toEqual([
      '! a',
      `- ${'x'.repeat(9)}… (50 characters)`,
      `+ ${'y'.repeat(9)}… (60 characters)`,
    ]);
  });
});

test('fields that have no room are counted', () => {
  const field: ReportedField = { path: 'a', op: 'replace', before: 1, after: 2 };
  const { lines, cuts } = fieldLines([field, field, field], 10, 1);
  expect(lines.map(({ text }) => text)).toEqual(['a', '1', '2', '… 2 more of its fields']);
  expect(cuts).toBe(1);
});
