import { isArgName } from '../../../lib/distributions/k3s/args';
import type { ExplainContext } from '../../../lib/distributions/k3s/explain';
import { checkFormat } from '../../../lib/distributions/k3s/option-format';
import { optionAvailable } from '../../../lib/distributions/k3s/option-availability';
import {
  findOption,
  optionFor,
  type ArgMap,
  type OptionName,
  type SettingValue,
} from '../../../lib/distributions/k3s/options';
import type { OptionSpec } from '../../../lib/distributions/k3s/options/option-spec';
import {
  settingsOf,
  valuesByName,
  type GivenOption,
  type ParsedOptions,
} from '../../../lib/distributions/k3s/parsed-options';

/** Options by name. */
export type NamedSettings = ReadonlyMap<OptionName, SettingValue>;

/**
 * What of the given options K3s takes up: known ones of the role and the release, with values it can use. `explainOptions` names the others.
 * Secrets are not among them.
 *
 * @param unknown Variables whose values nobody knows; what was written with one of them is left out.
 */
export function usableSettings(
  parsed: ParsedOptions,
  context: ExplainContext,
  unknown: ReadonlySet<string> = new Set(),
): NamedSettings {
  const given = parsed.given.filter((option) => !isUnknown(option, unknown));
  const settings = Object.entries(settingsOf({ given, notes: [] })) as [OptionName, SettingValue][];
  return new Map(
    settings.flatMap(([name, value]): [OptionName, SettingValue][] => {
      const spec = findOption(name)?.spec;
      if (spec === undefined || !optionFor(spec, context.role) || !optionAvailable(name, context.version))
        return [];
      const usable = usableValue(spec, value);
      return usable === undefined ? [] : [[name, usable]];
    }),
  );
}

/** Values of options that hold a secret, the last of each. */
export function secretSettings(
  parsed: ParsedOptions,
  role: ExplainContext['role'],
): ReadonlyMap<OptionName, string> {
  return new Map(
    [...valuesByName(parsed)].flatMap(([word, values]): [OptionName, string][] => {
      const option = findOption(word);
      const value = values.at(-1) ?? '';
      return option?.spec.secret && optionFor(option.spec, role) && value !== ''
        ? [[option.name, value]]
        : [];
    }),
  );
}

/** Whether a value stands there as `$NAME`, because nobody knows what a shell would make of it. */
function isUnknown({ values, source }: GivenOption, unknown: ReadonlySet<string>): boolean {
  return (
    source === 'command line' &&
    values.some(({ text }) => [...unknown].some((name) => text.includes(`$${name}`)))
  );
}

function usableValue(spec: OptionSpec, value: SettingValue): SettingValue | undefined {
  if (typeof value === 'boolean') return value;
  if (spec.type === 'args') return usableArguments(value as ArgMap);
  const isUsable = (item: unknown): boolean => checkFormat(spec, String(item)) === undefined;
  if (!Array.isArray(value)) return isUsable(value) ? value : undefined;
  const items = (value as readonly string[]).filter(isUsable);
  return items.length > 0 ? items : undefined;
}

function usableArguments(args: ArgMap): ArgMap | undefined {
  const usable = Object.entries(args).filter(([name]) => isArgName(name));
  return usable.length > 0 ? Object.fromEntries(usable) : undefined;
}
