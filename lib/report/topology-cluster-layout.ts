import type { Topology, TopologyCluster, TopologyNode } from '../synthesis/topology';
import type { Box } from './box';
import { chipRows, type ChipRow } from './topology-chips';

/** One cluster and everything in it. */
export interface ClusterLayout {
  readonly box: Box;
  readonly cluster: TopologyCluster;
  readonly panels: readonly Panel[];

  /** Ingress, storage and backups, under the panels. */
  readonly rows: readonly ChipRow[];
}

/** Nodes that belong together: the servers, or the agents of one pool. */
export interface Panel {
  readonly box: Box;
  readonly role: 'server' | 'agent';
  readonly title: string;

  /** How many nodes it stands for, shown or not. */
  readonly count: number;
  readonly cards: readonly NodeCard[];

  /** Card that counts the nodes beyond the limit. */
  readonly more?: { readonly box: Box; readonly count: number; readonly names: readonly string[] };
}

/** One node. */
export interface NodeCard {
  readonly box: Box;
  readonly node: TopologyNode;
}

/** Columns of cards that all clusters of a picture have. */
export function columnsOf(topology: Topology): number {
  const sizes = topology.clusters.flatMap(({ name }) =>
    groupsOf(name, topology.nodes).map(({ nodes }) => nodes.length),
  );
  return Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Math.max(0, ...sizes)));
}

/** Places one cluster with its top left corner at `at`. */
export function clusterLayout(
  cluster: TopologyCluster,
  topology: Topology,
  columns: number,
  at: { readonly x: number; readonly y: number },
): ClusterLayout {
  const inner = gridWidth(columns) + 2 * PANEL_PADDING;
  const panels: Panel[] = [];
  let y = at.y + HEADER_HEIGHT;
  for (const group of groupsOf(cluster.name, topology.nodes)) {
    const panel = panelLayout(group, columns, { x: at.x + CLUSTER_PADDING, y, width: inner });
    panels.push(panel);
    y += panel.box.height + PANEL_GAP;
  }
  const rows = chipRows(shownApart(cluster, topology), { x: at.x + CLUSTER_PADDING, y: y + 4, width: inner });
  const last = rows.at(-1);
  const bottom = last ? last.box.y + last.box.height + 24 : y + (panels.length > 0 ? 8 : 0);
  return {
    box: { x: at.x, y: at.y, width: inner + 2 * CLUSTER_PADDING, height: bottom - at.y },
    cluster,
    panels,
    rows,
  };
}

/** Backup targets that a line leads to are not told twice. */
function shownApart(cluster: TopologyCluster, { links }: Topology): TopologyCluster {
  const apart = new Set(
    links.filter(({ kind, from }) => kind === 'backup' && from === cluster.name).map(({ to }) => to),
  );
  return { ...cluster, backups: cluster.backups.filter((target) => !apart.has(target)) };
}

interface Group {
  readonly role: 'server' | 'agent';
  readonly title: string;
  readonly nodes: readonly TopologyNode[];
}

function groupsOf(cluster: string, all: readonly TopologyNode[]): Group[] {
  const nodes = all.filter((node) => node.cluster === cluster);
  const servers = nodes.filter((node) => node.role === 'server');
  const pools = new Map<string, TopologyNode[]>();
  for (const node of nodes) {
    if (node.role === 'agent') pools.set(node.pool ?? '', [...(pools.get(node.pool ?? '') ?? []), node]);
  }
  return [
    ...(servers.length > 0 ? [{ role: 'server', title: 'Servers', nodes: servers } as const] : []),
    ...[...pools].map(([pool, members]): Group => ({
      role: 'agent',
      title: pool === '' ? 'Agents' : `Pool ${pool}`,
      nodes: members,
    })),
  ];
}

function panelLayout(group: Group, columns: number, at: { x: number; y: number; width: number }): Panel {
  const limit = columns * MAX_ROWS;
  const shown = group.nodes.length > limit ? group.nodes.slice(0, limit - 1) : group.nodes;
  const rest = group.nodes.slice(shown.length);
  const height = shown.some((node) => node.accelerators.length > 0) ? CARD_HEIGHT + 18 : CARD_HEIGHT;
  const boxAt = (index: number): Box => ({
    x: at.x + PANEL_PADDING + (index % columns) * (CARD_WIDTH + CARD_GAP),
    y: at.y + PANEL_TITLE + Math.floor(index / columns) * (height + CARD_GAP),
    width: CARD_WIDTH,
    height,
  });
  const rowCount = Math.ceil((shown.length + (rest.length > 0 ? 1 : 0)) / columns);
  return {
    box: { ...at, height: PANEL_TITLE + rowCount * (height + CARD_GAP) - CARD_GAP + PANEL_PADDING },
    role: group.role,
    title: group.title,
    count: group.nodes.length,
    cards: shown.map((node, index) => ({ box: boxAt(index), node })),
    ...(rest.length > 0 && {
      more: { box: boxAt(shown.length), count: rest.length, names: rest.map((node) => node.name) },
    }),
  };
}

function gridWidth(columns: number): number {
  return columns * CARD_WIDTH + (columns - 1) * CARD_GAP;
}

const MIN_COLUMNS = 2;
const MAX_COLUMNS = 4;
const MAX_ROWS = 3;
const CLUSTER_PADDING = 28;
const HEADER_HEIGHT = 82;
const PANEL_PADDING = 16;
const PANEL_TITLE = 44;
const PANEL_GAP = 16;
const CARD_WIDTH = 200;
const CARD_HEIGHT = 78;
const CARD_GAP = 16;
