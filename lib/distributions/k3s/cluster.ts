import type { ClusterSynthesis } from '../../synthesis/synthesis';
import type { K3sClusterFacts } from './cluster-facts';
import { clusterCidrs, clusterDnsAddresses, serviceCidrs } from './cluster-network';
import { agentToken, serverToken } from './cluster-tokens';
import type { Datastore } from './datastore';
import type { K3sModel } from './model';
import { registrationAddress } from './registration';
import { soakSeconds } from './soak';

/** The cluster and the facts that transition rules compare. */
export function cluster(model: K3sModel): ClusterSynthesis {
  const { name, path, props } = model;
  return {
    name,
    path,
    distribution: 'k3s',
    version: props.version,
    kubernetes: /^v(\d+\.\d+)\./.exec(props.version)?.[1] ?? '',
    facts: { ...factsAbout(model) },
  };
}

function factsAbout(model: K3sModel): K3sClusterFacts {
  const { datastore, props } = model;
  const { cni, clusterDomain = 'cluster.local' } = props.network ?? {};
  const { upgrade = {} } = props;
  const target = datastore.kind === 'external' ? datastoreTarget(datastore) : undefined;
  return {
    datastore: datastore.kind,
    ...(target !== undefined && { datastoreTarget: target }),
    clusterCidr: clusterCidrs(model),
    serviceCidr: serviceCidrs(model),
    clusterDns: clusterDnsAddresses(model),
    clusterDomain,
    flannelBackend: cni?.kind === 'none' ? 'none' : (cni?.flannel.backend ?? 'vxlan'),
    secretsEncryption: cipherOf(props.secretsEncryption),
    registrationAddress: registrationAddress(model),
    tokenSecret: serverToken(model).name,
    agentTokenSecret: agentToken(model).name,
    ...(upgrade.gate !== undefined && { gate: upgrade.gate }),
    ...(props.adopt === true && { adopt: true }),
    ...(upgrade.after !== undefined && {
      after: { environment: upgrade.after, soak: soakSeconds(upgrade.soak) },
    }),
  };
}

function cipherOf(encryption: K3sModel['props']['secretsEncryption']): K3sClusterFacts['secretsEncryption'] {
  if (encryption === false) return false;
  return typeof encryption === 'object' ? encryption.provider : 'aescbc';
}

/** Where an external datastore is, without user and password; the name of the secret when nothing else is known. */
function datastoreTarget({ external }: Datastore & { readonly kind: 'external' }): string {
  if ('postgres' in external) {
    const { host, port = 5432, database = 'k3s' } = external.postgres;
    return `postgres://${host}:${port}/${database}`;
  }
  if ('mysql' in external) {
    const { host, port = 3306, database = 'k3s' } = external.mysql;
    return `mysql://${host}:${port}/${database}`;
  }
  if ('etcd' in external) return external.etcd.endpoints.join(',');
  return `secret ${external.endpoint.name}`;
}
