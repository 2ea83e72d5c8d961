import type { ArgumentDefinition, Command, CommandTable, OptionDefinition, Suggestion } from './command';

/** Something that could stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** What could stand where the cursor is; values of a `kind` are known elsewhere. */
export interface Suggestions {
  readonly candidates: readonly Candidate[];

  /** Looked up, each with `prefix` in front, apart from those `given` already. */
  readonly kind?: Suggestion;
  readonly prefix?: string;
  readonly given?: readonly string[];
}

/**
 * @param words After the name of the program, up to the cursor; the last one is not finished, and may be empty.
 */
export function suggestionsFor(words: readonly string[], commands: CommandTable): Suggestions {
  // bash makes three words of `--env=staging`.
  const all = words.filter((word) => word !== '=');
  const current = words.at(-1) === '=' ? '' : (all.pop() ?? '');
  const at = all.findIndex((word) => Object.hasOwn(commands, word));
  const command = commands[all[at] ?? ''];
  if (command === undefined) return { candidates: startingWith(current, topLevel(current, commands)) };
  return inCommand(command.load(), all.slice(at + 1), current);
}

function topLevel(current: string, commands: CommandTable): Candidate[] {
  if (current.startsWith('-')) return [{ value: '--version', help: 'Print the version' }, HELP];
  return Object.entries(commands)
    .filter(([, { hidden = false }]) => !hidden)
    .map(([value, { summary }]) => ({ value, help: summary }));
}

function inCommand(command: Command, before: readonly string[], current: string): Suggestions {
  const open = valueOption(command, before.at(-1));
  if (open !== undefined) return valuesOf(open, current, '');
  const [, name, value] = /^--([^=]+)=(.*)$/.exec(current) ?? [];
  if (name !== undefined && value !== undefined) {
    const option = valueOption(command, `--${name}`);
    return option === undefined ? { candidates: [] } : valuesOf(option, value, `--${name}=`);
  }
  if (current.startsWith('-')) return { candidates: startingWith(current, unusedOptions(command, before)) };
  return argumentValues(command.arguments ?? [], positionals(command, before), current);
}

type ValueOption = Exclude<OptionDefinition, { kind: 'flag' | 'switch' }>;

function valueOption(command: Command, word: string | undefined): ValueOption | undefined {
  const option = word?.startsWith('--') ? command.options[word.slice(2)] : undefined;
  return option === undefined || option.kind === 'flag' || option.kind === 'switch' ? undefined : option;
}

function valuesOf(option: ValueOption, current: string, prefix: string): Suggestions {
  if (option.kind === 'choice') return resolved(option.choices, current, prefix, []);
  if (option.suggest === undefined) return { candidates: [] };
  if (option.kind === 'text') return resolved(option.suggest, current, prefix, []);
  const given = current.split(',').slice(0, -1);
  const list = given.map((item) => `${item},`).join('');
  return resolved(option.suggest, current.slice(list.length), prefix + list, given);
}

function argumentValues(
  definitions: readonly ArgumentDefinition[],
  given: number,
  current: string,
): Suggestions {
  const last = definitions.at(-1);
  const definition = definitions[given] ?? (last?.variadic ? last : undefined);
  return definition?.suggest === undefined
    ? { candidates: [] }
    : resolved(definition.suggest, current, '', []);
}

/** Words are candidates already; a kind is looked up by whoever can read the program and the files. */
function resolved(
  suggest: Suggestion,
  current: string,
  prefix: string,
  given: readonly string[],
): Suggestions {
  if (typeof suggest === 'string') return { candidates: [], kind: suggest, prefix, given };
  const candidates = suggest
    .filter((value) => !given.includes(value))
    .map((value) => ({ value: prefix + value, help: '' }));
  return { candidates: startingWith(prefix + current, candidates) };
}

function unusedOptions({ options }: Command, before: readonly string[]): Candidate[] {
  const all = Object.entries(options).map(([name, option]) => ({
    value: option.kind === 'switch' ? `--no-${name}` : `--${name}`,
    help: option.help,
    repeatable: option.kind === 'list',
  }));
  return [...all.filter(({ value, repeatable }) => repeatable || !before.includes(value)), HELP];
}

function positionals(command: Command, before: readonly string[]): number {
  return before.filter(
    (word, index) => !word.startsWith('-') && valueOption(command, before[index - 1]) === undefined,
  ).length;
}

/** Those that begin with what is typed already. */
export function startingWith(current: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, help }) => ({ value, help }));
}

const HELP: Candidate = { value: '--help', help: 'Show help' };
