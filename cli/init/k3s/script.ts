import { K3stackError } from '../../../lib/errors';
import { shellTokens, type ShellToken } from '../../../lib/hosts/shell-words';
import { parseCommandLine } from '../../../lib/distributions/k3s/command-line';
import { k3sInvocation } from '../../../lib/distributions/k3s/invocation';
import type { ParsedOptions } from '../../../lib/distributions/k3s/parsed-options';
import { invalidInput } from '../input-error';
import { scriptLines, type HereDocument, type ScriptLine } from './script-lines';

/** A command that runs K3s or its installer. */
export interface K3sCommand {
  readonly parsed: ParsedOptions;

  /** What INSTALL_K3S_VERSION says. */
  readonly version?: string;

  /** Variables in it whose values nobody knows. */
  readonly unknown: ReadonlySet<string>;

  /** As messages name it: file and line. */
  readonly place: string;
}

/** What a script does about K3s. */
export interface K3sScript {
  readonly commands: readonly K3sCommand[];

  /** Files of K3s that it writes, by their names: `config.yaml`, `config.yaml.d/10-a.yaml`, `registries.yaml`. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Finds the commands that run K3s in a script, in notes, or in the text of INSTALL_K3S_EXEC.
 *
 * @throws K3stackError `UNREADABLE_COMMAND` naming file and line, `INVALID_INPUT` for a file of K3s that is written with variables.
 */
export function readScript(text: string, path: string): K3sScript {
  const files: Record<string, string> = {};
  const commands: K3sCommand[] = [];
  let assignments: string[] = [];
  // A script that never names K3s installs something else.
  const isAboutK3s = /k3s/i.test(text) ? /k3s|install\.sh/i : /k3s/i;
  for (const written of scriptLines(text)) {
    const line = { ...written, text: withTokenVariables(written.text) };
    if (line.document !== undefined)
      Object.assign(files, writtenFile(line.text, line.document, `${path}:${line.number}`));
    if (!isAboutK3s.test(line.text) || /^\s*#/.test(line.text)) continue;
    const tokens = tokensOf(line, path);
    if (tokens === undefined) continue;
    if (tokens.length > 0 && simpleCommands(tokens).every(isAssignment)) assignments.push(line.text);
    else if (startsK3s(tokens))
      commands.push(commandOf([...assignments, line.text].join('\n'), `${path}:${line.number}`));
  }
  if (commands.length > 0 || Object.keys(files).length > 0) return { commands, files };
  if (assignments.length === 0 && !/^\s*(?:server|agent|-)/.test(text)) return { commands, files };
  assignments = assignments.length > 0 ? assignments : [text];
  return { commands: [commandOf(assignments.join('\n'), path)], files };
}

function commandOf(text: string, place: string): K3sCommand {
  return located(place, () => {
    const tokens = shellTokens(text);
    const version = k3sInvocation(tokens).environment.get('INSTALL_K3S_VERSION');
    const unknown = new Set(tokens.flatMap((token) => token.variables));
    return { parsed: parseCommandLine(text), ...(version !== undefined && { version }), unknown, place };
  });
}

/** `undefined` for a line that depends on another command, and does not matter. */
function tokensOf({ text, number }: ScriptLine, path: string): ShellToken[] | undefined {
  try {
    return located(`${path}:${number}`, () => shellTokens(text));
  } catch (error) {
    if (MATTERS.test(text)) throw error;
    return undefined;
  }
}

/** A token that a command prints, `$(cat /root/token)`, is as good as a variable: its value is not written anywhere. */
function withTokenVariables(line: string): string {
  return line.replace(
    /((?:--(?:agent-)?token[ =]|K3S_(?:AGENT_)?TOKEN=)"?)(?:\$\([^()]*\)|`[^`]*`)/g,
    '$1$TOKEN',
  );
}

const MATTERS =
  /k3s["']?\s+(?:server|agent)\b|get\.k3s\.io|INSTALL_K3S_(?:EXEC|VERSION)=|K3S_(?:URL|DATASTORE_\w+|NODE_NAME)=|install\.sh/;

function located<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof K3stackError)) throw error;
    throw new K3stackError('UNREADABLE_COMMAND', `${place}: ${error.message}`, undefined, { cause: error });
  }
}

function simpleCommands(tokens: readonly ShellToken[]): string[][] {
  const commands: string[][] = [[]];
  for (const { kind, text } of tokens) {
    if (kind === 'operator') commands.push([]);
    else commands.at(-1)?.push(text);
  }
  return commands.filter((command) => command.length > 0);
}

function isAssignment(words: readonly string[]): boolean {
  return words.every((word, at) => ASSIGNMENT.test(word) || (at === 0 && word === 'export'));
}

function startsK3s(tokens: readonly ShellToken[]): boolean {
  const all = tokens.map((token) => token.text).join(' ');
  const isInstaller = /get\.k3s\.io|INSTALL_K3S_|K3S_URL=|K3S_TOKEN=/.test(all);
  return simpleCommands(tokens).some((words) => {
    const [command = '', ...rest] = words.filter((word) => !ASSIGNMENT.test(word) && !WRAPPERS.has(word));
    const name = command.split('/').at(-1) ?? '';
    if (name === 'k3s') return rest.some((word) => word === 'server' || word === 'agent');
    if (/uninstall|killall/.test(name)) return false;
    if (/^(?:k3s-)?install(?:-k3s)?\.sh$/.test(name)) return true;
    return isInstaller && /^(?:(?:ba|da)?sh|.*\.sh)$/.test(name);
  });
}

/** A file of K3s that a line writes from a here-document: `cat > /etc/rancher/k3s/config.yaml <<EOF`. */
function writtenFile(line: string, { body, expands }: HereDocument, place: string): Record<string, string> {
  const [, name] =
    /(?:>|\btee\b[^>|]*?)\s*["']?\S*?\/((?:config\.yaml\.d\/[^\s"'/]+|config\.yaml|registries\.yaml))["']?(?=\s|$)/.exec(
      line,
    ) ?? [];
  if (name === undefined) return {};
  const [variable] = (expands ? /\$[A-Za-z_{(][^\s"']*|`/.exec(body) : null) ?? [];
  if (variable !== undefined) {
    throw invalidInput(
      `${place}: ${name} is written with ${variable}, whose value is not known here`,
      'write the values out, or give the file as it lies on the host',
    );
  }
  return { [name]: body };
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;
const WRAPPERS = new Set(['sudo', '-E', 'env', 'exec', 'export', 'nohup']);
