import { environmentOptions } from '../../../lib/distributions/k3s/environment';
import { shellTokens } from '../../../lib/hosts/shell-words';
import { parseCommandLine } from '../../../lib/distributions/k3s/command-line';
import { mergeOptions, type ParsedOptions } from '../../../lib/distributions/k3s/parsed-options';

/** What a systemd unit of K3s says. */
export interface K3sUnit {
  /** `undefined` when it does not start K3s. */
  readonly parsed?: ParsedOptions;

  /** Names of the environment files it reads. */
  readonly environmentFiles: readonly string[];
}

/** Reads the command of a unit and the variables it sets. */
export function readUnit(text: string): K3sUnit {
  const lines = text.replaceAll('\r\n', '\n').replace(/\\\n/g, ' ').split('\n');
  const valuesOf = (key: string) =>
    lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1).trim()] : []));
  const command = valuesOf('ExecStart')
    .map((value) => value.replace(/^[-@:+!|]+/, ''))
    .findLast((value) => /(?:^|\/)k3s\s/.test(`${value} `));
  const environmentFiles = valuesOf('EnvironmentFile').map(
    (value) => value.replace(/^-/, '').split('/').at(-1) ?? '',
  );
  if (command === undefined) return { environmentFiles };
  const variables = valuesOf('Environment').flatMap((value) => shellTokens(value).map((token) => token.text));
  return {
    parsed: mergeOptions(parseCommandLine(command), environment(variables.map(assignment))),
    environmentFiles,
  };
}

/** Reads an environment file as systemd does, for the variables K3s knows. */
export function readEnvironmentFile(text: string): ParsedOptions {
  const lines = text.split(/\r?\n/).filter((line) => /^\s*(?:export\s+)?[A-Za-z_]\w*=/.test(line));
  return environment(
    lines.map((line) => {
      const [name, value] = assignment(line.trim().replace(/^export\s+/, ''));
      const [, quote, quoted] = /^(["'])(.*)\1$/s.exec(value) ?? [];
      return [name, quote === '"' ? (quoted ?? '').replace(/\\(["\\`$])/g, '$1') : (quoted ?? value)];
    }),
  );
}

function environment(variables: readonly [string, string][]): ParsedOptions {
  return { given: environmentOptions(new Map(variables)), notes: [] };
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
