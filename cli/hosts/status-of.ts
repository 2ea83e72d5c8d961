import { clusterStatusIn, type ClusterStatus } from '../../lib/operations/cluster-status';
import type { OpenCluster } from './open-cluster';

/** How a cluster is, as the first server sees it whose API answers. */
export async function statusOf({ runOnServer }: OpenCluster): Promise<ClusterStatus> {
  let status: ClusterStatus | undefined;
  await runOnServer('status', { deadline: 240 }, (result) => {
    status = clusterStatusIn(result);
    return status === undefined ? 'K3s is there, and its API does not answer' : undefined;
  });
  return status as unknown as ClusterStatus;
}
