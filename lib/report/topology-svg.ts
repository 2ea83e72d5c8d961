import type { Topology } from '../synthesis/topology';
import { element, line } from './svg-element';
import { escapeXml } from './svg-text';
import { clusterDrawing } from './topology-cluster-drawing';
import { markPatterns } from './topology-mark-drawing';
import {
  LEGEND_FONT,
  LEGEND_SYMBOL,
  topologyLayout,
  type Connector,
  type LegendKind,
  type OutsideCard,
  type TopologyLayout,
} from './topology-layout';
import { MARKS_STYLE, TOPOLOGY_STYLE } from './topology-style';
import type { TopologyMark, TopologyMarks } from './topology-marks';
import { counted } from './words';

/** How the picture of a page or a report differs from that of a README. */
export interface TopologySvgOptions {
  /** What becomes of nodes, drawn on their cards. @default - nothing */
  readonly marks?: TopologyMarks;

  /** What ids begin with, unique on a page of several pictures: letters, digits and `-`. @default 'k3t' */
  readonly id?: string;
}

/** A picture of machines and clusters for a README: one SVG that needs nothing else, light or dark as its reader prefers. */
export function topologySvg(topology: Topology, options: TopologySvgOptions = {}): string {
  const { marks = new Map<string, TopologyMark>(), id = 'k3t' } = options;
  const layout = topologyLayout(topology);
  const { width, height } = layout;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'k3t',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    element('title', { id: `${id}-title` }, escapeXml(titleOf(topology))),
    element('desc', { id: `${id}-desc` }, escapeXml(descriptionOf(topology))),
    element('style', {}, TOPOLOGY_STYLE + (marks.size > 0 ? MARKS_STYLE : '')),
    ...(marks.size > 0 ? [markPatterns(id)] : []),
    element('rect', { class: 'canvas', width, height, rx: 16 }),
    ...[
      ...layout.clusters.map((cluster) => clusterDrawing(cluster, topology.links, { marks, id })),
      ...layout.connectors.map(connectorDrawing),
      ...layout.outside.map(outsideDrawing),
      legendDrawing(layout),
    ].map((part) => `\n${part}`),
    '\n',
  )}\n`;
}

function titleOf({ clusters }: Topology): string {
  return clusters.length === 0
    ? 'No cluster'
    : `Topology of ${clusters.map((cluster) => cluster.name).join(', ')}`;
}

function descriptionOf({ clusters, nodes, externalHosts }: Topology): string {
  const parts = clusters.map(({ name, distribution, version }) => {
    const own = nodes.filter((node) => node.cluster === name);
    const servers = own.filter((node) => node.role === 'server').length;
    return `${name}: ${distribution} ${version}, ${counted(servers, 'server')}, ${counted(own.length - servers, 'agent')}`;
  });
  const outside =
    externalHosts.length > 0 ? [`outside: ${externalHosts.map((host) => host.name).join(', ')}`] : [];
  return [...parts, ...outside].join('; ');
}

function connectorDrawing({ kind, from, to }: Connector): string {
  const middle = (from.x + to.x) / 2;
  const path = `M${round(from.x)} ${round(from.y)}C${round(middle)} ${round(from.y)} ${round(middle)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
  return [
    element('path', { class: `link ${kind}`, d: path }),
    element('circle', { class: `bar-${kind}`, cx: from.x, cy: from.y, r: 3 }),
  ].join('');
}

function outsideDrawing({ box, thing }: OutsideCard): string {
  const { x, y, width, height } = box;
  const inner = { x: x + 20, width: width - 34 };
  return [
    element('rect', { class: 'card', x, y, width, height, rx: 10 }),
    element('rect', {
      class: `bar-${thing.kind}`,
      x: x + 8,
      y: y + 14,
      width: 3,
      height: height - 28,
      rx: 1.5,
    }),
    line(thing.title, { ...inner, y: y + 27 }, { size: 14, bold: true }, 'name'),
    ...thing.lines.map((text, index) =>
      line(text, { ...inner, y: y + 46 + index * 17 }, { size: 12 }, 'muted'),
    ),
  ].join('');
}

function legendDrawing({ legend }: TopologyLayout): string {
  return legend
    .map(
      ({ kind, label, x, y }) =>
        symbol(kind, x, y) +
        line(label, { x: x + LEGEND_SYMBOL, y: y + 4, width: 400 }, LEGEND_FONT, 'muted'),
    )
    .join('');
}

function symbol(kind: LegendKind, x: number, y: number): string {
  switch (kind) {
    case 'server':
    case 'agent':
      return (
        element('rect', { class: 'card', x, y: y - 7, width: 24, height: 14, rx: 4 }) +
        element('rect', { class: `bar-${kind}`, x: x + 4, y: y - 4, width: 3, height: 8, rx: 1.5 })
      );
    case 'quorum':
      return (
        element('path', { class: 'link quorum', d: `M${x} ${round(y)}h24` }) +
        [x + 2, x + 22].map((cx) => element('circle', { class: 'dot', cx, cy: y, r: 3 })).join('')
      );
    default:
      return element('path', { class: `link ${kind}`, d: `M${x} ${round(y)}h24` });
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;
