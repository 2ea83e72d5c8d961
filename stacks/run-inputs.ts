import * as pulumi from '@pulumi/pulumi';
import { secretsIn } from '../lib/secret';
import { mapStrings } from '../lib/late';
import { fillHoles, type RunValues } from '../lib/synthesis/fill';

/** What only a run knows, by the names that the program gave. */
export interface RunInputs {
  /** Value of every `secret(name)`. @default - none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;

  /** Value of every `late(name)`. @default - none */
  readonly late?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The values whose holes stand in some data, and no others: a value that is not known yet must leave unknown only what depends on it. Always a secret.
 * The same values of the same inputs are one output: most of what a preview of many hosts costs is the number of outputs.
 */
export function valuesFor(data: unknown, inputs: RunInputs): pulumi.Output<RunValues> {
  const text = JSON.stringify(data);
  const names = { secrets: secretsIn(text).sort(), late: lateNamesIn(text).sort() };
  const key = JSON.stringify(names);
  const made = MADE.get(inputs) ?? new Map<string, pulumi.Output<RunValues>>();
  MADE.set(inputs, made);
  const { secrets = {}, late = {} } = inputs;
  const values =
    made.get(key) ??
    pulumi.secret({
      secrets: pulumi.all(pick(secrets, names.secrets)),
      late: pulumi.all(pick(late, names.late)),
    });
  made.set(key, values);
  return values;
}

const MADE = new WeakMap<RunInputs, Map<string, pulumi.Output<RunValues>>>();

/** Plain data with every late value in its place. */
export function withLate<T>(data: T, { late = {} }: RunInputs): pulumi.Output<T> {
  return pulumi
    .all(pick(late, lateNamesIn(JSON.stringify(data))))
    .apply<T>((values) => mapStrings(data, (text) => fillHoles(text, { secrets: {}, late: values })));
}

/** A promise of what an output becomes; rejected when what makes it fails. Unknown values, which only previews have, never come. */
export function known<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

function pick<T>(values: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(
    names.flatMap((name): [string, T][] => (Object.hasOwn(values, name) ? [[name, values[name] as T]] : [])),
  );
}

function lateNamesIn(text: string): string[] {
  return [...new Set([...text.matchAll(LATE_NAME)].map(([, name = '']) => name))];
}

const LATE_NAME = /«([A-Za-z][A-Za-z0-9-]*)»/g;
