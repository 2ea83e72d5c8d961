import { ApiObject } from 'cdk8s';
import { addCheck } from '../violations';
import {
  autoscaler,
  autoscalingViolations,
  disruptionBudget,
  spread,
  type Autoscaling,
} from './availability';
import { buildPod, type Pod, type PodParts, type PodSettings } from './pod';
import { areExclusive } from './volumes';
import type { Workload } from './workload';

/** A Deployment and what belongs to it. */
export interface DeploymentParts {
  readonly pod: Pod;
  readonly deployment: ApiObject;

  /** `undefined` for one pod. */
  readonly disruptionBudget: ApiObject | undefined;

  /** `undefined` for a fixed number of pods. */
  readonly autoscaler: ApiObject | undefined;
}

/** How many pods, and how a new release takes over. */
export interface DeploymentSettings {
  /** @default - the number of the defaults, else `usual`; 1 with a volume that only one pod can have */
  readonly replicas?: number;

  /** Pods when nothing says how many. */
  readonly usual: number;

  /** @default - a fixed number */
  readonly autoscaling?: Autoscaling;

  /** Stop the old pod before the new one starts. @default - only where a volume asks for it */
  readonly recreate?: boolean;

  /** Seconds in which a new pod must be ready. @default - 600 */
  readonly progressDeadlineSeconds?: number;
}

/** Makes a Deployment with what keeps it available: spreading and a PodDisruptionBudget where there is more than one pod. */
export function makeDeployment(
  workload: Workload,
  settings: Partial<PodSettings>,
  { replicas: wanted, usual, autoscaling, recreate, progressDeadlineSeconds }: DeploymentSettings,
  parts: PodParts = {},
): DeploymentParts {
  const isExclusive = areExclusive(settings.volumes ?? {});
  const replicas = wanted ?? (isExclusive ? 1 : (workload.defaults.replicas ?? usual));
  const isMany = replicas > 1 || (autoscaling?.max ?? 1) > 1;
  const pod = buildPod(workload, settings, {
    ...parts,
    spec: { ...(isMany && spread(workload)), ...parts.spec },
  });
  const deployment = new ApiObject(workload, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: workload.metadata,
    spec: {
      ...(autoscaling === undefined && { replicas }),
      revisionHistoryLimit: 3,
      ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
      selector: { matchLabels: workload.selector },
      strategy: recreate === true || isExclusive ? { type: 'Recreate' } : ROLLING,
      template: pod.template,
    },
  });
  addCheck(workload, () => [
    ...(isExclusive && isMany ? [exclusive(replicas, autoscaling)] : []),
    ...(wanted !== undefined && autoscaling !== undefined ? [twoNumbers()] : []),
    ...(autoscaling === undefined ? [] : autoscalingViolations(autoscaling)),
  ]);
  return {
    pod,
    deployment,
    disruptionBudget: isMany ? disruptionBudget(workload) : undefined,
    autoscaler: autoscaling === undefined ? undefined : autoscaler(workload, autoscaling),
  };
}

function exclusive(replicas: number, autoscaling: Autoscaling | undefined) {
  const property = autoscaling === undefined ? 'replicas' : 'autoscaling.max';
  return {
    rule: 'workload-replicas',
    property,
    problem: `is ${autoscaling?.max ?? replicas}, and only one pod at a time can have a persistent volume`,
    fix: `${autoscaling === undefined ? 'write replicas: 1' : 'remove autoscaling'}, or write accessMode: 'ReadWriteMany' where the storage class can do it`,
  };
}

function twoNumbers() {
  return {
    rule: 'workload-replicas',
    property: 'replicas',
    problem: 'is given beside autoscaling, which decides on the number of pods',
    fix: 'remove replicas, or write autoscaling: { min: … }',
  };
}

/** A new pod is ready before an old one goes; no more than one more at a time, as nodes are small. */
const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
