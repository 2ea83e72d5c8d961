import type { HostFile } from '../../../synthesis/synthesis';
import { hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { isPem } from '../settings/datastore';
import { rootFile } from './root-file';

/** The CA of the S3 endpoint that snapshots go to, when the program gives its text. */
export function snapshotCaFiles({ datastore }: K3sModel, node: K3sNode): HostFile[] {
  const ca = datastore.kind === 'embedded-etcd' ? datastore.s3?.endpointCa : undefined;
  if (node.role === 'agent' || ca === undefined || !isPem(ca)) return [];
  return [rootFile(hostPaths.snapshotCa, `${ca.trim()}\n`, { mode: '0644' })];
}
