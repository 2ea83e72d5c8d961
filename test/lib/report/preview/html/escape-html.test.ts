import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeHtml } from '../../../../../lib/report/preview/html/escape-html';

test.each([
  ['<b a="1">&\'', '&lt;b a=&quot;1&quot;&gt;&amp;&#39;'],
  ['a\u202eb\u200bc\u0000d\ufeff', 'a\\u202eb\\u200bc\\u0000d\\ufeff'],
  ['lone \ud800 surrogate', 'lone \\ud800 surrogate'],
  ['tag \u{e0041} character', 'tag \\u{e0041} character'],
  ['lines\n\tand tabs, ä, 日本, 😀', 'lines\n\tand tabs, ä, 日本, 😀'],
])('%j is written as %j', (text, expected) => {
  expect(escapeHtml(text)).toBe(expected);
});

test('whatever the text is, nothing in it opens an element, ends an attribute or is unseen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect(escapeHtml(text)).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});
