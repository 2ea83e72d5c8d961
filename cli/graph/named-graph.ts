import type { Graph } from '../../lib/synthesis/graph';

/** The graph of one environment. */
export interface NamedGraph {
  readonly environment: string;
  readonly graph: Graph;
}
