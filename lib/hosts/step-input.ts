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

/** Last line of an input: without it a connection that was cut would pass for a shorter list. */
const END = 'end';

/**
 * The text for a script's standard input.
 *
 * @param sudoPassword Of the user on the host. @default - none is needed
 * @throws K3stackError `INVALID_SHELL_TEXT` for a value that no shell can hold.
 */
export function renderStepInput(input: StepInput, sudoPassword = ''): string {
  return framed(inputText(input), sudoPassword);
}

/** The input itself, as it lies on the host. */
export function inputText({ step, deadline, values, records }: StepInput): string {
  const assignments = Object.entries({ STEP: step, DEADLINE: String(deadline), ...values });
  return [
    ...assignments.map(([name, value]) => `IN_${name}=${quoteShell(value)}`),
    ...records.map((fields) => ['record', ...fields.map(quoteShell)].join(' ')),
    END,
    '',
  ].join('\n');
}

/** A shell program, or an input, as either launcher expects it on standard input. */
export function framed(text: string, sudoPassword = ''): string {
  return `${sudoPassword}\n${INPUT_MARK}\n${text}`;
}
