import type { Manifest } from '../hosts/manifest';
import type { Promotion } from '../promotion/record';
import type { StaticRule } from '../rules/rule';
import type { Graph } from '../synthesis/graph';
import type { ClusterSynthesis, HostSynthesis } from '../synthesis/synthesis';
import type { Topology, TopologyCluster } from '../synthesis/topology';

/**
 * A Kubernetes distribution as an adapter that returns data: files, named steps, checks. Stacks and command line carry out.
 *
 * @typeParam Model Everything the constructs gathered about one cluster, defaults applied.
 */
export interface Distribution<Model> {
  /** Such as `k3s`. */
  readonly name: string;

  /** What one model alone must satisfy. */
  readonly rules: readonly StaticRule<Model>[];

  /** The cluster as a whole, for the picture. */
  describe(model: Model): ClusterSummary;

  /** The cluster and the facts that transition rules compare. */
  cluster(model: Model): ClusterSynthesis;

  /** Each host with its files exactly as they will lie there. Only called with a model that breaks no rule. */
  hosts(model: Model, context: HostContext): HostSynthesis[];

  /** Order of work; the only place that decides it. */
  graph(model: Model): Graph;

  /** The distribution's part of the topology: its nodes and the links between them. */
  topology(model: Model): Pick<Topology, 'nodes' | 'links'>;
}

/** What lies beside the program and is needed to describe its hosts. */
export interface HostContext {
  /** Checksum of an artifact in the lock file; `undefined` when there is no entry. */
  checksum(version: string, artifact: string): string | undefined;

  /** Public host key from `known_hosts` for a host and port; `undefined` when there is none. */
  hostKey(host: string, port: number): string | undefined;

  /** Proof in `promotions.json` that a cluster ran a release; `undefined` when there is none. @default - there is no such file */
  promotion?(environment: string, cluster: string, version: string): Promotion | undefined;
}

/** The part of a distribution's adapter that a run needs. Hosts come with the holes of their files filled. */
export interface DistributionOnHosts {
  /** Folder of its scripts below `lib`, beside those that every distribution shares. */
  readonly scripts: string;

  /** What a host is to be. */
  manifest(host: HostSynthesis): Manifest;

  /** Records for the script `prepare`: everything that is staged. */
  prepareRecords(host: HostSynthesis): string[][];

  /** Which node has to reach which. */
  portLinks(cluster: ClusterSynthesis, hosts: readonly HostSynthesis[]): PortLink[];
}

/** A port of one node that another one has to reach. */
export interface PortLink {
  /** Name of the host that connects. */
  readonly from: string;

  /** Name of the host that is connected to. */
  readonly to: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';

  /** What it is for, such as `kubelet`. */
  readonly purpose: string;

  /** Address to try, where it is not that of `to`: one in front of all servers. */
  readonly address?: string;

  /** Set for the API that a node joins through, which has to answer once the cluster runs: at a server, or in front of all. */
  readonly endpoint?: 'server' | 'front';
}

/** What the picture says about a cluster as a whole. */
export type ClusterSummary = Pick<TopologyCluster, 'distribution' | 'version' | 'datastore' | 'endpoint'>;

/** Everything that a cluster on hosts of this program adds to a synthesis. */
export interface ClusterOutput {
  readonly cluster: ClusterSynthesis;
  readonly hosts: readonly HostSynthesis[];
  readonly graph: Graph;
  readonly topology: Pick<Topology, 'nodes' | 'links'>;

  /** The cluster as a whole, for the picture. */
  readonly summary: ClusterSummary;
}

/** Runs an adapter on a model that breaks no rule. */
export function outputOf<Model>(
  distribution: Distribution<Model>,
  model: Model,
  context: HostContext,
): ClusterOutput {
  return {
    cluster: distribution.cluster(model),
    hosts: distribution.hosts(model, context),
    graph: distribution.graph(model),
    topology: distribution.topology(model),
    summary: distribution.describe(model),
  };
}
