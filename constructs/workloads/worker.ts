import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { anyText, checkProps, list, object, wholeNumber } from '../../lib/rules/shape';
import { addCheck } from '../violations';
import { autoscalingShape, type Autoscaling } from './availability';
import { makeDeployment } from './deployment';
import { podShapes, type PodSettings } from './pod';
import { Workload } from './workload';
import type { WorkloadNetwork } from './workload-network';

export interface WorkerProps extends PodSettings {
  /** @default - of the defaults around it, else 1; 1 with a volume that only one pod can have */
  readonly replicas?: number;

  /** Number of pods by how busy they are, instead of `replicas`. @default - a fixed number */
  readonly autoscaling?: Autoscaling;

  /** Command inside of the container that fails when the program hangs, which is then restarted. @default - restarted only when it ends */
  readonly aliveCommand?: readonly string[];
}

/** A program that nobody connects to: it takes its work from a queue or a database. */
export class Worker extends Workload {
  readonly deployment: ApiObject;

  /** `undefined` for a fixed number of pods. */
  readonly autoscaler: ApiObject | undefined;

  /** `undefined` for a single pod. */
  readonly disruptionBudget: ApiObject | undefined;

  /** Where it may connect to. */
  readonly network: WorkloadNetwork;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id, 'worker');
    const { problems, sound } = checkProps(props, workerShape);
    addCheck(this, () => problems);
    const { replicas, autoscaling, aliveCommand } = sound;

    const made = makeDeployment(
      this,
      sound,
      { replicas, usual: 1, autoscaling },
      { container: aliveProbe(aliveCommand) },
    );
    this.deployment = made.deployment;
    this.autoscaler = made.autoscaler;
    this.disruptionBudget = made.disruptionBudget;
    this.network = made.pod.network;
  }
}

/** Restarts a container in which a command fails three times within two minutes. */
export function aliveProbe(command: readonly string[] | undefined): Readonly<Record<string, unknown>> {
  if (command === undefined) return {};
  return { livenessProbe: { exec: { command }, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 } };
}

const workerShape = object(
  {
    ...podShapes,
    replicas: wholeNumber(0, 1000),
    autoscaling: autoscalingShape,
    aliveCommand: list(anyText),
  },
  'image',
);
