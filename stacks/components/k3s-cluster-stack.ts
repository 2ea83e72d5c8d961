import * as pulumi from '@pulumi/pulumi';
import { hasScript } from '../../lib/hosts/run-input';
import { topologicalOrder } from '../../lib/synthesis/graph-order';
import type { ClusterSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import { ClusterSteps, type ClusterStepsArgs } from '../cluster-steps';
import { clusterNamed } from '../cluster-named';
import { withLate } from '../run-inputs';
import { Host } from './host';

export interface K3sClusterStackArgs extends ClusterStepsArgs {
  /** Name of the cluster in the synthesis. @default - the name of the component */
  readonly cluster?: string;
}

/** All hosts of one cluster, from staging to kubeconfig, in the order of the synthesis: one resource for each step. */
export class K3sClusterStack extends pulumi.ComponentResource {
  /** Kubeconfig of an administrator, a secret. */
  readonly kubeconfig: pulumi.Output<string>;

  /** Address of the Kubernetes API. */
  readonly endpoint: pulumi.Output<string>;

  /** Names of the declared nodes. */
  readonly nodes: readonly string[];

  /** Sha256 of the cluster's certificate authority; the same in all of its life. */
  readonly caHash: pulumi.Output<string>;

  /** Where backups go, such as `s3://backups`; empty without any. */
  readonly backups: pulumi.Output<string[]>;

  /** Its hosts by name. */
  readonly hosts: Readonly<Record<string, Host>>;

  /**
   * Stands for all of the cluster's life: it goes only when the whole cluster is destroyed. `deletedWith` of {@link Workloads} takes it: objects go with the
   * cluster then, and its guard looks for data before anything is deleted.
   */
  readonly lifetime: pulumi.Resource;

  /** @throws K3stackError `UNKNOWN_CLUSTER`, `NO_HOSTS`, `PULUMI_TOO_OLD`. */
  constructor(name: string, args: K3sClusterStackArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('k3stack:index:K3sCluster', name, {}, opts);
    const { synthesis } = args;
    const cluster = clusterNamed(synthesis, args.cluster ?? name);
    const steps = new ClusterSteps(cluster, args);
    this.hosts = this.provision(steps, cluster, synthesis);

    const { endpoint = '', backups = [] } =
      synthesis.topology.clusters.find((entry) => entry.name === cluster.name) ?? {};
    this.kubeconfig = steps.kubeconfig;
    this.endpoint = withLate(endpoint, args);
    this.nodes = Object.keys(this.hosts);
    this.caHash = steps.caHash;
    this.backups = withLate([...backups], args);
    this.lifetime = steps.resource(`${cluster.name}/bootstrap`);
    steps.closeWhenDone();
    const { kubeconfig, nodes, caHash } = this;
    this.registerOutputs({ kubeconfig, endpoint: this.endpoint, nodes, caHash, backups: this.backups });
  }

  private provision(
    steps: ClusterSteps,
    cluster: ClusterSynthesis,
    { hosts, graph }: Synthesis,
  ): Record<string, Host> {
    const own = hosts.filter((host) => host.cluster === cluster.name);
    const components = new Map(
      own.map((host) => [host.name, new Host(host.name, { steps, host }, { parent: this })]),
    );
    for (const step of topologicalOrder({ ...graph, steps: steps.all }).filter(hasScript)) {
      const host = step.host === undefined ? undefined : components.get(step.host);
      if (host === undefined) steps.add(step, this);
      else host.add(steps, step);
    }
    for (const host of components.values()) host.done();
    return Object.fromEntries(components);
  }
}
