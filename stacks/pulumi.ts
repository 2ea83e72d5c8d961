import * as pulumi from '@pulumi/pulumi';
import { synthesisContext } from '../adapters/context';
import { synthesize } from '../constructs/synthesis/synthesize';
import type { Environments } from '../constructs/environments';
import { K3stackError } from '../lib/errors';
import { planText } from '../lib/report/plan-text';

export interface RunOptions {
  /** Folder with `known_hosts` and the lock file. @default - the folder of `Pulumi.yaml` */
  readonly folder?: string;
}

/** What a stack exports. */
export interface StackOutputs {
  /** Cluster name to the address of its Kubernetes API. */
  readonly endpoints: Readonly<Record<string, string>>;

  /** Names of the nodes that the environment declares, by cluster. */
  readonly nodes: Readonly<Record<string, readonly string[]>>;

  /** Names of the secrets that the stack's configuration has to hold. */
  readonly secrets: readonly string[];
}

/**
 * The Pulumi program of a repository: the stack's name selects the environment. `pulumi preview` shows the environment's host plan; this release
 * changes neither hosts nor clusters, so `pulumi up` is refused.
 *
 * @throws K3stackError `UNKNOWN_ENVIRONMENT` when no environment has the stack's name, `INVALID_PROGRAM` when its rules are broken,
 * `PROVISIONING_NOT_INCLUDED` outside of a preview.
 */
export function run(environments: Environments, options: RunOptions = {}): StackOutputs {
  const synthesis = synthesize(
    environments.build(pulumi.getStack()),
    synthesisContext(options.folder ?? process.cwd()),
  );
  if (!pulumi.runtime.isDryRun()) {
    throw new K3stackError(
      'PROVISIONING_NOT_INCLUDED',
      `this release plans and previews ${synthesis.environment}, it does not provision hosts yet; ` +
        `run pulumi preview, or k3stack synth and apply dist/${synthesis.environment}/manifests with kubectl`,
    );
  }
  void pulumi.log.info(planText(synthesis));
  const { clusters, nodes } = synthesis.topology;
  return {
    endpoints: Object.fromEntries(
      clusters.flatMap(({ name, endpoint }) => (endpoint === undefined ? [] : [[name, endpoint]])),
    ),
    nodes: Object.fromEntries(
      clusters.map(({ name }) => [
        name,
        nodes.filter((node) => node.cluster === name).map((node) => node.name),
      ]),
    ),
    secrets: synthesis.secrets.map((secret) => secret.name),
  };
}
