import { describe, expect, test } from '@jest/globals';
import {
  hasMarker,
  markerOf,
  reportComment,
  sameComment,
  staleComment,
} from '../../../adapters/forge/comment-text';
import { codeSpan, plainLine } from '../../../adapters/forge/forge-text';

const marker = markerOf('shop');
const commit = 'a'.repeat(40);
const report = reportComment(marker, '**high** 3 changed\n\n| a | b |\n');

describe('the marker', () => {
  test('is of one project, and cannot be ended by a name', () => {
    expect(marker).toBe('<!-- k3stack-preview: shop -->');
    expect(markerOf('')).toBe('<!-- k3stack-preview -->');
    expect(markerOf('apps/shop')).toBe('<!-- k3stack-preview: apps/shop -->');
    expect(markerOf('a --> @everyone\n<b>')).toBe(
      '<!-- k3stack-preview: a%20;%2d;%2d;%3e;%20;%40;everyone%a;%3c;b%3e; -->',
    );
    expect(markerOf('a-b')).not.toBe(markerOf('a_b'));
    expect(markerOf('a%20;b')).not.toBe(markerOf('a b'));
  });

  test('counts in the first line alone, also where a forge ends its lines otherwise', () => {
    expect(hasMarker(`${marker}\r\nmore`, marker)).toBe(true);
    expect(hasMarker(marker, marker)).toBe(true);
    expect(hasMarker(`> ${marker}`, marker)).toBe(false);
    expect(hasMarker(`see\n${marker}`, marker)).toBe(false);
    expect(hasMarker(markerOf('shop2'), marker)).toBe(false);
  });
});

describe('the comment of a report', () => {
  test('is the marker, a line without text, and the report', () => {
    expect(report).toBe(`${marker}\n\n**high** 3 changed\n\n| a | b |\n`);
  });

  test('has one marker, also where the report brought it along', () => {
    expect(reportComment(marker, `${marker}\n**high** 3 changed\r\n\r\n| a | b |`)).toBe(report);
  });

  test('is refused when it is too large for a forge, with room left for a warning', () => {
    const room = 64_000 - marker.length - 3;
    expect(reportComment(marker, 'x'.repeat(room))).toHaveLength(64_000);
    expect(() => reportComment(marker, 'x'.repeat(room + 1))).toThrow(
      expect.objectContaining({ code: 'FORGE_COMMENT_TOO_LARGE' }),
    );
    const stale = staleComment(marker, reportComment(marker, 'x'.repeat(room)), {
      commit,
      reason: '`'.repeat(900),
    });
    expect(stale.length).toBeLessThan(65_536);
  });
});

describe('a report that could not be made', () => {
  const stale = { commit, reason: 'npm ci failed' };

  test('leaves the last good one, with one warning above it', () => {
    expect(staleComment(marker, report, stale)).toBe(
      `${marker}\n<!-- k3stack-preview-stale -->\n> ⚠️ **What follows is an earlier preview.** That of \`${commit}\` could not be rendered: \`npm ci failed\`\n\n<!-- /k3stack-preview-stale -->\n\n**high** 3 changed\n\n| a | b |\n`,
    );
  });

  test('has one warning after it happened again, that of the last time', () => {
    const once = staleComment(marker, report, stale);
    const twice = staleComment(marker, once.replaceAll('\n', '\r\n'), { ...stale, reason: 'no memory' });
    expect(twice).toBe(staleComment(marker, report, { ...stale, reason: 'no memory' }));
    expect(staleComment(marker, once, stale)).toBe(once);
  });

  test('says that there is none where there was no good one, and says it once', () => {
    const first = staleComment(marker, undefined, stale);
    expect(first).toContain('**There is no preview of');
    expect(staleComment(marker, first, stale)).toBe(first);
  });

  test('keeps a report that shows the lines of a warning as text', () => {
    const quoting = reportComment(
      marker,
      'changed:\n<!-- k3stack-preview-stale -->\nx\n<!-- /k3stack-preview-stale -->',
    );
    expect(staleComment(marker, quoting, stale)).toContain(quoting.slice(marker.length).trim());
  });

  test.each([
    '</details>',
    '```\n@everyone\n```',
    '`` ` ``',
    '<!-- /k3stack-preview-stale -->',
    `x\n${marker}\n# owned`,
    '\u202eevil\u2066',
    'a%0Ab',
    'line\r\nline\u2028line\u0085line',
    '\u0000\u001b[31m\ud800',
    '',
  ])('shows %j as code in one line, whatever it is', (reason) => {
    const text = staleComment(marker, report, { commit, reason });
    const line = text.split('\n')[2] ?? '';
    const span = codeSpan(reason, 300);
    expect(line.endsWith(span)).toBe(true);
    expect(span).not.toMatch(/[\n\r\u2028\u2029\u0085\u202a-\u202e\u2066-\u2069\u0000-\u001f]/);
    // Nothing inside ends the code: no run of backticks is as long as the fence.
    const fence = /^`+/.exec(span)?.[0] ?? '';
    const runs = span.slice(fence.length, -fence.length).match(/`+/g) ?? [];
    expect(runs.filter((run) => run.length === fence.length)).toEqual([]);
    // And the next warning takes the place of this one, whole.
    expect(staleComment(marker, text, { commit, reason: 'next' })).toBe(
      staleComment(marker, report, { commit, reason: 'next' }),
    );
  });
});

test('a line of a stranger is cut by characters, never inside one', () => {
  expect(plainLine('😀'.repeat(5), 3)).toBe('😀😀…');
  expect(plainLine('abc', 3)).toBe('abc');
});

test('comments are the same whatever ends their lines', () => {
  expect(sameComment('a\r\nb\n', 'a\nb')).toBe(true);
  expect(sameComment('a\nb', 'a\n\nb')).toBe(false);
});
