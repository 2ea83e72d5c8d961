/** What becomes of a node. */
export type TopologyMark = 'added' | 'changed' | 'removed';

/** By cluster and node, as {@link markKey} writes them. */
export type TopologyMarks = ReadonlyMap<string, TopologyMark>;

/** What a node of a cluster is called in {@link TopologyMarks}. */
export function markKey(cluster: string, node: string): string {
  return `${cluster}/${node}`;
}
