import * as pulumi from '@pulumi/pulumi';
import { K3stackError } from '../../lib/errors';
import { nearest } from '../../lib/nearest';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import { ClusterSteps, type ClusterStepsArgs } from '../cluster-steps';
import type { ScriptedStep } from '../../lib/hosts/run-input';
import type { StepResource } from '../step-resource';

export interface HostArgs extends ClusterStepsArgs {
  /** Name of the host in the synthesis. @default - the name of the component */
  readonly host?: string;
}

/**
 * One host, prepared: looked at, and everything staged on it, nothing activated. In a {@link K3sClusterStack} it holds all steps that act on the host.
 */
export class Host extends pulumi.ComponentResource {
  /** Name of its Node. */
  readonly nodeName: string;

  /** Address that other nodes use, where the program gives one; a late value as `«name»`. */
  readonly nodeIp: string | undefined;

  /** Its steps by kind, such as `prepare`. */
  readonly steps: Readonly<Record<string, StepResource>> = {};

  /** @throws K3stackError `UNKNOWN_NODE` when the synthesis has no such host, `PULUMI_TOO_OLD`. */
  constructor(name: string, args: HostArgs | HostOfCluster, opts: pulumi.ComponentResourceOptions = {}) {
    super('k3stack:index:Host', name, {}, opts);
    const { steps, host } = 'steps' in args ? args : alone(name, args);
    this.nodeName = host.name;
    this.nodeIp = host.nodeIp;
    if ('steps' in args) return;
    this.add(steps, only(steps.all, host));
    steps.closeWhenDone();
    this.done();
  }

  /** @internal Makes the resource of a step of this host. */
  add(steps: ClusterSteps, step: ScriptedStep): StepResource {
    const made = steps.add(step, this);
    (this.steps as Record<string, StepResource>)[step.kind] = made;
    return made;
  }

  /** @internal Ends the component, when all its steps are made. */
  done(): void {
    this.registerOutputs({ nodeName: this.nodeName });
  }
}

/** @internal A host whose steps its cluster makes. */
export interface HostOfCluster {
  readonly steps: ClusterSteps;
  readonly host: HostSynthesis;
}

function alone(name: string, args: HostArgs): HostOfCluster {
  const host = hostNamed(args.synthesis, args.host ?? name);
  const cluster = args.synthesis.clusters.find((entry) => entry.name === host.cluster);
  if (cluster === undefined) throw new Error(`the synthesis has no cluster ${host.cluster}`);
  return { host, steps: new ClusterSteps(cluster, args) };
}

function only(steps: readonly ScriptedStep[], host: HostSynthesis): ScriptedStep {
  const found = steps.find((step) => step.kind === 'prepare' && step.host === host.name);
  if (found === undefined) throw new Error(`the synthesis has no step that prepares ${host.name}`);
  return found;
}

function hostNamed({ environment, hosts }: Synthesis, name: string): HostSynthesis {
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found;
  const names = hosts.map((host) => host.name);
  const near = nearest(name, names);
  throw new K3stackError(
    'UNKNOWN_NODE',
    `${environment} has no host ${JSON.stringify(name)}; ` +
      (near === undefined ? `write one of ${names.join(', ')}` : `did you mean '${near}'?`),
  );
}
