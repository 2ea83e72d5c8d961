import { resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { synthesisContext } from '../adapters/context';
import type { KubeconfigReference } from '../constructs/cluster/existing-cluster';
import type { Environment } from '../constructs/environment';
import type { Environments } from '../constructs/environments';
import { synthesize } from '../constructs/synthesis/synthesize';
import { K3stackError } from '../lib/errors';
import { planText } from '../lib/report/plan-text';
import { formatViolation } from '../lib/rules/violation';
import type { ClusterSynthesis, Synthesis } from '../lib/synthesis/synthesis';
import type { OpenOperatorSide } from './cluster-steps';
import { K3sClusterStack } from './components/k3s-cluster-stack';
import { GitWorkloads } from './components/git-workloads';
import { Workloads } from './components/workloads';
import { kubeconfigReferences } from './existing-kubeconfigs';
import { refuseUnknownLate } from './late-names';
import { showingErrors } from './run-error';
import { withLate } from './run-inputs';
import { stackConfig, type StackConfig } from './stack-config';
import type { ClusterAccess } from './workloads/kubernetes-provider';
import { workloadsMode, type WorkloadsMode } from './workloads-mode';

export interface RunOptions {
  /** Folder with `known_hosts`, the lock file and artifacts to upload. @default - the folder of `Pulumi.yaml` */
  readonly folder?: string;

  /** Values of `late(name)`, such as outputs of other resources of the same program. @default - the stack's configuration */
  readonly late?: Readonly<Record<string, pulumi.Input<string>>>;

  /** Who applies the objects; `k3stack:workloads` in the stack's configuration goes before it. @default 'pulumi' */
  readonly workloads?: WorkloadsMode;

  /** @internal */
  readonly operatorSide?: OpenOperatorSide;
}

/** What a stack exports, by cluster. */
export interface StackOutputs {
  /** Address of the Kubernetes API. */
  readonly endpoints: Readonly<Record<string, pulumi.Output<string>>>;

  /** Kubeconfig of an administrator, a secret; of clusters that this program runs. */
  readonly kubeconfigs: Readonly<Record<string, pulumi.Output<string>>>;

  /** Names of the nodes that the environment declares. */
  readonly nodes: Readonly<Record<string, readonly string[]>>;

  /** Where backups go, such as `s3://backups`. */
  readonly backups: Readonly<Record<string, pulumi.Output<string[]>>>;
}

/**
 * The Pulumi program of a repository: the stack's name selects the environment. Its hosts are provisioned, and its objects applied or written for Git.
 *
 * @throws K3stackError `UNKNOWN_ENVIRONMENT` when no environment has the stack's name, `INVALID_PROGRAM` when its rules are broken,
 * `MISSING_CONFIGURATION`, `UNKNOWN_LATE_VALUE`, and outside of a preview `HOSTS_REFUSED` for what has to be mended before a host is touched.
 */
export function run(environments: Environments, options: RunOptions = {}): StackOutputs {
  return showingErrors(() => {
    const folder = resolve(options.folder ?? '.');
    const context = synthesisContext(folder);
    const environment = environments.build(pulumi.getStack());
    const synthesis = synthesize(environment, context);
    refuseUnknownLate(Object.keys(options.late ?? {}), synthesis, environments, (name) =>
      synthesize(environments.build(name), context),
    );
    refuseOrWarn(synthesis);
    if (pulumi.runtime.isDryRun()) void pulumi.log.info(planText(synthesis));
    return new Provisioning(environment, synthesis, { ...options, folder }).outputs();
  });
}

/** Makes the components of an environment. */
class Provisioning {
  private readonly mode: WorkloadsMode;
  private readonly kubeconfigs: ReadonlyMap<string, KubeconfigReference>;
  private readonly config: StackConfig;

  constructor(
    environment: Environment,
    private readonly synthesis: Synthesis,
    private readonly options: RunOptions & { readonly folder: string },
  ) {
    const configured = new pulumi.Config('k3stack').get('workloads');
    this.mode = configured === undefined ? (options.workloads ?? 'pulumi') : workloadsMode(configured);
    this.kubeconfigs = kubeconfigReferences(environment);
    this.config = stackConfig(synthesis, this.kubeconfigSecrets(), options.late ?? {});
  }

  outputs(): StackOutputs {
    const { clusters, topology } = this.synthesis;
    const stacks = clusters.flatMap((cluster) => this.provision(cluster));
    if (typeof this.mode === 'object') {
      const folder = resolve(this.options.folder, this.mode.git);
      new GitWorkloads(this.synthesis.environment, { ...this.config, synthesis: this.synthesis, folder });
    }
    const shown = topology.clusters.filter(({ endpoint }) => endpoint !== undefined);
    return {
      endpoints: byName(shown, ({ endpoint = '' }) => withLate(endpoint, this.config)),
      kubeconfigs: Object.fromEntries(stacks.map(([name, { kubeconfig }]) => [name, kubeconfig])),
      nodes: byName(clusters, ({ name }) =>
        topology.nodes.filter((node) => node.cluster === name).map((node) => node.name),
      ),
      backups: byName(topology.clusters, ({ backups }) => withLate([...backups], this.config)),
    };
  }

  /** The cluster's hosts when they are of this program, and its objects. */
  private provision(cluster: ClusterSynthesis): [string, K3sClusterStack][] {
    const { synthesis, config, options } = this;
    const { name } = cluster;
    const reference = this.kubeconfigs.get(name);
    if (reference !== undefined) {
      if (this.mode === 'pulumi')
        new Workloads(name, { ...config, synthesis, access: this.accessOf(reference) });
      return [];
    }
    const { folder, operatorSide } = options;
    const stack = new K3sClusterStack(name, {
      ...config,
      synthesis,
      folder,
      ...(operatorSide !== undefined && { operatorSide }),
    });
    if (this.mode === 'pulumi') {
      const access = { kubeconfig: stack.kubeconfig };
      new Workloads(name, {
        ...config,
        synthesis,
        access,
        identity: stack.caHash,
        deletedWith: stack.lifetime,
      });
    }
    return [[name, stack]];
  }

  private accessOf(reference: KubeconfigReference): ClusterAccess {
    if (!('secret' in reference)) return reference;
    return { kubeconfig: this.config.secrets[reference.secret.name] ?? '' };
  }

  private kubeconfigSecrets(): string[] {
    if (this.mode !== 'pulumi') return [];
    return [...this.kubeconfigs.values()].flatMap((reference) =>
      'secret' in reference ? reference.secret.name : [],
    );
  }
}

function byName<E extends { readonly name: string }, T>(
  entries: readonly E[],
  value: (entry: E) => T,
): Record<string, T> {
  return Object.fromEntries(entries.map((entry) => [entry.name, value(entry)]));
}

/** What stops the provisioning of hosts is a warning in a preview, so that a plan can be looked at before everything is there. */
function refuseOrWarn({ environment, warnings }: Synthesis): void {
  const blocking = warnings.filter(({ blocks }) => blocks === 'provision');
  if (blocking.length > 0 && !pulumi.runtime.isDryRun()) {
    throw new K3stackError(
      'HOSTS_REFUSED',
      `${environment} cannot be provisioned yet:\n${blocking.map((warning) => `  ${formatViolation(warning)}`).join('\n')}`,
    );
  }
  for (const warning of warnings) void pulumi.log.warn(formatViolation(warning));
}
