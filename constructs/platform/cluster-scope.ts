import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/** Where a construct makes objects that lie in no namespace: cdk8s writes the namespace of a chart into everything in it. */
export function clusterScope(construct: Construct): Construct {
  if (Chart.of(construct).namespace === undefined) return construct;
  const made = construct.node.tryFindChild(CLUSTER_WIDE);
  return Chart.isChart(made) ? made : new Chart(construct, CLUSTER_WIDE, { disableResourceNameHashes: true });
}

const CLUSTER_WIDE = 'cluster-wide';
