import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createColors } from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { previewText } from '../../../../lib/report/preview/preview-text';
import { wrapped } from '../../../../lib/report/preview/text/wrapped';
import { hostileText } from '../../../support/hostile-text';
import { emptyReport, sampleReport } from '../../../support/preview-report';
import { withTexts } from '../../../support/report-texts';

const sample = sampleReport();
const text = previewText(sample);

/** The paragraphs under one title. */
function section(title: string): string {
  const start = text.indexOf(`\n\n${title}`);
  const next = text.slice(start + 2).search(/\n\n(?=[A-Z])/);
  return text.slice(start + 2, next < 0 ? undefined : start + 2 + next);
}

describe('the text', () => {
  test('begins with the verdict', () => {
    expect(text.split('\n\n')[0]).toBe(
      [
        'Blocked (incomplete): 3 added, 13 changed (1 to be replaced), 1 removed, 1 renamed, 4 hosts',
        'production, staging, lab · origin/main 1f0c2d7 -> working tree 9ab8c7d · 2.4 s',
        'The check fails: there is a risk of level block without a waiver. The base of 1 of 5 environments',
        'could not be made: all that is there now is shown as new. 2 parts of the input could not be read.',
      ].join('\n'),
    );
  });

  test('has one line or two where nothing differs', () => {
    const report = emptyReport({ environments: [] });
    expect(previewText(report)).toBe(
      'No changes: nothing differs\norigin/main 1f0c2d7 -> working tree 9ab8c7d\n',
    );
  });

  test('has its sections in the order of what matters', () => {
    expect(text.match(/^[A-Z][\w -]+$/gm)).toEqual([
      'Risks',
      'Images',
      'Environments',
      'Hosts',
      'Objects',
      'New findings',
      'Fixed findings',
      'Waivers',
      'Problems',
      'Live cluster',
      'Pulumi preview',
      'Folded as equal or as noise',
      'What this preview cannot know',
    ]);
  });

  test('says of a risk what happens and what to do, within the width', () => {
    expect(section('Risks').split('\n\n')[1]).toBe(
      [
        '  Blocked  PersistentVolumeClaim shop/data  spec.resources.requests.storage',
        '    A volume claim shrinks: 20Gi -> 10Gi. A claim can only grow.',
        '    On apply: The API server refuses the update; nothing else of this release is applied.',
        '    To do: Keep 20Gi, or make a new claim and copy the data.',
        '    production · shop/database/data · src/shop.ts:41 · pvc-shrink',
      ].join('\n'),
    );
  });

  test('shows images, environments and the roll-out as tables', () => {
    expect(section('Images')).toMatch(
      /^ {2}registry\.example\.org:5000\/cache {2}7\.4 -> 7\.2 +downgrade {2}StatefulSet shop\/cache +staging$/m,
    );
    expect(section('Environments')).toContain(
      '  production  1      3     2        3        1.34 -> 1.35  2 added, 7 changed (1 to be replaced), 1 removed, 1 renamed, 3 hosts',
    );
    expect(text).toContain('Roll-out of main in production: 4 turns, about 13 min, at most 46 min\n');
    expect(text).toMatch(
      / {2}wave 2 {2}server-2 \(server\) {2}drained, then K3s restarts +about 4 min\n {10}\S.*\n {10}quorum none to spare: 2 of 3 up, 2 needed\n/,
    );
    expect(text).toContain('\n  Two of three servers answer while one is away.\n');
  });

  test('fits roll-outs into 80 columns', () => {
    const narrow = previewText(sampleReport(), { width: 80 });
    const part = narrow.slice(narrow.indexOf('\nRoll-out of'), narrow.indexOf('\nObjects\n'));
    expect(part.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('a waiver that is not valid says why, beside its reason', () => {
    const [waiver] = sampleReport().waivers;
    const invalid = { ...waiver!, state: 'invalid' as const, reason: 'x', problem: 'there is no such rule' };
    expect(previewText(sampleReport({ waivers: [invalid] }))).toMatch(
      /^ {2}invalid .* x; there is no such rule/m,
    );
  });

  test('an environment that cannot be made has no counts', () => {
    const [environment] = sampleReport().environments;
    const failed = { ...environment!, state: 'head-failed' as const, problem: 'it threw\n    at a.ts:1' };
    expect(previewText(sampleReport({ environments: [failed] }))).toMatch(
      /^ {2}production .* cannot be made: it threw at a\.ts:1$/m,
    );
  });

  test('shows an object path by path', () => {
    expect(section('Objects')).toContain(
      [
        '  ~ PersistentVolumeClaim shop/data  blocked · has to be deleted and made again · 1 field',
        '      production · shop/database/data · src/shop.ts:41',
        '      spec.resources.requests.storage',
        '        - 20Gi',
        '        + 10Gi',
        '      live: refused: spec is immutable after creation',
        '      pulumi: replace',
      ].join('\n'),
    );
  });

  test('has no blanks at the ends of lines, and ends with one line feed', () => {
    expect(text).not.toMatch(/[ \t]$/m);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test('is the same with colours, but for the colours', () => {
    const colored = previewText(sample, { color: createColors(true) });
    expect(colored).toContain('\u001b[31m');
    expect(stripVTControlCharacters(colored)).toBe(text);
  });

  test('steers no terminal and breaks no line, whatever it is given', () => {
    const lines = (page: string) => page.split('\n').length;
    const wide = { width: 1_000_000 };
    const expected = lines(
      previewText(
        withTexts(sample, (own) => `${own}xy`),
        wide,
      ),
    );
    fc.assert(
      fc.property(hostileText, (hostile) => {
        const page = previewText(
          withTexts(sample, (own) => `${own}x${hostile.replaceAll('\n', '')}`),
          wide,
        );
        expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(lines(page)).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });
});

test('words are kept whole, and lines short', () => {
  expect(wrapped('a bb  ccc dddddddddd e', 8, '  ')).toEqual(['  a bb', '  ccc', '  dddddddddd', '  e']);
  expect(wrapped('', 8, '  ')).toEqual([]);
});
