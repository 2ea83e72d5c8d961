import type { ClusterSynthesis } from '../../synthesis/synthesis';

/**
 * What `ClusterSynthesis.facts` of a K3s cluster holds: effective values, defaults applied. Transition rules compare them, so a name
 * that is given up or gets another meaning makes a new synthesis schema.
 */
export interface K3sClusterFacts {
  readonly datastore: 'sqlite' | 'embedded-etcd' | 'external';

  /** Where an external datastore is, without credentials: `postgres://db.example.org:5432/k3s`. Absent for the others. */
  readonly datastoreTarget?: string;

  readonly clusterCidr: readonly string[];
  readonly serviceCidr: readonly string[];
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;

  /** `none` when another provider makes the pod network. */
  readonly flannelBackend: 'vxlan' | 'host-gw' | 'wireguard-native' | 'none';

  /** Cipher of Secrets in the datastore, or `false`. */
  readonly secretsEncryption: 'aescbc' | 'secretbox' | false;

  /** Fixed address or name that agents and further servers join through. */
  readonly registrationAddress: string;

  /** Name of the secret that holds the token of the servers. */
  readonly tokenSecret: string;

  /** Name of the secret that holds the token of the agents; absent when they join with that of the servers. */
  readonly agentTokenSecret?: string;

  /** Command on the operator's machine after each node. */
  readonly gate?: string;

  /** A K3s that something else installed is taken over; absent when it is not. */
  readonly adopt?: true;

  /** Environment that has to run a release first, and for how many seconds. */
  readonly after?: { readonly environment: string; readonly soak: number };
}

/** Facts of a K3s cluster. Every one may be missing: the synthesis may have been written by an older release. */
export function factsOf(cluster: ClusterSynthesis): Partial<K3sClusterFacts> {
  return cluster.facts;
}
