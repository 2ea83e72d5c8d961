import type { TopologyCluster } from '../../synthesis/topology';
import type { Datastore } from './datastore';
import type { K3sModel } from './model';
import { httpsUrl } from './registration';

/** The cluster as a whole, for the picture: distribution, version, datastore and where the API is reached. */
export function describe(
  model: K3sModel,
): Pick<TopologyCluster, 'distribution' | 'version' | 'datastore' | 'endpoint'> {
  const { registrationAddress, kubeVip, port = 6443 } = model.props.api ?? {};
  const first = model.nodes.find((node) => node.role === 'server');
  const ssh = first !== undefined && 'ssh' in first.transport ? first.transport.ssh.host : undefined;
  const address =
    registrationAddress ?? kubeVip?.address ?? first?.externalIps[0] ?? first?.nodeIps[0] ?? ssh;
  return {
    distribution: 'k3s',
    version: model.props.version,
    datastore: datastoreName(model.datastore),
    ...(address !== undefined && {
      endpoint: httpsUrl(address, port),
    }),
  };
}

function datastoreName(datastore: Datastore): string {
  if (datastore.kind === 'sqlite') return 'sqlite';
  if (datastore.kind === 'embedded-etcd') return 'embedded etcd';
  const kind = Object.keys(datastore.external).find(
    (key) => key === 'postgres' || key === 'mysql' || key === 'etcd',
  );
  return `external ${kind ?? 'datastore'}`;
}
