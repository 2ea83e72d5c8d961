import { K3stackError } from '../lib/errors';
import { nearest } from '../lib/nearest';
import type { ClusterSynthesis, Synthesis } from '../lib/synthesis/synthesis';

/** @throws K3stackError `UNKNOWN_CLUSTER` when the environment has none of that name. */
export function clusterNamed({ environment, clusters }: Synthesis, name: string): ClusterSynthesis {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found !== undefined) return found;
  const names = clusters.map((cluster) => cluster.name);
  const near = nearest(name, names);
  throw new K3stackError(
    'UNKNOWN_CLUSTER',
    `the environment ${environment} has no cluster ${JSON.stringify(name)}; ` +
      (near === undefined ? `write cluster: one of ${names.join(', ')}` : `did you mean '${near}'?`),
  );
}
