import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkProps, object, wholeNumber } from '../../lib/rules/shape';
import { addCheck } from '../violations';
import { buildPod, podShapes, type PodSettings } from './pod';
import { Workload } from './workload';
import type { WorkloadNetwork } from './workload-network';

export interface JobProps extends PodSettings {
  /** Pods that may fail before the job counts as failed. @default 3 */
  readonly backoffLimit?: number;

  /** Seconds after which it is ended. @default 600 */
  readonly activeDeadlineSeconds?: number;
}

/**
 * A program that runs once and ends, such as a migration: once for each change of it, as a Job that ran cannot be changed and is made anew. What depends
 * on it (`web.node.addDependency(job)`) is applied when it has ended well.
 */
export class Job extends Workload {
  readonly job: ApiObject;

  /** Where it may connect to. */
  readonly network: WorkloadNetwork;

  constructor(scope: Construct, id: string, props: JobProps) {
    super(scope, id, 'job');
    const { problems, sound } = checkProps(props, jobShape);
    addCheck(this, () => problems);
    const { backoffLimit = 3, activeDeadlineSeconds = 600 } = sound;

    const pod = buildPod(this, sound, { spec: { restartPolicy: 'Never' } }); // each try keeps its own log
    this.network = pod.network;
    this.job = new ApiObject(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...this.metadata, annotations: REPLACED },
      spec: { backoffLimit, activeDeadlineSeconds, template: pod.template },
    });
  }
}

/**
 * What Argo CD and Flux have to be told (argoproj/argo-cd@37ee0097cf:docs/user-guide/sync-options.md; fluxcd/kustomize-controller@v1.10.1:
 * docs/spec/v1/kustomizations.md); Pulumi does it by itself.
 */
const REPLACED = {
  'argocd.argoproj.io/sync-options': 'Force=true,Replace=true',
  'kustomize.toolkit.fluxcd.io/force': 'enabled',
};

const jobShape = object(
  { ...podShapes, backoffLimit: wholeNumber(0, 1000), activeDeadlineSeconds: wholeNumber(1, 2 ** 31 - 1) },
  'image',
);
