import { quoteShell } from './shell';

/** What a script on a host gets on its standard input (docs/decisions/0007-what-a-step-is.md). */
export interface StepInput {
  /** Name of the script, such as `run`. */
  readonly step: string;

  /** Seconds until the script is ended. */
  readonly deadline: number;

  /** Variable, without the `IN_` in front, to value: `{ NODE: 'bravo' }`. */
  readonly values: Readonly<Record<string, string>>;

  /** Kind and fields of each record, in order. */
  readonly records: readonly (readonly string[])[];
}

/** Line that ends what stands before an input; the number is that of the protocol. */
export const INPUT_MARK = 'k3stack 1';

/**
 * The text for a script's standard input.
 *
 * @param sudoPassword Of the user on the host. @default - none is needed
 * @throws K3stackError `INVALID_SHELL_TEXT` for a value that no shell can hold.
 */
export function renderStepInput(input: StepInput, sudoPassword = ''): string {
  const { step, deadline, values, records } = input;
  const assignments = Object.entries({ STEP: step, DEADLINE: String(deadline), ...values });
  return framed(
    [
      ...assignments.map(([name, value]) => `IN_${name}=${quoteShell(value)}`),
      ...records.map((fields) => ['record', ...fields.map(quoteShell)].join(' ')),
      '',
    ].join('\n'),
    sudoPassword,
  );
}

/** A shell program, or an input, as either launcher expects it on standard input. */
export function framed(text: string, sudoPassword = ''): string {
  return `${sudoPassword}\n${INPUT_MARK}\n${text}`;
}
