import type { NodeSettings, Ssh } from '../../cluster/node';
import type { Datastore } from './datastore';
import type { NetworkSettings } from './network';
import type { AgentOptions, ServerOptions } from './options';
import type { RegistrySettings } from './registries';

/** A virtual address for the API, announced by the servers themselves. */
export interface KubeVipSettings {
  /** The virtual address; outside every node address. */
  readonly address: string;

  /** Network interface that announces it. @default - that of the default route */
  readonly interface?: string;
}

/** How clients and agents reach the Kubernetes API. */
export interface ApiEndpointSettings {
  /**
   * Further names and addresses in the API's certificate. The registration address, kube-vip's, every server's own and the name it is reached at
   * over SSH are in it anyway.
   *
   * @default - none
   */
  readonly tlsSans?: readonly string[];

  /**
   * Fixed name or address in front of all servers that agents and further servers join through: a load balancer, a DNS name or the virtual address.
   *
   * @default - kube-vip's address, else the first server
   */
  readonly registrationAddress?: string;

  /** @default - none */
  readonly kubeVip?: KubeVipSettings;

  /** @default 6443 */
  readonly port?: number;
}

/** How nodes are disturbed when they have to be. */
export interface UpgradeSettings {
  /** Agents of one pool disturbed together: a number, or a percentage of the pool rounded down but at least 1. Servers always go one at a time. @default 1 */
  readonly maxUnavailable?: number | `${number}%`;

  /** @default - drained for at most 300 s, PodDisruptionBudgets respected */
  readonly drain?: DrainSettings | false;

  /** Command run on the operator's machine after each node, the last one too; a non-zero exit stops the roll-out. @default - none */
  readonly gate?: string;

  /** Seconds a node must stay healthy before the next one. @default 10 */
  readonly healthyFor?: number;

  /**
   * Environment whose cluster of the same name must have run a release before it is let in here; `k3stack promote` writes the proof.
   *
   * @default - none
   */
  readonly after?: string;

  /** How long all nodes there must have been healthy at the release: a number and `m`, `h` or `d`. @default '24h' */
  readonly soak?: string;
}

/** Counters of rotations. */
export interface RotateSettings {
  /** Certificates of the servers and of their clients, renewed server by server. @default 0 */
  readonly certificates?: number;

  /** Key that Secrets are encrypted with in the datastore. @default 0 */
  readonly encryptionKey?: number;
}

/** How pods leave a node. */
export interface DrainSettings {
  /** Seconds until the drain is given up: the node is uncordoned and the roll-out stops. @default 300 */
  readonly timeout?: number;

  /** Delete pods with emptyDir volumes, whose data is lost. @default true */
  readonly deleteEmptyDirData?: boolean;

  /** Delete pods instead of evicting them, past their PodDisruptionBudget. @default false */
  readonly disableEviction?: boolean;
}

/** Audit log of the API server. */
export interface AuditSettings {
  /** Least that is recorded of every request. @default 'Metadata' */
  readonly level?: 'Metadata' | 'Request' | 'RequestResponse';

  /** Days. @default 30 */
  readonly maxAge?: number;

  /** Rotated files. @default 10 */
  readonly maxBackups?: number;

  /** Megabytes per file. @default 100 */
  readonly maxSize?: number;
}

/** Everything is uploaded from the operator's machine; hosts never fetch. */
export interface AirGapSettings {
  /** Upload K3s's own image archive of the node's architecture. @default true */
  readonly images?: boolean;

  /** Further image archives on the operator's machine, relative to the program. @default - none */
  readonly archives?: readonly string[];
}

/** Settings of one K3s node. */
export interface K3sNodeSettings extends NodeSettings {
  /** Absolute path; cannot change later. @default '/var/lib/rancher/k3s' */
  readonly dataDir?: string;

  /** Hostname of the machine, where it is not called like its node; `any` takes whatever it is called. @default - the name of the node */
  readonly hostname?: string;
}

/** How to reach a node, and its addresses. */
export interface HostAddresses {
  /** How the operator's machine reaches it. @default - by the name of the node, as root, on port 22 */
  readonly ssh?: Ssh;

