import { shellTokens, type ShellToken } from '../../hosts/shell-words';
import type { OptionFinding } from './parsed-options';

/** The K3s command inside a shell line, whichever way it is started. */
export interface Invocation {
  /** Words after `k3s`, or after the installer, INSTALL_K3S_EXEC first. */
  readonly args: readonly string[];

  /** Variables that reach it. */
  readonly environment: ReadonlyMap<string, string>;

  readonly notes: readonly OptionFinding[];
}

/** Finds the command that runs K3s or its installer, with what `export` and assignments give it. */
export function k3sInvocation(tokens: readonly ShellToken[]): Invocation {
  const environment = new Map<string, string>();
  const notes: OptionFinding[] = [];
  let args: readonly string[] = [];
  for (const words of simpleCommands(tokens)) {
    const { assigned, command } = splitAssignments(words);
    const found = argumentsOf(command);
    if (found !== undefined) args = found;
    if (found !== undefined || command[0] === 'export' || command.length === 0) {
      for (const [name, value] of assigned) environment.set(name, value);
    } else {
      notes.push(...lostVariables(assigned, command[0]));
    }
  }
  const installed = environment.get('INSTALL_K3S_EXEC');
  return {
    args: installed === undefined ? args : [...installerWords(installed), ...args],
    environment,
    notes,
  };
}

function simpleCommands(tokens: readonly ShellToken[]): string[][] {
  const commands: string[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'operator') commands.push([]);
    else commands.at(-1)?.push(token.text);
  }
  return commands.filter((command) => command.length > 0);
}

// `sudo -E A=1 k3s …`, `env A=1 k3s …` and `export A=1` assign as `A=1 k3s …` does.
function splitAssignments(words: readonly string[]): { assigned: [string, string][]; command: string[] } {
  const assigned: [string, string][] = [];
  let rest = words;
  const wrapped = /^(sudo|env|exec|export)$/;
  let wrapper = '';
  for (let [word] = rest; word !== undefined; [word] = rest) {
    const assignment = ASSIGNMENT.exec(word);
    if (assignment) assigned.push([assignment[1] as string, assignment[2] as string]);
    else if (wrapped.test(word)) wrapper = word;
    else if (wrapper === '' || !word.startsWith('-')) break;
    rest = rest.slice(1);
  }
  return { assigned, command: wrapper === 'export' ? ['export', ...rest] : [...rest] };
}

/** Arguments for K3s in a command without assignments; `undefined` for a command that does not start it. */
function argumentsOf([command, ...rest]: readonly string[]): readonly string[] | undefined {
  const name = command?.split('/').at(-1) ?? '';
  if (name === 'server' || name === 'agent' || name.startsWith('-')) return [name, ...rest];
  if (name === 'k3s' || name.endsWith('.sh')) return rest;
  if (!/^(ba|da)?sh$/.test(name)) return undefined;
  let at = 0;
  while (/^-[a-z]+$/.test(rest[at] ?? '')) at++;
  if (/^(--?|.*\.sh)$/.test(rest[at] ?? '')) at++;
  return rest.slice(at);
}

function lostVariables(assigned: readonly [string, string][], command: string | undefined): OptionFinding[] {
  return assigned
    .filter(([name]) => /^(INSTALL_)?K3S_/.test(name))
    .map(([name]) => ({
      key: '',
      level: 'error',
      problem: `${name} is set for ${command} only, so K3s never sees it`,
      fix: `move ${name}=… to after the |, before sh`,
    }));
}

// The installer escapes everything but quotes and blanks before it splits this variable.
function installerWords(text: string): string[] {
  const escaped = text.replace(/[\][!#$%&()*;<=>?\\_`{|}]/g, '\\$&');
  return shellTokens(escaped).map((token) => token.text);
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;
