import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  clipped,
  htmlCode,
  mdCode,
  mdFence,
  mdInline,
  mdLink,
  mdTable,
  visible,
} from '../../../../lib/report/preview/escape';
import { blockTokens, inlineTokens } from '../../../support/markdown-tokens';
import { hostileText } from '../../../support/hostile-text';

/** The text as Markdown shows it. */
function shown(text: string): string {
  return visible(text).replaceAll('<!--', '<!\\u{2d}-');
}

/** What a reader sees of a page: the text of everything inline. */
function seen(page: string): string {
  return inlineTokens(page)
    .map(({ content }) => content)
    .join('');
}

describe('what cannot be seen', () => {
  test.each([
    ['a line feed', 'a\nb', 'a\\nb'],
    ['an escape sequence of terminals', '\u001b[31m', '\\u{1b}[31m'],
    ['an override of the direction', 'a\u202eb', 'a\\u{202e}b'],
    ['an isolate of the direction', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a space of no width', 'a\u200bb', 'a\\u{200b}b'],
    ['a space that does not break', 'a\u00a0b', 'a\\u{a0}b'],
    ['the half of a pair', 'a\ud800b', 'a\\u{d800}b'],
    ['a filler that looks like nothing', '\u3164', '\\u{3164}'],
  ])('%s is written as an escape', (_, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test('letters of any script and pictures stay', () => {
    expect(visible('Grüße, 東京 🎉')).toBe('Grüße, 東京 🎉');
  });
});

test('a cut text says so, and never ends in half a pair', () => {
  expect(clipped('abcdef', 4)).toBe('abc…');
  expect(clipped('abcd', 4)).toBe('abcd');
  expect(clipped('ab😀cd', 4)).toBe('ab…');
});

describe('code', () => {
  test.each([
    ['plain', 'a b', '`a b`'],
    ['with a backtick in it', 'a`b', '``a`b``'],
    ['with backticks at its ends', '`a``', '``` `a`` ```'],
    ['with a bar, which would end a cell', 'a|b', '`a`&#124;`b`'],
    ['nothing', '', '–'],
  ])('%s', (_, text, expected) => {
    expect(mdCode(text)).toBe(expected);
  });

  test('any text is seen as it is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const page = mdTable(['a', 'b'], [[mdCode(text), 'end']]);
        const cells = blockTokens(page).filter(({ type }) => type === 'inline');
        expect(cells).toHaveLength(4);
        expect(seen(page)).toBe(`ab${text === '' ? '–' : shown(text)}end`);
        for (const token of inlineTokens(page))
          expect(['code_inline', 'text', 'text_special']).toContain(token.type);
      }),
    );
  });
});

describe('prose', () => {
  test.each([
    ['what stands in backticks is code', 'from pods of `shop`', 'from pods of `shop`'],
    ['an arrow stays', '20Gi -> 10Gi', '20Gi -> 10Gi'],
    ['a mention is code', 'ask @admin, please', 'ask `@admin`, please'],
    ['an issue is code', 'see #12 and GH-12.', 'see `#12` and `GH-12`.'],
    ['an address is code', '(https://example.org/a)', '(`https://example.org/a`)'],
    ['a page of a wiki is code', 'see [[page]] or [a][b]', 'see `[[page]]` or `[a][b]`'],
    ['a pull request of Gitea is code', 'see !12!', 'see `!12`!'],
    ['an address without a scheme is code', 'www.example.org?', '`www.example.org`?'],
    ['a hash of a commit is code', 'at 1f0c2d7 now', 'at `1f0c2d7` now'],
    ['mathematics of Gitea and GitHub is none', 'a $x$ \\(y\\)', 'a `$x$` &#92;(y&#92;)'],
    ['emphasis is none', '*a* __b__ ~~c~~', '&#42;a&#42; &#95;&#95;b&#95;&#95; &#126;&#126;c&#126;&#126;'],
    ['a comment is none', '<!-- x -->', '&#60;!&#92;u{2d}- x -->'],
    ['an item of a list is none', '- a', '&#45; a'],
    ['a numbered item is none', '1. a', '1&#46; a'],
    ['a version at the beginning stays', '1.34 -> 1.35', '1.34 -> 1.35'],
    ['two codes side by side are one', 'a`b`@c', 'a`b@c`'],
    ['blanks alone are nothing', '   ', '–'],
  ])('%s', (_, text, expected) => {
    expect(mdInline(text)).toBe(expected);
  });

  test('any text is a paragraph, an item or a cell of text and code, and is seen as it is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const prose = mdInline(text);
        const expected = (shown(text.trim()) || '–').replace(/`([^`]+)`/g, '$1').replaceAll('`', '');
        for (const page of [prose, `- ${prose}`, `a\n\n${prose}`, mdTable([prose], [[prose]])]) {
          const types = new Set(inlineTokens(page).map(({ type }) => type));
          types.delete('text_special');
          for (const type of types) expect(['code_inline', 'text']).toContain(type);
        }
        expect(blockTokens(prose).map(({ type }) => type)).toEqual([
          'paragraph_open',
          'inline',
          'paragraph_close',
        ]);
        expect(seen(prose).replaceAll('`', '')).toBe(expected);
      }),
    );
  });
});

describe('a link', () => {
  test('has the place as its text', () => {
    expect(mdLink('src/a.ts:1', 'https://example.org/a(b)?c=1&copy=2#L1')).toBe(
      '[`src/a.ts:1`](https://example.org/a%28b%29?c=1&amp;copy=2#L1)',
    );
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', '//example.org', undefined])(
    'to %p is none',
    (url) => {
      expect(mdLink('a', url)).toBe('`a`');
    },
  );

  test('goes where it should, whatever its label and its address hold', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (label, path) => {
        const opens = inlineTokens(mdLink(label, `https://example.org/${path}`)).filter(
          ({ type }) => type === 'link_open',
        );
        expect(opens).toHaveLength(1);
        expect(opens[0]?.attrs[0]?.[1]).toMatch(/^https:\/\/example\.org\//);
      }),
    );
  });
});

test('HTML stays in its element', () => {
  expect(htmlCode('</summary><img src=x onerror="a">\n\n`')).toBe(
    '<code>&#60;/summary&#62;&#60;img src=x onerror=&#34;a&#34;&#62;\\n\\n&#96;</code>',
  );
});

test('a line that could end a fence does not', () => {
  expect(mdFence('diff', ['```', '`````', 'a'])).toBe('``````diff\n```\n`````\na\n``````');
});

test('a fence is longer than any row of backticks in it, and holds its lines', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1, maxLength: 4 }), (lines) => {
      const [fence, ...rest] = blockTokens(`${mdFence('diff', lines)}\n\nend`);
      expect(fence?.type).toBe('fence');
      expect(fence?.content).toBe(`${lines.map((line) => shown(line).trimEnd()).join('\n')}\n`);
      expect(rest.map(({ content }) => content)).toContain('end');
    }),
  );
});