  /** The machine that runs the program itself; excludes `ssh`. @default false */
  readonly local?: boolean;

  /** Address that other nodes use; one IPv4 and one IPv6 for dual stack. @default - that of the default route */
  readonly nodeIp?: string | readonly string[];

  /** Address that the outside uses. @default - none */
  readonly externalIp?: string | readonly string[];
}

/** One server. */
export interface K3sServerProps extends HostAddresses, K3sNodeSettings {
  /** Further K3s options of this server, by their config.yaml key. @default - none */
  readonly config?: ServerOptions;
}

/** One agent. */
export interface K3sAgentProps extends HostAddresses, K3sNodeSettings {
  /** Further K3s options of this agent, by their config.yaml key. @default - none */
  readonly config?: AgentOptions;

  /** K3s release, for an agent that is to stay behind. @default - the cluster's */
  readonly version?: string;
}

/** Agents that share settings and are rolled out together. */
export interface K3sAgentPoolProps extends K3sNodeSettings {
  /** By node name. */
  readonly nodes: Readonly<Record<string, K3sAgentProps>>;

  /** @default - the cluster's */
  readonly maxUnavailable?: number | `${number}%`;

  /** Further K3s options of every agent in the pool. @default - none */
  readonly config?: AgentOptions;
}

/** Settings of a K3s cluster. */
export interface K3sClusterProps {
  /** K3s release, such as `v1.34.1+k3s1`; minors 1.32 to 1.36. */
  readonly version: string;

  /** By node name, which is also the identity of the host: a new machine gets a new name. */
  readonly servers: Readonly<Record<string, K3sServerProps>>;

  /** By node name. @default - none */
  readonly agents?: Readonly<Record<string, K3sAgentProps>>;

  /** By pool name. @default - none */
  readonly pools?: Readonly<Record<string, K3sAgentPoolProps>>;

  /** @default - sqlite for one server, embedded etcd for more */
  readonly datastore?: Datastore;

  readonly network?: NetworkSettings;
  readonly api?: ApiEndpointSettings;
  readonly registries?: RegistrySettings;

  /** Encrypt Secrets in the datastore. @default true with provider 'aescbc' */
  readonly secretsEncryption?: boolean | { readonly provider: 'aescbc' | 'secretbox' };

  /** `cis`: the settings and files of the K3s hardening guide. @default - none */
  readonly hardening?: 'cis';

  /** @default - off; on with its defaults under `hardening: 'cis'` */
  readonly audit?: AuditSettings | boolean;

  readonly upgrade?: UpgradeSettings;

  /** Rotations, each done once more whenever its number is raised. @default - none */
  readonly rotate?: RotateSettings;

  /** By node name: a number that makes the next run bring that host back to what the program says whenever it is raised; `k3stack drift` prints the line. @default - none */
  readonly reconcile?: Readonly<Record<string, number>>;

  /**
   * Volumes on disks of nodes may be lost: when a node is removed from the program, and when the cluster is destroyed. A removal asks for it in the same
   * `pulumi up`; a destroy counts it from the `pulumi up` on that was run with it.
   *
   * @default false
   */
  readonly allowDataLoss?: boolean;

  /**
   * Base URL that hosts download releases from, such as a mirror: `<base>/<version>/<artifact>` must exist there. What is downloaded is
   * compared with the lock file in any case.
   *
   * @default - K3s's releases on GitHub
   */
  readonly downloadFrom?: string;

  /** Take over a K3s that something else installed on these hosts. @default false */
  readonly adopt?: boolean;

  /** @default - hosts download K3s themselves, verified against the lock file */
  readonly airGap?: AirGapSettings | boolean;

  /** Settings of every node; a pool's or a node's own win. */
  readonly nodes?: K3sNodeSettings;

  /** Cluster DNS by K3s's packaged CoreDNS. @default true */
  readonly coreDns?: boolean;

  /** Pods may run on servers. `false` taints them `node-role.kubernetes.io/control-plane:NoSchedule`. @default true */
  readonly schedulableServers?: boolean;

  /** Further K3s options of all nodes, by their config.yaml key. @default - none */
  readonly config?: { readonly server?: ServerOptions; readonly agent?: AgentOptions };
}
