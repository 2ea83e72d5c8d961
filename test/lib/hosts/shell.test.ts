import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quoteShell } from '../../../lib/hosts/shell';
import { shellTokens } from '../../../lib/hosts/shell-words';

const words = [
  '',
  "it's",
  'a"b',
  '$HOME',
  '$(id)',
  '`id`',
  '-n',
  '--',
  '*',
  '~',
  'a\nb',
  '\n',
  'a\\',
  '!x',
  'ü – 日本 🚀',
  '\x7f\x01',
  '\r',
];
const shellText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));

/** What a real shell makes of quoted words. */
function printedBySh(quoted: readonly string[]): string[] {
  const script = `for word in ${quoted.join(' ')}; do printf '%s\\0' "$word"; done`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** The words a real shell splits a line into. */
function setBySh(line: string): string[] {
  const script = 'eval "set -- $1"; for word in "$@"; do printf \'%s\\0\' "$word"; done';
  return execFileSync('/bin/sh', ['-c', script, 'sh', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

function wordsOrNothing(line: string): string[] | undefined {
  try {
    return shellTokens(line).map((token) => token.text);
  } catch {
    return undefined;
  }
}

test('a quoted word reaches the program as it was', () => {
  expect(printedBySh(words.map(quoteShell))).toEqual(words);
});

test('no text breaks out of its word in a real shell', () => {
  const batches = fc.array(shellText, { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(batches, (texts) => {
      expect(printedBySh(texts.map(quoteShell))).toEqual(texts);
    }),
    { numRuns: 40 },
  );
});

test('stays one word inside a longer command', () => {
  fc.assert(
    fc.property(fc.array(shellText, { minLength: 1, maxLength: 5 }), (texts) => {
      const line = texts.map(quoteShell).join(' ');
      expect(shellTokens(line).map((token) => token.text)).toEqual(texts);
    }),
  );
});

test.each(['a\0b', '\ud800'])('refuses %j, which no argument can hold', (text) => {
  expect(() => quoteShell(text)).toThrow(expect.objectContaining({ code: 'INVALID_SHELL_TEXT' }));
});

describe('splitting a command line', () => {
  const split = (line: string) => shellTokens(line).map((token) => token.text);

  test.each([
    ['k3s server  --a b', ['k3s', 'server', '--a', 'b']],
    [`a'b c'"d e"f\\ g`, ['ab cd ef g']],
    [`"a \\" \\$x \\n"`, ['a " $x \\n']],
    ['a \\\n b', ['a', 'b']],
    ['a # comment\nb', ['a', '\n', 'b']],
    ['a#b', ['a#b']],
    ['a | b && c; d', ['a', '|', 'b', '&&', 'c', ';', 'd']],
    [`'' ""`, ['', '']],
    ['cost: $ 5', ['cost:', '$', '5']],
  ])('%j', (line, expected) => {
    expect(split(line)).toEqual(expected);
  });

  test('agrees with a real shell on quotes and escapes', () => {
    const piece = fc.constantFrom('a', ' ', "'", '"', '\\', '\n', 'ü', '-', '=', '#');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = pieces.join('');
        const words = wordsOrNothing(line);
        // Newlines end a command for the shell; a quote that is not closed is refused.
        fc.pre(words !== undefined && !words.includes('\n'));
        expect(setBySh(line)).toEqual(words);
      }),
      { numRuns: 150 },
    );
  });

  test('names variables instead of guessing their values', () => {
    expect(shellTokens('a "$NODE_IP" ${X}y').map((token) => token.variables)).toEqual([
      [],
      ['NODE_IP'],
      ['X'],
    ]);
    expect(shellTokens(`'$NODE_IP'`)[0]?.variables).toEqual([]);
  });

  test.each(['a $(id)', 'a "`id`"', "a 'b", 'a "b', '${A:-b}'])('refuses %j', (line) => {
    expect(() => shellTokens(line)).toThrow(expect.objectContaining({ code: 'UNREADABLE_COMMAND' }));
  });
});
