import { renderConfig } from './config';
import type { K3sModel } from './model';

/**
 * Text of the bootstrap drop-in of a server, which only a run can choose (docs/decisions/0003-bootstrap-drop-in.md). With embedded etcd
 * a server that has `server` set never makes a cluster of its own, even when its data is gone; so that is what all servers have in the end.
 *
 * @param as `initialise`: for the one server that makes a new cluster, until it is healthy. `join`: for the others, and for it from then on;
 * the URL of a server that runs or of the address in front of all of them (its own, when it is the only one).
 */
export function bootstrapDropIn(
  { datastore }: Pick<K3sModel, 'datastore'>,
  as: 'initialise' | { readonly join: string },
): string {
  if (datastore.kind !== 'embedded-etcd') return NOBODY_TO_JOIN;
  return renderConfig(as === 'initialise' ? { 'cluster-init': true } : { server: as.join });
}

const NOBODY_TO_JOIN = '# sqlite, or a datastore outside the cluster: there is nobody to join.\n';
