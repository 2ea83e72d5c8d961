import type { Link, Topology } from '../synthesis/topology';
import type { Box } from './box';
import { textWidth, type Font } from './svg-text';
import { clusterLayout, columnsOf, type ClusterLayout } from './topology-cluster-layout';
import { outsideThings, type OutsideThing } from './topology-outside';

/** Where everything in the picture is: numbers only, no drawing. */
export interface TopologyLayout {
  readonly width: number;
  readonly height: number;
  readonly clusters: readonly ClusterLayout[];
  readonly outside: readonly OutsideCard[];
  readonly connectors: readonly Connector[];

  /** Empty where there is nothing to tell apart. */
  readonly legend: readonly LegendItem[];
}

/** Something outside every cluster, or how many more there are. */
export interface OutsideCard {
  readonly box: Box;
  readonly thing: OutsideThing;
}

/** A line from a cluster to something outside. */
export interface Connector {
  readonly kind: OutsideThing['kind'];
  readonly from: Point;
  readonly to: Point;
}

/** A place in the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One line of the legend's explanation. */
export interface LegendItem {
  readonly kind: LegendKind;
  readonly label: string;

  /** Left end, and middle of its height. */
  readonly x: number;
  readonly y: number;
}

/** What the legend explains. */
export type LegendKind = 'server' | 'agent' | 'quorum' | 'join' | OutsideThing['kind'];

/** Places clusters under each other on the left, and what they use under each other on the right. */
export function topologyLayout(topology: Topology): TopologyLayout {
  const columns = columnsOf(topology);
  const clusters: ClusterLayout[] = [];
  let y = MARGIN;
  for (const cluster of topology.clusters) {
    const placed = clusterLayout(cluster, topology, columns, { x: MARGIN, y });
    clusters.push(placed);
    y += placed.box.height + CLUSTER_GAP;
  }
  const outside = outsideCards(topology, clusters);
  const boxes = [...clusters, ...outside].map(({ box }) => box);
  const right = Math.max(MARGIN, ...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(MARGIN, ...boxes.map((box) => box.y + box.height));
  const legend = legendItems(legendKinds(topology, outside), { x: MARGIN, y: bottom + LEGEND_SPACE, right });
  return {
    width: right + MARGIN,
    height: (legend.at(-1)?.y ?? bottom) + MARGIN,
    clusters,
    outside,
    connectors: connectors(topology, clusters, outside),
    legend,
  };
}

/** Each as close as it can to the clusters that use it, so that lines stay short. */
function outsideCards(topology: Topology, clusters: readonly ClusterLayout[]): OutsideCard[] {
  const right = Math.max(MARGIN - LINK_SPACE, ...clusters.map(({ box }) => box.x + box.width));
  const wanted = outsideThings(topology).map((thing) => ({ thing, y: wantedTop(thing, topology, clusters) }));
  let free = MARGIN;
  return wanted
    .sort((a, b) => a.y - b.y)
    .map(({ thing, y }) => {
      const height = 44 + 17 * thing.lines.length;
      const box = { x: right + LINK_SPACE, y: Math.max(free, y), width: OUTSIDE_WIDTH, height };
      free = box.y + height + OUTSIDE_GAP;
      return { box, thing };
    });
}

function wantedTop(thing: OutsideThing, topology: Topology, clusters: readonly ClusterLayout[]): number {
  const tops = clusters
    .filter(({ cluster }) => usedBy(cluster.name, topology).some((link) => thing.targets.includes(link.to)))
    .map(({ box }) => box.y);
  return tops.length === 0 ? MARGIN : tops.reduce((sum, top) => sum + top, 0) / tops.length;
}

/** Links of a cluster or of a node in it. */
function usedBy(cluster: string, { nodes, links }: Topology): Link[] {
  const members = new Set(nodes.filter((node) => node.cluster === cluster).map((node) => node.name));
  return links.filter((link) => link.from === cluster || members.has(link.from));
}

/** One line for each cluster and what it uses; lines of one cluster leave it under each other, in the order they arrive. */
function connectors(
  topology: Topology,
  clusters: readonly ClusterLayout[],
  outside: readonly OutsideCard[],
): Connector[] {
  return clusters.flatMap(({ cluster, box }) => {
    const links = usedBy(cluster.name, topology);
    const used = outside.filter(({ thing }) => links.some((link) => thing.targets.includes(link.to)));
    const step = Math.min(18, (box.height - 80) / Math.max(1, used.length));
    return used.map(({ box: target, thing }, index) => ({
      kind: thing.kind,
      from: { x: box.x + box.width, y: box.y + 48 + index * step },
      to: { x: target.x, y: target.y + target.height / 2 },
    }));
  });
}

function legendKinds(topology: Topology, outside: readonly OutsideCard[]): LegendKind[] {
  const present = new Set<string>([
    ...topology.nodes.map((node) => node.role),
    ...topology.links.map((link) => link.kind).filter((kind) => kind === 'quorum' || kind === 'join'),
    ...outside.map(({ thing }) => thing.kind),
  ]);
  const all: readonly LegendKind[] = ['server', 'agent', 'quorum', 'join', 'uses', 'datastore', 'backup'];
  const kinds = all.filter((kind) => present.has(kind));
  return kinds.length > 1 ? kinds : [];
}

/** One after another; on a narrow picture they go on in another line. */
function legendItems(
  kinds: readonly LegendKind[],
  at: { readonly x: number; readonly y: number; readonly right: number },
): LegendItem[] {
  let { x, y } = at;
  return kinds.map((kind) => {
    const label = LEGEND_LABELS[kind];
    const width = LEGEND_SYMBOL + textWidth(label, LEGEND_FONT);
    if (x > at.x && x + width > at.right) [x, y] = [at.x, y + 22];
    const item = { kind, label, x, y };
    x += width + 22;
    return item;
  });
}

const MARGIN = 24;
const CLUSTER_GAP = 28;
const LINK_SPACE = 88;
const OUTSIDE_WIDTH = 240;
const OUTSIDE_GAP = 16;
const LEGEND_SPACE = 30;

/** Pixels from the left end of a legend's item to its text. */
export const LEGEND_SYMBOL = 34;

/** How the legend is set. */
export const LEGEND_FONT: Font = { size: 12 };

const LEGEND_LABELS: Readonly<Record<LegendKind, string>> = {
  server: 'server',
  agent: 'agent',
  quorum: 'etcd quorum',
  join: 'joins the API',
  uses: 'uses',
  datastore: 'keeps its state in',
  backup: 'backs up to',
};
