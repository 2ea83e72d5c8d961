import { parseConfigFiles } from '../../../lib/distributions/k3s/config-file';
import { mergeOptions, type ParsedOptions } from '../../../lib/distributions/k3s/parsed-options';
import { invalidInput } from '../input-error';
import { sourceKind, type SourceKind } from '../source-kind';
import type { HostSource, SourceFile } from '../sources';
import { readScript, type K3sCommand } from './script';
import { readEnvironmentFile, readUnit } from './unit';
import type { ImportFinding } from './finding';

/** Everything that was given about one host, as K3s gathers it. */
export interface GatheredHost {
  /** Name of its folder, when one was given. */
  readonly name?: string;
  readonly folder: string;
  readonly parsed: ParsedOptions;

  /** What INSTALL_K3S_VERSION says. */
  readonly version?: string;
  readonly registries?: SourceFile;

  /** Variables on its command line whose values nobody knows. */
  readonly unknown: ReadonlySet<string>;

  /** Hosts are still without names. */
  readonly findings: readonly ImportFinding[];

  /** As messages name what it was read from. */
  readonly origin: string;

  /** Text of everything, to look for the names of other software. */
  readonly text: string;
}

/**
 * Joins the files of each host in K3s's order. A script that starts K3s several times is as many hosts.
 *
 * @throws K3stackError `INVALID_INPUT`, `UNREADABLE_COMMAND`.
 */
export function gatherHosts(sources: readonly HostSource[]): GatheredHost[] {
  const hosts = sources.flatMap(gatherHost);
  if (hosts.length > 0) return hosts;
  const names = sources.flatMap((source) => source.files.map((file) => file.path)).join(', ');
  throw invalidInput(
    `${names}: nothing in it is about K3s`,
    'name config.yaml, registries.yaml, a script with k3s server …, or k3s.service',
  );
}

interface Parts {
  readonly base?: string;
  readonly dropIns: Record<string, string>;
  readonly registries?: SourceFile;
  readonly commands: readonly K3sCommand[];
  readonly units: readonly SourceFile[];
  readonly environment: readonly SourceFile[];
}

function gatherHost(source: HostSource): GatheredHost[] {
  const files = source.files.map((file) => ({ file, kind: sourceKind(file) }));
  const parts = partsOf(files);
  const starts = parts.units.map((unit) => readUnit(unit.text)).filter((unit) => unit.parsed !== undefined);
  const hasFiles =
    parts.base !== undefined || Object.keys(parts.dropIns).length > 0 || parts.registries !== undefined;
  const { commands } = parts;
  if (commands.length + starts.length === 0 && !hasFiles && parts.environment.length === 0) return [];
  if (commands.length > 1 && !hasFiles && starts.length === 0) {
    return commands.map((command) =>
      gathered(source, { ...parts, commands: [command] }, starts, command.place),
    );
  }
  if (commands.length > 1 && starts.length === 0) {
    const places = commands.map((command) => command.place).join(', ');
    throw invalidInput(
      `K3s is started ${commands.length} times beside one config.yaml (${places})`,
      'give each host a folder of its own',
    );
  }
  return [gathered(source, parts, starts, source.files.map((file) => file.path).join(', '))];
}

function partsOf(files: readonly { file: SourceFile; kind: SourceKind }[]): Parts {
  const ofKind = (kind: SourceKind): SourceFile[] =>
    files.filter((entry) => entry.kind === kind).map((entry) => entry.file);
  const scripts = ofKind('script').map((file) => ({ file, script: readScript(file.text, file.path) }));
  const written = scripts.flatMap(({ file, script }) =>
    Object.entries(script.files).map(([name, text]) => ({ file, name, text })),
  );
  const dropIns = [
    ...ofKind('drop-in').map(({ name, text }) => ({ name: `config.yaml.d/${name}`, text })),
    ...written.filter(({ name }) => name.startsWith('config.yaml.d/')),
  ];
  const base = onlyOne('config.yaml', [
    ...ofKind('config'),
    ...written.filter(({ name }) => name === 'config.yaml').map(({ file, text }) => ({ ...file, text })),
  ]);
  const registries = onlyOne('registries.yaml', [
    ...ofKind('registries'),
    ...written
      .filter(({ name }) => name === 'registries.yaml')
      .map(({ file, text }) => ({ ...file, name: 'registries.yaml', text })),
  ]);
  return {
    ...(base && { base: base.text }),
    dropIns: Object.fromEntries(dropIns.map(({ name, text }) => [name.replace('config.yaml.d/', ''), text])),
    ...(registries && { registries }),
    commands: scripts.flatMap(({ script }) => script.commands),
    units: ofKind('unit'),
    environment: ofKind('environment'),
  };
}

function onlyOne(name: string, files: readonly SourceFile[]): SourceFile | undefined {
  const [first, ...others] = files;
  if (others.length === 0) return first;
  throw invalidInput(
    `one host has several files for ${name}: ${files.map((file) => file.path).join(', ')}`,
    'give each host a folder of its own',
  );
}

/** What the unit starts is what runs; a script beside it is how it came there. */
function gathered(
  source: HostSource,
  parts: Parts,
  starts: readonly ReturnType<typeof readUnit>[],
  origin: string,
): GatheredHost {
  const unit = starts.at(-1);
  const command = unit === undefined ? parts.commands[0] : undefined;
  const line = unit?.parsed ?? command?.parsed ?? { given: [], notes: [] };
  const version = parts.commands.map((one) => one.version).find((one) => one !== undefined);
  const files = parseConfigFiles({
    ...(parts.base !== undefined && { base: parts.base }),
    dropIns: parts.dropIns,
  });
  const environment = parts.environment.map((file) => readEnvironmentFile(file.text));
  return {
    ...(source.name !== undefined && { name: source.name }),
    folder: source.folder,
    parsed: mergeOptions(files, line, ...environment),
    ...(version !== undefined && { version }),
    ...(parts.registries && { registries: parts.registries }),
    unknown: command?.unknown ?? new Set(),
    findings: [...emptyFiles(source), ...missingEnvironment(unit?.environmentFiles ?? [], parts)],
    origin,
    text: source.files.map((file) => file.text).join('\n'),
  };
}

function emptyFiles({ files }: HostSource): ImportFinding[] {
  return files.filter(({ text }) => text.trim() === '').map(({ path }) => note(path, 'is empty', ''));
}

function missingEnvironment(names: readonly string[], parts: Parts): ImportFinding[] {
  const given = new Set(parts.environment.map((file) => file.name));
  return names
    .filter((name) => name.endsWith('.env') && !given.has(name))
    .map((name) =>
      note(
        name,
        'is read by the unit, and was not given: what K3S_… variables in it say is not in the program',
        `give it too, or see that it says nothing more`,
      ),
    );
}

function note(subject: string, problem: string, fix: string): ImportFinding {
  return { hosts: [], level: 'note', subject, problem, fix };
}
