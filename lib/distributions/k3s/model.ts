import type { Architecture, NodeRole, Transport } from '../../cluster/node';
import type { HostFile } from '../../synthesis/synthesis';
import type { Datastore } from './datastore';
import type { K3sClusterProps, K3sNodeSettings } from './cluster-settings';
import type { AgentOptions, ServerOptions } from './options';

/** Components that K3s brings along; each is on only when something in the program asks for it. */
export const PACKAGED_COMPONENTS = [
  'coredns',
  'servicelb',
  'traefik',
  'local-storage',
  'metrics-server',
  'runtimes',
] as const;
export type PackagedComponent = (typeof PACKAGED_COMPONENTS)[number];

/** Everything the constructs gathered about one K3s cluster: what rules read and files are rendered from. */
export interface K3sModel {
  readonly name: string;

  /** Construct path. */
  readonly path: string;

  /** As the user wrote them. */
  readonly props: K3sClusterProps;
  readonly datastore: Datastore;

  /** In declared order: servers, agents, then pools. */
  readonly nodes: readonly K3sNode[];

  /** Component to the construct paths that ask for it. */
  readonly components: ReadonlyMap<PackagedComponent, readonly string[]>;

  /** Files for `<data directory>/server/manifests` of every server. */
  readonly autoDeploy: readonly AutoDeployFile[];

  /** What `upgrade.after` refers to; absent when it is not given, or the cluster stands alone. */
  readonly before?: EnvironmentBefore;
}

/** The environment that runs a release before this one does. */
export interface EnvironmentBefore {
  /** Name of this environment. */
  readonly own: string;

  /** All environments of the program. */
  readonly environments: readonly string[];

  /** Names of the K3s clusters in the one that is referred to; `undefined` when it cannot be built, which is a problem of its own. */
  readonly clusters: readonly string[] | undefined;
}

/** One node, its own settings merged over its pool's and the cluster's. */
export interface K3sNode {
  readonly name: string;
  readonly path: string;
  readonly role: NodeRole;
  readonly pool?: string;
  readonly maxUnavailable?: number | `${number}%`;
  readonly version: string;
  readonly transport: Transport;
  readonly architecture: Architecture;

  /** Primary family first; empty when it is that of the default route. */
  readonly nodeIps: readonly string[];
  readonly externalIps: readonly string[];
  readonly settings: K3sNodeSettings;

  /** Options that the user wrote by their config.yaml key; the node's own over the pool's over the cluster's. */
  readonly config: ServerOptions | AgentOptions;

  /** Files that constructs add to the host. */
  readonly files: readonly HostFile[];
}

/** Objects that K3s itself applies from a file. */
export interface AutoDeployFile {
  /** Basename; lower case letters, digits, `-` and `.`, ending in `.yaml`. */
  readonly name: string;

  /** Construct path. */
  readonly path: string;
  readonly content: string;
}
