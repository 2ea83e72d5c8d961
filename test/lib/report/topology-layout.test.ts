import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CHIP_FONT } from '../../../lib/report/topology-chips';
import type { Box } from '../../../lib/report/box';
import { topologyLayout } from '../../../lib/report/topology-layout';
import { textWidth } from '../../../lib/report/svg-text';
import type { Topology } from '../../../lib/synthesis/topology';
import { topologies } from '../../support/topology-arbitrary';

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const inside = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;

/** Boxes lie in their frame and apart from each other. */
function apart(boxes: readonly Box[], frame: Box): void {
  boxes.forEach((box, index) => {
    expect(inside(box, frame)).toBe(true);
    for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
  });
}

test('boxes of any topology lie inside their frames and never overlap', () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const { width, height, clusters, outside, legend } = topologyLayout(topology);
      const canvas = { x: 0, y: 0, width, height };
      const legendBoxes = legend.map(({ x, y, label }) => ({
        x,
        y: y - 8,
        width: 34 + textWidth(label, { size: 12 }),
        height: 16,
      }));
      apart([...clusters.map(({ box }) => box), ...outside.map(({ box }) => box), ...legendBoxes], canvas);
      for (const { box, panels, rows } of clusters) {
        apart([...panels.map((panel) => panel.box), ...rows.map((row) => row.box)], box);
        for (const panel of panels) {
          apart([...panel.cards.map((card) => card.box), ...(panel.more ? [panel.more.box] : [])], panel.box);
        }
        for (const row of rows)
          apart(
            row.chips.map((chip) => chip.box),
            row.box,
          );
      }
    }),
    { numRuns: 60 },
  );
});

test('the text of any chip fits into it', () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      for (const { rows } of topologyLayout(topology).clusters) {
        for (const { box, text } of rows.flatMap((row) => row.chips)) {
          expect(textWidth(text, CHIP_FONT)).toBeLessThanOrEqual(box.width - 20);
        }
      }
    }),
    { numRuns: 40 },
  );
});

describe('a fleet', () => {
  const agents = Array.from({ length: 50 }, (_, n) => `a${n}`);
  const fleet = (names: readonly string[]): Topology => ({
    clusters: [
      {
        name: 'k3s',
        distribution: 'k3s',
        version: 'v1',
        ingress: [],
        storage: [],
        backups: ['s3://b'],
        hosts: [],
      },
    ],
    nodes: names.map((name) => ({
      name,
      cluster: 'k3s',
      role: 'agent',
      architecture: 'arm64',
      accelerators: [],
    })),
    externalHosts: [],
    links: [{ from: 'k3s', to: 's3://b', kind: 'backup' }],
  });

  test('of fifty shows eleven and counts the rest', () => {
    const [panel] = topologyLayout(fleet(agents)).clusters[0]?.panels ?? [];
    expect([panel?.cards.length, panel?.more?.count, panel?.count]).toEqual([11, 39, 50]);
    expect(panel?.more?.names.at(-1)).toBe('a49');
  });

  test('of twelve shows all', () => {
    const [panel] = topologyLayout(fleet(agents.slice(0, 12))).clusters[0]?.panels ?? [];
    expect([panel?.cards.length, panel?.more]).toEqual([12, undefined]);
  });

  test('a backup target that a line leads to is not told a second time', () => {
    const layout = topologyLayout(fleet(agents));
    expect(layout.outside.map(({ thing }) => thing.title)).toEqual(['s3://b']);
    expect(layout.clusters[0]?.rows).toEqual([]);
    expect(layout.connectors).toHaveLength(1);
  });
});

test('nothing at all is an empty picture', () => {
  const { clusters, outside, legend, width } = topologyLayout({
    clusters: [],
    nodes: [],
    externalHosts: [],
    links: [],
  });
  expect([clusters, outside, legend]).toEqual([[], [], []]);
  expect(width).toBeGreaterThan(0);
});
