import { ExitCode, K3stackError } from '../../lib/errors';
import { explainOptions } from '../../lib/distributions/k3s/explain';
import { parseCommandLine } from '../../lib/distributions/k3s/command-line';
import { parseConfigFiles } from '../../lib/distributions/k3s/config-file';
import { findOption, optionGroups, optionNames } from '../../lib/distributions/k3s/options';
import { removedOptions } from '../../lib/distributions/k3s/options/removed';
import { supportedMinors } from '../../lib/distributions/k3s/option-availability';
import {
  mergeOptions,
  type OptionFinding,
  type ParsedOptions,
} from '../../lib/distributions/k3s/parsed-options';
import { parseRelease } from '../../lib/distributions/k3s/release';
import type { OptionSpec } from '../../lib/distributions/k3s/options/option-spec';
import { nearest } from '../../lib/nearest';
import { alignedRows } from '../../lib/report/text-table';
import { counted } from '../../lib/report/words';
import { printable } from '../../lib/rules/violation';
import { readConfigFiles } from '../../adapters/config-files';
import { defineCommand, type OptionValues } from '../command';
import { optionText } from '../option-text';
import { UsageError } from '../report-error';
import { paletteFor, writeJson, type Terminal } from '../terminal';

const definitions = {
  check: {
    kind: 'text',
    value: 'config.yaml',
    help: 'Check a config.yaml, with the config.yaml.d beside it; - reads standard input',
    suggest: 'files',
  },
  command: {
    kind: 'text',
    value: 'line',
    help: "Check a command: k3s server …, or an installer's line; - reads standard input",
  },
  role: {
    kind: 'choice',
    value: 'role',
    help: 'Role of the node (default: what the command says, else server)',
    choices: ['server', 'agent'],
  },
  version: {
    kind: 'text',
    value: 'release',
    help: 'K3s release of the node',
    default: `v${supportedMinors.last}.0+k3s1`,
  },
  json: { kind: 'flag', help: 'Write JSON to standard output' },
  quiet: { kind: 'flag', help: 'With --check or --command: only errors and warnings' },
} as const;

/** `k3stack options`: the table of K3s options, asked about one, or about a node that is configured already. */
export const options = defineCommand({
  arguments: [{ name: 'option', help: 'Name of an option, with or without dashes', suggest: 'k3s-options' }],
  options: definitions,
  async run({ terminal, options: given, words }) {
    const [word] = words;
    if (given.check !== undefined || given.command !== undefined) return checkOptions(given, terminal);
    if (word === undefined) return listOptions(terminal, given.json);
    return explainOption(word.replace(/^-+/, ''), terminal, given.json);
  },
});

async function checkOptions(given: OptionValues<typeof definitions>, terminal: Terminal): Promise<ExitCode> {
  if (given.check === '-' && given.command === '-')
    throw new UsageError('only one of --check and --command can read standard input');
  if (parseRelease(given.version) === undefined) {
    throw new UsageError(`--version must be a K3s release, got '${given.version}'; write v1.34.1+k3s1`);
  }
  const parts: ParsedOptions[] = [];
  if (given.check === '-') parts.push(parseConfigFiles({ base: await terminal.stdin() }));
  else if (given.check !== undefined)
    parts.push(parseConfigFiles(readConfigFiles(given.check, terminal.cwd)));
  if (given.command !== undefined)
    parts.push(parseCommandLine(given.command === '-' ? await terminal.stdin() : given.command));

  const parsed = mergeOptions(...parts);
  const role = given.role ?? parsed.role ?? 'server';
  const findings = explainOptions(parsed, { role, version: given.version });
  if (given.json) writeJson(terminal, { role, version: given.version, findings });
  else tellFindings(findings, terminal, given.quiet);
  return findings.some((finding) => finding.level === 'error') ? ExitCode.failure : ExitCode.ok;
}

function tellFindings(findings: readonly OptionFinding[], { stdout, env }: Terminal, quiet: boolean): void {
  const color = paletteFor(stdout, env);
  const signs = { error: color.red('error  '), warning: color.yellow('warning'), info: color.dim('info   ') };
  for (const { level, key, problem, fix } of findings) {
    if (quiet && level === 'info') continue;
    const told = [problem, fix].filter((text) => text !== '');
    const subject = key === '' ? '' : `${color.bold(printable(key))}: `;
    stdout.write(`${signs[level]} ${subject}${told.map(printable).join('; ')}\n`);
  }
  const count = (level: OptionFinding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  if (!quiet)
    stdout.write(color.dim(`${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}\n`));
}

function listOptions(terminal: Terminal, json: boolean): ExitCode {
  if (json) {
    writeJson(terminal, optionGroups);
    return ExitCode.ok;
  }
  const color = paletteFor(terminal.stdout, terminal.env);
  for (const [title, group] of Object.entries(optionGroups)) {
    const rows = Object.entries<OptionSpec>(group).map(([name, spec]) => [`  ${name}`, spec.role, spec.help]);
    const lines = alignedRows(rows, (cell, column) => (column === 0 ? color.cyan(cell) : cell));
    terminal.stdout.write(`${color.bold(title)}\n${lines.join('\n')}\n`);
  }
  return ExitCode.ok;
}

function explainOption(word: string, terminal: Terminal, json: boolean): ExitCode {
  const known = findOption(word);
  if (known === undefined) throw unknownOption(word);
  if (json) writeJson(terminal, { name: known.name, ...known.spec });
  else terminal.stdout.write(optionText(known.name, known.spec, paletteFor(terminal.stdout, terminal.env)));
  return ExitCode.ok;
}

function unknownOption(word: string): K3stackError {
  const removed = Object.hasOwn(removedOptions, word) ? removedOptions[word] : undefined;
  const near = nearest(word, optionNames);
  const problem =
    removed === undefined ? 'K3s has no such option' : `K3s has no such option since ${removed.removedIn}`;
  const fix =
    removed !== undefined
      ? `write ${removed.instead}`
      : near === undefined
        ? 'k3stack options lists all'
        : `did you mean '${near}'?`;
  return new K3stackError('UNKNOWN_OPTION', `${word}: ${problem}; ${fix}`);
}
