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
  readonly sudo: 'root' | 'passwordless' | 'password' | 'none';

  readonly swap: boolean;

  /** TCP ports that something already listens on. */
  readonly portsInUse: readonly number[];

  /** Name of the host's default route interface; absent without a default route, which K3s needs. */
  readonly defaultRoute?: string;

  /** Path and owner mark of an installation that is already there. */
  readonly installed?: { readonly distribution: string; readonly version: string; readonly owner?: string };
}
