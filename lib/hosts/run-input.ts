import type { DistributionOnHosts } from '../distributions/distribution';
import type { Graph, Step, StepKind, StepScript } from '../synthesis/graph';
import { fillHoles, type RunValues } from '../synthesis/fill';
import type { HostSynthesis } from '../synthesis/synthesis';
import { filledHost } from './filled-host';
import type { StepInput } from './step-input';

/** A step with a script. */
export type ScriptedStep = Step & { readonly script: StepScript };

/** What a step's input is made of beside the step itself. */
export interface RunInputParts {
  readonly adapter: DistributionOnHosts;

  /** Environment and cluster: `production/k3s`. */
  readonly owner: string;

  /** Those of {@link hostsOfInput}, by name, holes and all. */
  readonly hosts: readonly HostSynthesis[];
  readonly values: RunValues;

  /** What `bootstrap` told; for steps that {@link needsCaHash}. */
  readonly caHash?: string;

  /** What the steps of {@link listensTo} told: host, field and text. @default - nothing */
  readonly told?: readonly (readonly [string, string, string])[];
}

/**
 * The whole input of a step: what the synthesis says, and what a run adds. Only that; anything else would make steps run that have nothing to do.
 *
 * @throws K3stackError `MISSING_VALUE`, `INVALID_SECRET_VALUE`, `INVALID_SHELL_TEXT`.
 */
export function runInput(step: ScriptedStep, parts: RunInputParts): StepInput {
  const { adapter, owner, values, caHash } = parts;
  const fill = (text: string): string => fillHoles(text, values);
  const hosts = parts.hosts.map((host) => filledHost(host, values));
  const own = hosts.find(({ name }) => name === step.host);
  return {
    step: step.kind,
    deadline: step.script.deadline,
    values: {
      OWNER: owner,
      ...mapValues(step.script.values, fill),
      ...(own !== undefined && { DIGEST: adapter.manifest(own).digest }),
      ...(needsCaHash(step) && { CA_HASH: caHash ?? '' }),
    },
    records: [
      ...step.script.records.map((fields) => fields.map(fill)),
      ...(step.kind === 'prepare' && own !== undefined ? adapter.prepareRecords(own) : []),
      ...(step.kind === 'gate'
        ? hosts.map((host) => ['agent', host.name, adapter.manifest(host).digest])
        : []),
      ...(parts.told ?? []).map((fields) => ['told', ...fields]),
    ],
  };
}

/** Names of the hosts that an input tells of: the step's own, or those that a gate makes room for. */
export function hostsOfInput(step: Step, { steps }: Graph): readonly string[] {
  const acting =
    step.kind === 'gate'
      ? steps.filter(({ kind, after }) => kind === 'roll' && after.includes(step.id))
      : [step];
  return acting.flatMap(({ host }) => host ?? []);
}

/** What an earlier step tells that makes another one run again when it is another text. */
export interface Told {
  readonly step: string;
  readonly host: string;

  /** Of its result. What a release before this one did tells nothing, so a newer release alone runs nothing. */
  readonly field: string;
}

/**
 * Whom a step listens to: `kubeconfig` to the server whose certificate it hands out; `nodes` to those that are brought back, as their labels may have
 * been changed too, and to all that are restarted, so that the command between nodes has its turn after the last one.
 *
 * @param gated Whether there is such a command.
 */
export function listensTo({ kind, cluster, script }: ScriptedStep, { steps }: Graph, gated: boolean): Told[] {
  const own = steps.filter((step) => step.cluster === cluster).filter(hasScript);
  if (kind === 'kubeconfig')
    return own
      .filter((step) => step.kind === 'run' && step.host === script.on)
      .flatMap((step) => told(step, 'adminCertificate'));
  if (kind !== 'nodes') return [];
  return own
    .filter((step) => step.kind === 'run' || step.kind === 'roll')
    .flatMap((step) => [
      ...((step.script.values['RECONCILE'] ?? '0') === '0' ? [] : told(step, 'reconciled')),
      ...(gated ? told(step, 'restarted') : []),
    ]);
}

function told({ id, host }: Step, field: string): Told[] {
  return host === undefined ? [] : [{ step: id, host, field }];
}

/** Whether a step has to know the cluster that `bootstrap` found or made. */
export function needsCaHash({ kind }: Step): boolean {
  return CA_HASH_STEPS.has(kind);
}

/** Whether a step has a script, so that it is work on a host. */
export function hasScript(step: Step): step is ScriptedStep {
  return step.script !== undefined;
}

function mapValues(
  values: Readonly<Record<string, string>>,
  map: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, map(text)]));
}

const CA_HASH_STEPS: ReadonlySet<StepKind> = new Set(['run', 'join', 'roll']);
