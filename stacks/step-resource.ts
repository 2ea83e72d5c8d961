import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { Transport } from '../lib/cluster/node';
import { stepCommand } from '../lib/hosts/launcher';
import type { ScriptedStep } from '../lib/hosts/run-input';
import type { StepKind } from '../lib/synthesis/graph';
import { connectionOf } from './connection';
import type { HostAccess } from './host-access';
import type { RunInputs } from './run-inputs';

/** The resource of one step. */
export type StepResource = command.remote.Command | command.local.Command;

export interface StepResourceArgs {
  /** Of the host that it runs on. */
  readonly transport: Transport;
  readonly access: HostAccess;
  readonly inputs: RunInputs;

  /** What the step is to bring about, as a secret. */
  readonly stdin: pulumi.Output<string>;
}

/**
 * One step as one resource, named after it. Its command is a constant and the step's summary, so what makes it run is a change of its input, of its
 * summary or of the way to its host (docs/decisions/0004-host-steps.md, 0007-what-a-step-is.md).
 *
 * @param opts Parent, hooks, and the resources of exactly the steps that it waits for.
 */
export function stepResource(
  step: ScriptedStep,
  { transport, access, inputs, stdin }: StepResourceArgs,
  opts: pulumi.CustomResourceOptions,
): StepResource {
  const { id, kind, summary } = step;
  const args = {
    create: stepCommand('create', summary),
    ...(!RUNS_ONCE.has(kind) && { update: stepCommand('update', summary) }),
    ...(DELETES.has(kind) && { delete: stepCommand('delete', summary) }),
    stdin: pulumi.secret(stdin),
    logging: HOLDS_SECRETS.has(kind) ? 'none' : 'stderr',
    // It would go by SSH's own environment, which stock sshd refuses.
    addPreviousOutputInEnv: false,
  } as const;
  const options = { ...opts, ...optionsOf(kind) };
  return 'ssh' in transport
    ? new command.remote.Command(
        id,
        { ...args, connection: connectionOf(transport.ssh, access, inputs) },
        options,
      )
    : new command.local.Command(id, args, options);
}

function optionsOf(kind: StepKind): pulumi.CustomResourceOptions {
  return {
    ...(RUNS_ONCE.has(kind) && { ignoreChanges: [...EVERY_INPUT] }),
    ...(DELETES.has(kind) && { deleteBeforeReplace: true }),
    ...(HOLDS_SECRETS.has(kind) && { additionalSecretOutputs: ['stdout', 'stderr'] }),
  };
}

/** Which cluster it is, is asked once in the life of a state. */
const RUNS_ONCE: ReadonlySet<StepKind> = new Set(['bootstrap']);

/** What leaves a host when its resource goes. `nodes` only guards the data of a cluster that is destroyed. */
const DELETES: ReadonlySet<StepKind> = new Set(['run', 'join', 'nodes']);

const HOLDS_SECRETS: ReadonlySet<StepKind> = new Set(['kubeconfig', 'credentials']);

const EVERY_INPUT = [
  'connection',
  'create',
  'update',
  'delete',
  'stdin',
  'logging',
  'addPreviousOutputInEnv',
  'environment',
  'triggers',
];
