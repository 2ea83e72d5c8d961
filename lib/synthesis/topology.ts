import type { Architecture, Capacity, NodeRole } from '../cluster/node';

/** What the machines are and how they are joined: the input of the picture and of capacity planning. */
export interface Topology {
  readonly clusters: readonly TopologyCluster[];
  readonly nodes: readonly TopologyNode[];

  /** Machines outside every cluster that workloads reach. */
  readonly externalHosts: readonly ExternalHostEntry[];
  readonly links: readonly Link[];
}

/** One cluster in the picture. */
export interface TopologyCluster {
  readonly name: string;
  readonly distribution: string;
  readonly version: string;

  /** `sqlite`, `embedded etcd`, `external postgres`, …; absent where unknown. */
  readonly datastore?: string;

  /** Address clients use, such as `https://10.0.0.11:6443`. */
  readonly endpoint?: string;

  /** Ingress controllers and classes, such as `traefik`. */
  readonly ingress: readonly string[];

  /** Storage classes; the default one first. */
  readonly storage: readonly { readonly name: string; readonly isDefault: boolean }[];

  /** Where backups go, such as `s3://backups`. */
  readonly backups: readonly string[];

  /** Host names that ingress objects serve, sorted. */
  readonly hosts: readonly string[];
}

/** One node in the picture. */
export interface TopologyNode {
  readonly name: string;
  readonly cluster: string;
  readonly role: NodeRole;
  readonly pool?: string;
  readonly address?: string;
  readonly architecture: Architecture;
  readonly capacity?: Capacity;

  /** Extended resources, such as `nvidia.com/gpu`. */
  readonly accelerators: readonly string[];
}

/** A machine outside every cluster. */
export interface ExternalHostEntry {
  readonly name: string;
  readonly address: string;

  /** What it offers, such as `ollama:11434`. */
  readonly serves: readonly string[];
  readonly accelerators: readonly string[];
}

/** Who talks to whom. `quorum` between servers of an etcd cluster, `join` agent to API, `datastore`, `uses` cluster to external host. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: 'quorum' | 'join' | 'datastore' | 'uses' | 'backup';
}
