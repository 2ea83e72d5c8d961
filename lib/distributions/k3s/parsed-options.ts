import { parseArgs } from './args';
import { goBoolean, goInteger } from './go-values';
import { findOption, type Settings, type SettingValue } from './options';
import type { OptionSpec } from './options/option-spec';
import type { YamlScalar } from './yaml-scalar';

/** One value as it was given. */
export interface GivenValue {
  /** `map` and `list` stand where K3s wants a single value. */
  readonly kind: YamlScalar['kind'] | 'map' | 'list';

  /** What K3s gets as the value of the flag. */
  readonly text: string;

  /** What stands in the file or on the command line. */
  readonly written: string;
}

/** One option as it was given, known to K3s or not. */
export interface GivenOption {
  /** Name or alias as written, without dashes and without the `+` of a drop-in. */
  readonly key: string;

  /** More than one for a list or a repeated flag; where K3s wants one, it takes the last. */
  readonly values: readonly GivenValue[];

  /** Where it was given: a file's name, `command line`, or an environment variable. */
  readonly source: string;
}

/** Something to tell about an option, or about the whole when `key` is empty. Never holds the value of a secret. */
export interface OptionFinding {
  readonly key: string;

  /** `error`: K3s stops, or does something else than what is written; `info`: what the option means. */
  readonly level: 'error' | 'warning' | 'info';

  readonly problem: string;

  /** What to write instead; empty when there is nothing to change. */
  readonly fix: string;
}

/** Options as K3s would gather them from files, a command line or the environment. */
export interface ParsedOptions {
  /** The command that was found on a command line. */
  readonly role?: 'server' | 'agent';

  readonly given: readonly GivenOption[];

  /** What was wrong with the text itself. */
  readonly notes: readonly OptionFinding[];
}

/**
 * Joins options in K3s's order: the environment counts only where nothing else does, config.yaml comes before the command
 * line; later single values win, lists are appended (`configfilearg/parser.go` puts file options before the others).
 */
export function mergeOptions(...parts: readonly ParsedOptions[]): ParsedOptions {
  const all = parts.flatMap((part) => part.given);
  const set = new Set(all.filter((option) => !fromEnvironment(option)).map(nameOf));
  const given = all.filter((option) => !fromEnvironment(option) || !set.has(nameOf(option)));
  const role = parts.map((part) => part.role).findLast((r) => r !== undefined);
  return { ...(role && { role }), given, notes: parts.flatMap((part) => part.notes) };
}

/** The settings among the given options: known ones with a usable value, secrets left out. `*-arg` values are text. */
export function settingsOf(parsed: ParsedOptions): Settings {
  const settings: Record<string, SettingValue> = {};
  for (const [name, values] of valuesByName(parsed)) {
    const spec = findOption(name)?.spec;
    const value = spec && !spec.secret ? settingOf(spec, values) : undefined;
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

/** The text of an option's values, aliases included; empty when it is not given. */
export function valuesByName(parsed: ParsedOptions): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const option of parsed.given) {
    const texts = option.values.map((value) => value.text);
    byName.set(nameOf(option), [...(byName.get(nameOf(option)) ?? []), ...texts]);
  }
  return byName;
}

function settingOf(spec: OptionSpec, values: readonly string[]): SettingValue | undefined {
  if (spec.type === 'args') return parseArgs(values.filter((value) => value !== ''));
  if (spec.list !== undefined) {
    const items = spec.list === 'comma' ? values.flatMap((value) => value.split(',')) : values;
    return items.filter((item) => item !== '');
  }
  const last = values.at(-1);
  if (last === undefined || last === '') return undefined;
  if (spec.type === 'boolean') return goBoolean(last);
  if (spec.type !== 'integer') return last;
  const integer = goInteger(last);
  return integer === undefined ? undefined : Number(integer);
}

function nameOf(option: GivenOption): string {
  return findOption(option.key)?.name ?? option.key;
}

function fromEnvironment(option: GivenOption): boolean {
  return findOption(option.key)?.spec.env === option.source;
}
