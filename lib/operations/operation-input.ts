import type { StepInput } from '../hosts/step-input';
import type { Synthesis } from '../synthesis/synthesis';

/** What an operation that is no step of the plan is told besides the node it runs on. */
export interface OperationDetails {
  /** Seconds until it is ended. @default 300 */
  readonly deadline?: number;

  /** @default - none */
  readonly values?: Readonly<Record<string, string>>;

  /** Kind and fields of each record. @default - none */
  readonly records?: readonly (readonly string[])[];
}

/** Input of a script that is no step of the plan, such as `status`: what `prepare` of the host is told of its node, and the details. */
export function operationInput(
  synthesis: Synthesis,
  host: HostName,
  script: string,
  { deadline = 300, values = {}, records = [] }: OperationDetails = {},
): StepInput {
  const OWNER = `${synthesis.environment}/${host.cluster}`;
  return { step: script, deadline, values: { OWNER, ...nodeValues(synthesis, host), ...values }, records };
}

/** What every script is told of the node it runs on. */
export function nodeValues({ graph }: Synthesis, { name, cluster }: HostName): StepInput['values'] {
  const prepare = graph.steps.find(
    (step) => step.kind === 'prepare' && step.host === name && step.cluster === cluster,
  );
  return prepare?.script?.values ?? {};
}

interface HostName {
  readonly name: string;
  readonly cluster: string;
}
