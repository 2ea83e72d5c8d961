import { describe, expect, test } from '@jest/globals';
import { hostBlocks } from '../../../../lib/diff/hosts/host-blocks';
import { topologyPicture } from '../../../../lib/diff/hosts/topology-picture';
import { topologySvg } from '../../../../lib/report/topology-svg';
import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import { server, servers } from '../../../support/k3s-model';
import { k3sSynthesis } from '../../../support/k3s-synthesis';
import { strictXml } from '../../../support/xml';

const before = k3sSynthesis({
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8) },
});
const after = k3sSynthesis({
  servers: servers('alfa', 'bravo'),
  agents: { delta: { ...server(7), labels: { zone: 'a' } }, echo: server(8), foxtrot: server(9) },
});
const picture = (old: Synthesis | undefined, now: Synthesis | undefined): string | undefined =>
  topologyPicture(old, now, hostBlocks(old, now));

describe('the picture of a change', () => {
  const svg = picture(before, after) ?? '';

  test('marks nodes that come, change and go with a word, not by colour alone', () => {
    const words = ['+ added', '~ changed', '\u2212 removed'];
    expect(words.map((word) => svg.split(`>${word}<`).length - 1)).toEqual([1, 1, 1]);
    expect(svg).toContain('<title>added: agent foxtrot');
    expect(svg).toContain('<title>changed: agent delta');
    expect(svg).toContain('<title>removed: server charlie');
    expect(svg).not.toContain('changed: agent echo');
  });

  test('counts without the nodes that go', () => {
    expect(svg).toContain('>5 nodes<');
    expect(svg).toContain('>etcd: 2 of 2 must agree<');
  });

  test('is XML whose ids begin with the environment, so that a page may hold several', () => {
    expect(() => strictXml(svg)).not.toThrow();
    expect([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'k3t-test-title',
      'k3t-test-desc',
      'k3t-test-hatch',
    ]);
    expect(svg).toContain('url(#k3t-test-hatch)');
  });

  test('is none where no host differs', () => {
    expect(picture(before, before)).toBeUndefined();
    expect(picture(undefined, undefined)).toBeUndefined();
    expect(
      topologyPicture(
        before,
        after,
        hostBlocks(before, after).map((block) => ({ ...block, environments: ['other'] })),
      ),
    ).toBeUndefined();
  });

  test('draws all of an environment that is new or goes', () => {
    expect(picture(undefined, before)?.split('>+ added<')).toHaveLength(6);
    expect(picture(before, undefined)?.split('>\u2212 removed<')).toHaveLength(6);
  });

  test('shows the nodes that are marked where a pool has more than fit', () => {
    const agents = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a${n}`, server(n + 10)]));
    const many = k3sSynthesis({ agents });
    const changed = k3sSynthesis({ agents: { ...agents, a39: { ...server(49), labels: { zone: 'a' } } } });
    expect(picture(many, changed)).toContain('<title>changed: agent a39');
  });
});

test('a picture without marks is what it was', () => {
  expect(topologySvg(before.topology, { marks: new Map() })).toBe(topologySvg(before.topology));
  expect(topologySvg(before.topology)).not.toContain('mark');
});
