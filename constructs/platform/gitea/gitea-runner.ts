import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { addCheck } from '../../violations';
import { connectAll } from '../../workloads/connect';
import { imageViolations } from '../../workloads/pod';
import { resourceViolations } from '../../workloads/resources';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import { builderLimits } from './builder';
import { makeDeployRights } from './deploy-rights';
import { BUILDER_IMAGE, RUNNER_IMAGE } from './gitea-images';
import type { RunnerParts } from './runner-parts';
import { runnerPod } from './runner-pod';

/** Runs the workflows of a Gitea in its own container, and builds their images in the one beside it. Made by `Gitea`. */
export class GiteaRunner extends Workload {
  readonly deployment: ApiObject;

  /** Its account; `undefined` when it deploys nowhere. */
  readonly serviceAccount: ApiObject | undefined;

  /** Where it may connect to. */
  readonly network: WorkloadNetwork;

  /** What workflows write in `runs-on`. */
  readonly runsOn: string;

  /** @internal made by `Gitea` */
  constructor(scope: Construct, id: string, parts: RunnerParts) {
    super(scope, id, 'runner');
    const { gitea, registry, deployTo, labels = ['cluster'] } = parts;
    this.runsOn = labels[0] ?? 'cluster';
    this.serviceAccount = deployTo.length > 0 ? makeDeployRights(this, deployTo) : undefined;
    const pod = runnerPod(this, parts, labels);
    this.network = pod.network;
    connectAll(this, this.network, { gitea, ...(registry && { registry: registry.connection }) });
    if (deployTo.length > 0)
      for (const cidr of ['0.0.0.0/0', '::/0']) this.network.reach({ cidr, ports: [443, 6443] }); // the API server has no pods
    addCheck(this, () => [
      ...imageViolations(parts.image ?? RUNNER_IMAGE, 'runner.image'),
      ...imageViolations(parts.builderImage ?? BUILDER_IMAGE, 'runner.builderImage'),
      ...resourceViolations({ builderResources: builderLimits(parts.builderResources) }).map((found) => ({
        ...found,
        property: `runner.${found.property}`,
      })),
    ]);
    this.deployment = new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: this.metadata,
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: this.selector },
        template: pod.template,
      },
    });
  }
}
