import { shellTokens, type ShellToken } from '../../hosts/shell-words';
import { k3sInvocation } from './invocation';
import { environmentOptions } from './environment';
import { findOption } from './options';
import type { GivenOption, OptionFinding, ParsedOptions } from './parsed-options';

/**
 * Reads the options of a `k3s server` or `k3s agent` command, of an installer line (`curl … | sh -s - server …`), of the text
 * of INSTALL_K3S_EXEC, or of flags alone; with the variables that are assigned in it.
 *
 * @param line A shell command line, or words that a shell has split already.
 * @throws K3stackError `UNREADABLE_COMMAND` for a line whose words depend on running something.
 */
export function parseCommandLine(line: string | readonly string[]): ParsedOptions {
  const tokens: readonly ShellToken[] =
    typeof line === 'string'
      ? shellTokens(line)
      : line.map((text): ShellToken => ({ kind: 'word', text, variables: [] }));
  const invocation = k3sInvocation(tokens);
  const notes: OptionFinding[] = [...invocation.notes, ...variableNotes(tokens)];
  const { args, environment } = invocation;
  const commandAt = args.findIndex((arg) => arg === 'server' || arg === 'agent');
  const role =
    commandAt < 0
      ? environment.has('K3S_URL')
        ? 'agent'
        : 'server'
      : (args[commandAt] as 'server' | 'agent');
  const flags = args.filter((_, index) => index !== commandAt);
  return { role, given: [...readFlags(flags, notes), ...environmentOptions(environment)], notes };
}

function variableNotes(tokens: readonly ShellToken[]): OptionFinding[] {
  const names = new Set(tokens.flatMap((token) => token.variables));
  return [...names].map((name) => ({
    key: '',
    level: 'error',
    problem: `the value of $${name} is not known here`,
    fix: `write its value instead of $${name}`,
  }));
}

// Go's flag package: one or two dashes, a switch takes no next word, and the first other word ends the options.
function readFlags(words: readonly string[], notes: OptionFinding[]): GivenOption[] {
  const given: GivenOption[] = [];
  for (let at = 0; at < words.length; at++) {
    const [, key, value] = FLAG.exec(words[at] as string) ?? [];
    if (key === undefined) {
      notes.push(strayWord(given.at(-1)?.key ?? '', words.slice(at)));
      break;
    }
    const next = words[at + 1];
    if (value !== undefined) {
      given.push(flag(key, value));
    } else if (isSwitch(key, next)) {
      given.push(flag(key, 'true'));
    } else if (next === undefined) {
      notes.push({ key, level: 'error', problem: `--${key} has no value`, fix: `write --${key}=VALUE` });
    } else {
      given.push(flag(key, next));
      at++;
    }
  }
  return given;
}

// An unknown option stops K3s, so it does not matter much; it gets the next word unless that is an option too.
function isSwitch(key: string, next: string | undefined): boolean {
  const spec = findOption(key)?.spec;
  return spec ? spec.type === 'boolean' : next === undefined || next.startsWith('-');
}

function flag(key: string, text: string): GivenOption {
  return { key, values: [{ kind: 'string', text, written: text }], source: 'command line' };
}

function strayWord(key: string, words: readonly string[]): OptionFinding {
  const ignored = words.flatMap((word) => FLAG.exec(word)?.[1] ?? []).map((name) => `--${name}`);
  const lost = ignored.length > 0 ? `, so ${ignored.join(', ')} have no effect` : '';
  const isSwitchValue = findOption(key)?.spec.type === 'boolean';
  return {
    key,
    level: 'error',
    problem: `K3s stops reading options at a word that belongs to none${key && `, after --${key}`}${lost}`,
    fix: isSwitchValue ? `write --${key} or --${key}=false` : 'remove the word',
  };
}

const FLAG = /^--?([^-=][^=]*)(?:=(.*))?$/s;
