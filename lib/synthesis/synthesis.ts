import type { Architecture, Capacity, NodeRole, Transport } from '../cluster/node';
import type { Violation } from '../rules/violation';
import type { Disruption } from './disruption';
import type { Graph } from './graph';
import type { SecretsInGit } from './secrets-in-git';
import type { Topology } from './topology';

export type { Disruption } from './disruption';

/** Identifies the shape of `synthesis.json`; a change that readers must know gets a new number. */
export const SYNTHESIS_SCHEMA = 'k3stack.synthesis/v1';

/**
 * Everything that can be decided about one environment without an engine or a host, as plain data: what is written to `dist`, what
 * Pulumi carries out and what a preview compares. Same program, same bytes.
 */
export interface Synthesis {
  readonly schema: typeof SYNTHESIS_SCHEMA;
  readonly environment: string;
  readonly clusters: readonly ClusterSynthesis[];

  /** In apply order. */
  readonly manifests: readonly ManifestFile[];

  /** In the order the program declares them. */
  readonly hosts: readonly HostSynthesis[];
  readonly graph: Graph;
  readonly topology: Topology;

  /** Kubernetes Secrets that whoever applies the manifests makes from {@link secrets}; their values are never in a manifest. */
  readonly kubernetesSecrets: readonly KubernetesSecret[];

  /** How these are written where Git holds the objects, by cluster. @default - they are not */
  readonly secretsInGit?: readonly SecretsInGit[];

  /** Pages for the people who run the clusters, such as how to restore; written to `dist/<env>/docs`. */
  readonly documents: readonly ClusterDocument[];

  /** Secrets that the environment needs, sorted by name. */
  readonly secrets: readonly SecretUse[];

  /** Values only a run can know, sorted by name. */
  readonly late: readonly { readonly name: string; readonly example: string }[];

  /** Violations that did not stop the synthesis. */
  readonly warnings: readonly Violation[];
}

/** One cluster of an environment. */
export interface ClusterSynthesis {
  readonly name: string;

  /** Construct path. */
  readonly path: string;

  /** `k3s`, or `existing` for a cluster that something else made. */
  readonly distribution: string;

  /** Release of the distribution, such as `v1.34.1+k3s1`; for an existing cluster its Kubernetes minor. */
  readonly version: string;

  /** Kubernetes minor, such as `1.34`. */
  readonly kubernetes: string;

  /** Facts about the cluster that transition rules compare; what they mean is the distribution's. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Who applies an object: Pulumi or Git (`workloads`), or the distribution itself from a file on the servers (`auto-deploy`). */
export type ObjectOwner = 'workloads' | 'auto-deploy';

/** A Kubernetes object as plain data. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** An object with where it comes from. */
export interface SynthesizedObject {
  /** Construct path. */
  readonly path: string;
  readonly owner: ObjectOwner;
  readonly object: KubernetesObject;

  /** Construct paths of the objects that the program made it depend on. @default - none */
  readonly after?: readonly string[];
}

/** One file under `dist/<env>/manifests`. */
export interface ManifestFile {
  /** `NN-name.yaml`. */
  readonly file: string;

  /** Name of the cluster the objects go to. */
  readonly cluster: string;

  /** In apply order. */
  readonly objects: readonly SynthesizedObject[];
}

/** A file as it will lie on the host. */
export interface HostFile {
  /** Absolute path on the host. */
  readonly path: string;

  /** Four octal digits, such as `0600`. */
  readonly mode: string;

  /** `user:group`. */
  readonly owner: string;

  /** Text with holes `«secret:name»` where secrets go. */
  readonly content: string;

  /** How a secret is written into its hole: as it is, inside YAML double quotes, or inside the quotes of a systemd environment file. */
  readonly encoding: 'raw' | 'yaml' | 'environment';

  /** What a change of this file costs. */
  readonly disruption: Disruption;
}

/** A file that is downloaded or uploaded and verified before anything is replaced. */
export interface Artifact {
  /** Name in the checksum list of the release, such as `k3s-arm64`. */
  readonly name: string;
  readonly version: string;

  /** Hexadecimal, or `undefined` while the lock file has no entry: provisioning then refuses. */
  readonly sha256?: string;

  /** Where it is installed on the host. */
  readonly path: string;

  /** `operator`: uploaded from the operator's machine; else the base URL that the host downloads from. @default - where the distribution publishes it */
  readonly from?: string;
}

/** One host of an environment. */
export interface HostSynthesis {
  /** Node name; the identity of the host. */
  readonly name: string;
  readonly path: string;
  readonly cluster: string;
  readonly role: NodeRole;

  /** Agent pool it belongs to. */
  readonly pool?: string;
  readonly architecture: Architecture;
  readonly transport: Transport;

  /** Address that other nodes use. */
  readonly nodeIp?: string;
  readonly version: string;

  /** The distribution's effective options as data, secrets excepted. */
  readonly settings: Readonly<Record<string, unknown>>;

  /** Applied live through the API. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;

  /** `key=value:Effect`, sorted. */
  readonly taints: readonly string[];
  readonly capacity?: Capacity;

  /** Hostname that the machine has to have, or `any`. @default - its name */
  readonly hostname?: string;

  /** How often each credential of the host was to be renewed, where that is more than never. */
  readonly rotations?: Readonly<Record<string, number>>;

  /** Sorted by path. */
  readonly files: readonly HostFile[];
  readonly artifacts: readonly Artifact[];
}

/** A Kubernetes Secret described by reference. */
export interface KubernetesSecret {
  readonly cluster: string;

  /** Construct path. */
  readonly path: string;
  readonly namespace: string;
  readonly name: string;

  /** Key to text with holes `«secret:name»`. */
  readonly data: Readonly<Record<string, string>>;
}

/** A page about one cluster. */
export interface ClusterDocument {
  /** Name of the cluster. */
  readonly cluster: string;

  /** Basename, such as `velero-restore.md`. */
  readonly file: string;

  /** Markdown. */
  readonly content: string;
}

/** A secret and everything that uses it. */
export interface SecretUse {
  readonly name: string;

  /** Files as `host:path`, Kubernetes Secrets as `cluster:namespace/name`; sorted. */
  readonly usedBy: readonly string[];
}
