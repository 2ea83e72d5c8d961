import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ellipsize, escapeXml, textWidth } from '../../../lib/report/svg-text';
import { topologySvg } from '../../../lib/report/topology-svg';
import { synthesisOf } from '../../support/synthesis-fixture';
import { topologies } from '../../support/topology-arbitrary';
import { strictXml } from '../../support/xml';

const { topology } = synthesisOf({
  hosts: { alfa: {}, bravo: {}, charlie: {}, delta: { role: 'agent', pool: 'edge' } },
});
const svg = topologySvg(topology);

test('tells people who cannot see it what it shows', () => {
  const [root] = strictXml(svg);
  expect(root).toMatchObject({
    name: 'svg',
    attributes: { role: 'img', 'aria-labelledby': 'k3t-title k3t-desc' },
  });
  expect(svg).toContain('<title id="k3t-title">Topology of k3s</title>');
  expect(svg).toContain('<desc id="k3t-desc">k3s: k3s v1.34.1+k3s1, 3 servers, 1 agent</desc>');
});

test('needs nothing from elsewhere and follows its reader’s colour scheme', () => {
  expect(svg).not.toMatch(/href|url\(|@import|<script|<image/);
  expect(svg).toContain('@media(prefers-color-scheme:dark)');
});

test('draws every node, the pool, the datastore and the quorum', () => {
  for (const word of [
    'alfa',
    'bravo',
    'charlie',
    'delta',
    'Pool edge',
    'embedded etcd',
    'etcd: 2 of 3 must agree',
  ]) {
    expect(svg).toContain(word);
  }
});

test('is the same, byte for byte, for the same topology', () => {
  fc.assert(
    fc.property(topologies, (any) => {
      expect(topologySvg(structuredClone(any))).toBe(topologySvg(any));
    }),
    { numRuns: 20 },
  );
});

test('is well-formed whatever names it is given, and has only its own elements', () => {
  fc.assert(
    fc.property(topologies, (any) => {
      const names = new Set(strictXml(topologySvg(any)).map((element) => element.name));
      const own = ['svg', 'title', 'desc', 'style', 'rect', 'g', 'text', 'path', 'circle'];
      expect([...names].filter((name) => !own.includes(name))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('has no two ids alike and no number that is none', () => {
  const ids = strictXml(svg).flatMap(({ attributes }) => attributes['id'] ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

describe('text', () => {
  test('is escaped, and what XML cannot hold is replaced', () => {
    expect(escapeXml(`<a b="c">&'\u0000\ud800\u0007`)).toBe(
      '&#60;a b=&#34;c&#34;&#62;&#38;&#39;\uFFFD\uFFFD\uFFFD',
    );
    expect(escapeXml('ok 🙂 ünï')).toBe('ok 🙂 ünï');
  });

  test('is cut so that it fits, never in the middle of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 20, max: 300 }), (text, width) => {
        const shown = ellipsize(text, width, { size: 14, bold: true });
        expect(textWidth(shown, { size: 14, bold: true })).toBeLessThanOrEqual(width);
        expect(shown === text || text.startsWith(shown.slice(0, -1))).toBe(true);
      }),
    );
  });
});

test.each(['<a><b></a></b>', '<a>&</a>', '<a b="1" b="2"/>', '<a/><b/>', '<a>\u0001</a>', '<a b=1/>', '<a'])(
  'the check for well-formed XML refuses %s',
  (text) => expect(() => strictXml(text)).toThrow(),
);
