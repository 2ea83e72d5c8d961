import { Command as Program, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ownVersion } from '../adapters/own-package';
import { ExitCode } from '../lib/errors';
import type { Command, OptionDefinition } from './command';
import { commandTable } from './command-table';
import { reportError, UsageError } from './report-error';
import { useColor, type Terminal } from './terminal';

/**
 * The command line as a function.
 *
 * @param args Words after the name of the program.
 * @returns Exit code; every error is reported.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  const finish = (code: ExitCode): void => void (exitCode = code);
  try {
    await buildProgram(args, terminal, finish).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.ok;
    return reportError(
      error instanceof CommanderError ? usageError(error) : error,
      terminal,
      args.includes('--json'),
    );
  }
  return exitCode;
}

function buildProgram(
  args: readonly string[],
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): Program {
  const program = new Program('k3stack')
    .description('Hosts, cluster and workloads of small Kubernetes clusters, in one typed program.')
    .enablePositionalOptions()
    .version(ownVersion(), '--version', 'Print the version')
    .helpOption('-h, --help', 'Show help')
    .helpCommand('help [command]', 'Show help for a command')
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      outputError: () => {},
      getOutHasColors: () => useColor(terminal.stdout, terminal.env),
      getErrHasColors: () => useColor(terminal.stderr, terminal.env),
    })
    .exitOverride();
  // `help synth` names the command too.
  const called = args.find((word) => Object.hasOwn(commandTable, word));
  for (const [name, { summary, hidden = false, load }] of Object.entries(commandTable)) {
    const command = program.command(name, { hidden }).description(summary);
    if (name === called) define(command, load(), terminal, finish);
  }
  return program;
}

function define(
  command: Program,
  definition: Command,
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): void {
  for (const { name, help, required = false, variadic = false } of definition.arguments ?? []) {
    const word = variadic ? `${name}...` : name;
    command.argument(required ? `<${word}>` : `[${word}]`, help);
  }
  for (const [name, option] of Object.entries(definition.options))
    command.addOption(commanderOption(name, option));
  if (definition.epilog !== undefined) command.addHelpText('after', `\n${definition.epilog}`);
  command.action(async (...all: unknown[]) => {
    const words = all
      .slice(0, -2)
      .flat()
      .filter((word) => word !== undefined) as string[];
    const given = all.at(-2) as Record<string, string | boolean | readonly string[] | undefined>;
    const options = Object.fromEntries(
      Object.entries(definition.options).map(([name, option]) => [
        name,
        given[commanderOption(name, option).attributeName()] ?? absentValue(option),
      ]),
    );
    finish(await definition.run({ terminal, options, words, commands: commandTable }));
  });
}

function commanderOption(name: string, option: OptionDefinition): Option {
  switch (option.kind) {
    case 'flag':
      return new Option(`--${name}`, option.help);
    case 'switch':
      return new Option(`--no-${name}`, option.help);
    case 'text':
      return new Option(`--${name} <${option.value}>`, option.help)
        .argParser(someText)
        .default(option.default);
    case 'choice':
      return new Option(`--${name} <${option.value}>`, option.help)
        .choices(option.choices)
        .default(option.default);
    case 'list':
      return new Option(`--${name} <${option.value}>`, option.help).argParser(commaList);
  }
}

/** One that a variable should have given, `--out "$FOLDER"`, would be the working folder. */
function someText(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty; write it, or leave the option out.');
  return text;
}

/** No empty names: one that a variable should have given, `--env "$NAME"`, would choose everything. */
function commaList(text: string, earlier: readonly string[] = []): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw new InvalidArgumentError('It has an empty name; write the name, or leave the option out.');
  return [...new Set([...earlier, ...items])];
}

function absentValue(option: OptionDefinition): boolean | readonly string[] | undefined {
  switch (option.kind) {
    case 'flag':
      return false;
    case 'switch':
      return true;
    case 'list':
      return [];
    case 'text':
    case 'choice':
      return undefined;
  }
}

/** Without a command commander has printed the help already. */
function usageError(error: CommanderError): UsageError {
  if (error.code === 'commander.help') return new UsageError('');
  return new UsageError(error.message.replace(/^error: /, ''));
}
