/** What a host reports about itself before anything on it is changed. */
export interface HostFacts {
  /** `uname -s`, such as `Linux`. */
  readonly system: string;

  /** `uname -m`, such as `x86_64`. */
  readonly machine: string;
  readonly hostname: string;

  /** Contents of `/etc/machine-id`. */
  readonly machineId: string;

  /** `systemd`, `openrc`, or what process 1 is called. */
  readonly init: string;

  /** Controllers of the cgroup hierarchy that are switched on, such as `cpu`, `memory`. */
  readonly cgroupControllers: readonly string[];

  /** MiB. */
  readonly memory: number;

  /** Processor threads. */
  readonly cpus: number;

  /** MiB free under the data directory. */
  readonly diskFree: number;

  /** Seconds that the host's clock is ahead of the operator's. */
  readonly clockSkew: number;

  /** `root`, `passwordless`, `password` (asks for one) or `none`. */
  readonly sudo: SudoMode;

  /** The password that was given, where `sudo` asks for one. @default - none was given */
  readonly sudoPassword?: 'right' | 'wrong';

  readonly swap: boolean;

  /** TCP ports that something already listens on. */
  readonly portsInUse: readonly number[];

  /** What listens there, as `6443/haproxy`. @default - unknown */
  readonly listeners?: readonly string[];

  /** Programs that are not there and steps need. @default - none */
  readonly missing?: readonly string[];

  /** Name of the host's default route interface; absent without a default route, which K3s needs. */
  readonly defaultRoute?: string;

  /** An installation that is already there: who made it, `environment/cluster`, and as which node; absent where k3stack did not. */
  readonly installed?: {
    readonly distribution: string;
    readonly version: string;
    readonly owner?: string;
    readonly node?: string;
  };

  /** Whether a time server is followed. @default - unknown */
  readonly timeSync?: boolean;

  /** Whether the tools are there that pods with iSCSI, or NFS volumes need of the host. @default - unknown */
  readonly iscsi?: boolean;
  readonly nfs?: boolean;

  /** Names of variables in the system's environment that name a proxy. @default - unknown */
  readonly proxies?: readonly string[];

  /** State of the datastore of a server. @default - unknown */
  readonly datastore?: 'empty' | 'running' | 'stopped' | 'lost';

  /** Sha256 of the certificate authority of the cluster that it is in. */
  readonly caHash?: string;

  /** Digest of the manifest that its service runs with. */
  readonly activeDigest?: string;

  /** Sha256 of the number up to which a credential was rotated there, by its name in the manifest. @default - none was */
  readonly rotations?: Readonly<Record<string, string>>;

  /** Digest of the manifest that is staged. */
  readonly stagedDigest?: string;
}

/** How the user of the login becomes root. */
export type SudoMode = 'root' | 'passwordless' | 'password' | 'none';
