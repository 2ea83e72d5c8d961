import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ALL_LINES, textDiff } from '../../../../../lib/report/preview/html/text-diff';

const lines = (count: number, word = 'line'): string =>
  Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join('');

/** One side of a written difference. */
function side(written: string, other: 'del' | 'ins'): string {
  return written
    .replace(new RegExp(`<${other}>[^]*?</${other}>`, 'g'), '')
    .replace(/<summary>[^<]*<\/summary>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

describe('a difference of texts', () => {
  test('holds both sides, whatever they are', () => {
    const text = fc
      .array(fc.constantFrom('a: 1', '  b: <x>', '  b: "x"', 'c:', '- d & e', ''), { maxLength: 40 })
      .map((all) => all.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { text: written } = textDiff(before, after, ALL_LINES);
        expect(side(written, 'ins')).toBe(before);
        expect(side(written, 'del')).toBe(after);
      }),
    );
  });

  test('marks what differs in a line that is replaced', () => {
    expect(textDiff('image: web:1.27\n', 'image: web:1.28\n', ALL_LINES).text).toBe(
      '<div class="d"><del>image: web:1.<b>27</b>\n</del><ins>image: web:1.<b>28</b>\n</ins></div>',
    );
  });

  test('marks nothing in lines that have little in common', () => {
    expect(textDiff('kind: Service\n', 'replicas: 2\n', ALL_LINES).text).not.toContain('<b>');
  });

  test('folds lines that stay, but for three around a change', () => {
    const { text } = textDiff(`${lines(20)}old\n${lines(20)}`, `${lines(20)}new\n${lines(20)}`, ALL_LINES);
    expect(text.match(/<summary>.*?<\/summary>/g)).toEqual([
      '<summary>17 unchanged lines</summary>',
      '<summary>17 unchanged lines</summary>',
    ]);
    expect(text).toMatch(/<\/details>line 17\nline 18\nline 19\n<del>old\n<\/del>/);
  });

  test('leaves them out of a page that is too large, and says how many', () => {
    const { text } = textDiff(`${lines(20)}old\n`, `${lines(20)}new\n`, { context: 3, changesOnly: true });
    expect(text).toContain('<p class="gap" data-lines="17">17 unchanged lines, left out of this page</p>');
    expect(text).not.toContain('line 5\n');
  });

  test('of one side alone is that side', () => {
    expect(textDiff(undefined, 'a\nb\n', ALL_LINES).text).toBe('<div class="d add">a\nb\n</div>');
    expect(textDiff('a', undefined, ALL_LINES).text).toBe('<div class="d rem">a\n</div>');
  });

  test('of long texts without a line in common ends soon, as everything goes and comes', () => {
    const { text } = textDiff(lines(20_000, 'old'), lines(20_000, 'new'), ALL_LINES);
    expect(text.match(/<del>/g)).toHaveLength(20_000);
    expect(text.match(/<ins>/g)).toHaveLength(20_000);
  });
});
