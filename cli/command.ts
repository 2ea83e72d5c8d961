import type { ExitCode } from '../lib/errors';
import type { Terminal } from './terminal';

/** What a shell offers where a value stands. */
export type Suggestion = 'environments' | 'files' | 'folders' | 'k3s-options' | readonly string[];

/** One option of a command, under its name without dashes. */
export type OptionDefinition =
  | { readonly kind: 'flag'; readonly help: string }
  /** On unless `--no-NAME` is given; `help` is about that form. */
  | { readonly kind: 'switch'; readonly help: string }
  | {
      readonly kind: 'text';
      readonly value: string;
      readonly help: string;
      readonly default?: string;
      readonly suggest?: Suggestion;
    }
  | {
      readonly kind: 'choice';
      readonly value: string;
      readonly help: string;
      readonly choices: readonly string[];
      readonly default?: string;
    }
  /** Can be given several times, and with commas. */
  | { readonly kind: 'list'; readonly value: string; readonly help: string; readonly suggest?: Suggestion };

/** A word of a command that is no option. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly help: string;

  /** @default false */
  readonly required?: boolean;

  /** Takes all remaining words. @default false */
  readonly variadic?: boolean;
  readonly suggest?: Suggestion;
}

type ValueOf<O> = O extends { kind: 'flag' | 'switch' }
  ? boolean
  : O extends { kind: 'list' }
    ? readonly string[]
    : O extends { kind: 'choice'; choices: readonly (infer C)[] }
      ? O extends { default: string }
        ? C
        : C | undefined
      : O extends { default: string }
        ? string
        : string | undefined;

/** Values of options as a command gets them. */
export type OptionValues<O> = { readonly [K in keyof O]: ValueOf<O[K]> };

/** One use of a command. */
export interface Invocation<O> {
  readonly terminal: Terminal;
  readonly options: OptionValues<O>;

  /** In order; missing ones are missing. */
  readonly words: readonly string[];

  /** All commands by name. */
  readonly commands: CommandTable;
}

/** What the list of commands needs to know of one, without loading it. */
export interface CommandEntry {
  /** One line. */
  readonly summary: string;
  readonly load: () => Command;

  /** Left out of the list. */
  readonly hidden?: true;
}

/** Commands by name, in the order of the list. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** A command of the command line, as data. */
export interface Command {
  readonly options: Readonly<Record<string, OptionDefinition>>;

  /** @default - none */
  readonly arguments?: readonly ArgumentDefinition[];

  /** Shown below the options in `--help`. @default - nothing */
  readonly epilog?: string;
  run(invocation: Invocation<Record<string, OptionDefinition>>): ExitCode | Promise<ExitCode>;
}

/** Describes a command; the types of its options' values are inferred. */
export function defineCommand<const O extends Record<string, OptionDefinition>>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(invocation: Invocation<O>): ExitCode | Promise<ExitCode>;
  },
): Command {
  return command;
}

/** Options that several commands have. */
export const commonOptions = {
  program: {
    kind: 'text',
    value: 'file',
    help: 'Program, or the folder it lies in (default: environments.ts here)',
    suggest: 'files',
  },
  env: {
    kind: 'list',
    value: 'name',
    help: 'Environments, with commas or repeated (default: all)',
    suggest: 'environments',
  },
  json: { kind: 'flag', help: 'Write JSON to standard output' },
  quiet: { kind: 'flag', help: 'Write nothing but errors and what was asked for' },
} as const satisfies Record<string, OptionDefinition>;
