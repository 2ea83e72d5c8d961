import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { anyText, checkProps, list, object } from '../../lib/rules/shape';
import { addCheck } from '../violations';
import { makeDeployment } from './deployment';
import { podShapes, type PodSettings } from './pod';
import { aliveProbe } from './worker';
import { Workload } from './workload';
import type { Egress, WorkloadNetwork } from './workload-network';

export interface BotProps extends PodSettings {
  /** @default ['internet'] - a bot talks to a service out there */
  readonly egress?: readonly Egress[];

  /** Command inside of the container that fails when the program hangs, which is then restarted. @default - restarted only when it ends */
  readonly aliveCommand?: readonly string[];
}

/**
 * A program of which there must not be two, such as a chat bot that would answer twice: one pod, and with a new release the old one is gone before the new
 * one starts. When its node is drained the next one starts while the old one ends.
 */
export class Bot extends Workload {
  readonly deployment: ApiObject;

  /** Where it may connect to. */
  readonly network: WorkloadNetwork;

  constructor(scope: Construct, id: string, props: BotProps) {
    super(scope, id, 'bot');
    const { problems, sound } = checkProps(props, botShape);
    addCheck(this, () => problems);
    const { egress = ['internet'], aliveCommand } = sound;

    const made = makeDeployment(
      this,
      { ...sound, egress },
      { replicas: 1, usual: 1, recreate: true },
      { container: aliveProbe(aliveCommand) },
    );
    this.deployment = made.deployment;
    this.network = made.pod.network;
  }
}

const botShape = object({ ...podShapes, aliveCommand: list(anyText) }, 'image');
