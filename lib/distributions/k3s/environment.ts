import { optionNames, options } from './options';
import type { OptionSpec } from './options/option-spec';
import { removedOptions } from './options/removed';
import type { GivenOption } from './parsed-options';

/** The options K3s reads from variables, such as `K3S_TOKEN`; empty variables and others are left out. */
export function environmentOptions(environment: ReadonlyMap<string, string>): GivenOption[] {
  return [...environment].flatMap(([variable, text]) => {
    const key = optionOf.get(variable);
    if (key === undefined || text === '') return [];
    return [{ key, values: [{ kind: 'string' as const, text, written: text }], source: variable }];
  });
}

const optionOf = new Map<string, string>([
  ...optionNames.flatMap((name) => entry((options[name] as OptionSpec).env, name)),
  ...Object.entries(removedOptions).flatMap(([name, { env }]) => entry(env, name)),
]);

function entry(variable: string | undefined, name: string): [string, string][] {
  return variable === undefined ? [] : [[variable, name]];
}
