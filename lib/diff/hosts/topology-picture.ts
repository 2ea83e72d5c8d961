import { markKey, type TopologyMarks } from '../../report/topology-marks';
import { topologySvg } from '../../report/topology-svg';
import type { Synthesis } from '../../synthesis/synthesis';
import type { Topology, TopologyNode } from '../../synthesis/topology';
import type { HostBlock } from '../host-report';

/**
 * The machines of an environment as a picture, those that come, go or change marked. Those that go are drawn as well.
 *
 * @param blocks Of any environments: those of this one count.
 * @returns The text of an SVG; `undefined` where no host differs.
 */
export function topologyPicture(
  before: Synthesis | undefined,
  after: Synthesis | undefined,
  blocks: readonly HostBlock[],
): string | undefined {
  const known = after ?? before;
  const own = blocks.filter(({ environments }) => known && environments.includes(known.environment));
  if (known === undefined || own.length === 0) return undefined;
  const marks = topologyMarks(own);
  const topology = together(before?.topology ?? NOTHING, after?.topology ?? NOTHING);
  const id = `k3t-${known.environment.replace(/[^A-Za-z0-9-]/g, '-')}`;
  return topologySvg({ ...topology, nodes: markedFirst(topology.nodes, marks) }, { marks, id });
}

/** What becomes of each node, as the picture marks it. */
export function topologyMarks(blocks: readonly HostBlock[]): TopologyMarks {
  return new Map(blocks.map(({ cluster, host, kind }) => [markKey(cluster, host), kind]));
}

/** A picture shows only so many nodes of a pool: those that are marked, at least. */
function markedFirst(nodes: readonly TopologyNode[], marks: TopologyMarks): readonly TopologyNode[] {
  if (nodes.length <= SURELY_SHOWN) return nodes;
  const isMarked = ({ cluster, name }: TopologyNode): boolean => marks.has(markKey(cluster, name));
  return [...nodes.filter(isMarked), ...nodes.filter((node) => !isMarked(node))];
}

/** The state after, with the nodes and clusters that are gone in it. */
function together(before: Topology, after: Topology): Topology {
  const nodes = new Set(after.nodes.map(({ cluster, name }) => markKey(cluster, name)));
  const clusters = new Set(after.clusters.map(({ name }) => name));
  const goneClusters = before.clusters.filter(({ name }) => !clusters.has(name));
  const gone = new Set(goneClusters.map(({ name }) => name));
  const goneNodes = before.nodes.filter(({ cluster, name }) => !nodes.has(markKey(cluster, name)));
  const own = new Set([
    ...gone,
    ...goneNodes.filter(({ cluster }) => gone.has(cluster)).map(({ name }) => name),
  ]);
  return {
    clusters: [...after.clusters, ...goneClusters],
    nodes: [...after.nodes, ...goneNodes],
    externalHosts: after.externalHosts,
    links: [...after.links, ...before.links.filter(({ from, to }) => own.has(from) && own.has(to))],
  };
}

const NOTHING: Topology = { clusters: [], nodes: [], externalHosts: [], links: [] };

/** As many cards as every panel has room for. */
const SURELY_SHOWN = 6;
