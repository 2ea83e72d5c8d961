import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { manifestOf, manifestText, sha256, type ManifestLine } from '../../../lib/hosts/manifest';

const a: ManifestLine = { class: 'restart', sha256: 'a'.repeat(64), name: '/etc/a' };
const b: ManifestLine = { class: 'none', sha256: 'b'.repeat(64), name: 'option:node-ip' };

test('is a line each, sorted by name', () => {
  expect(manifestText(manifestOf([b, a]).lines)).toBe(
    `restart ${'a'.repeat(64)} /etc/a\nnone ${'b'.repeat(64)} option:node-ip\n`,
  );
});

test('its digest is what sha256sum says of its text', () => {
  const { lines, digest } = manifestOf([a, b]);
  const said = execFileSync('sha256sum', { input: manifestText(lines), encoding: 'utf8' });
  expect(said.split(' ')[0]).toBe(digest);
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('the order of its lines in the program changes nothing', () => {
  const line = fc.record<ManifestLine>({
    class: fc.constantFrom('none', 'live', 'restart', 'drain-restart'),
    sha256: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)),
    name: fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', 'Z'), minLength: 1 }),
  });
  const shuffled = fc
    .uniqueArray(line, { selector: ({ name }) => name })
    .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })));
  fc.assert(
    fc.property(shuffled, ([lines, others]) => {
      expect(manifestOf(others)).toEqual(manifestOf(lines));
    }),
  );
});
