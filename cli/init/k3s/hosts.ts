import { isDnsSubdomain } from '../../../lib/cluster/names';
import type { NodeRole } from '../../../lib/cluster/node';
import { explainOptions } from '../../../lib/distributions/k3s/explain';
import { findOption, type OptionName } from '../../../lib/distributions/k3s/options';
import { parseRelease } from '../../../lib/distributions/k3s/release';
import { valuesByName } from '../../../lib/distributions/k3s/parsed-options';
import { K3stackError } from '../../../lib/errors';
import { nearest } from '../../../lib/nearest';
import { DEFAULT_RELEASE } from '../default-release';
import { invalidInput } from '../input-error';
import type { ImportFinding } from './finding';
import type { GatheredHost } from './gather';
import { readRegistries, type RegistriesFile } from './registries-file';
import { secretSettings, usableSettings, type NamedSettings } from './usable-settings';

/** One host with what K3s makes of its settings. */
export interface ImportedHost {
  readonly name: string;
  readonly role: NodeRole;
  readonly settings: NamedSettings;

  /** Values of options that hold a secret. Only for comparing; never shown. */
  readonly secrets: ReadonlyMap<OptionName, string>;
  readonly registries?: RegistriesFile;

  /** Its K3s release, when its files say it. */
  readonly version?: string;
  readonly origin: string;
  readonly text: string;
}

/** The hosts of a cluster, servers first, and what is to be said about them. */
export interface ImportedHosts {
  readonly version: string;
  readonly servers: readonly ImportedHost[];
  readonly agents: readonly ImportedHost[];
  readonly findings: readonly ImportFinding[];
}

/** What the user adds to the files. */
export interface HostHints {
  /** K3s release, when it was given. */
  readonly version?: string;

  /** Host name to role. */
  readonly roles: ReadonlyMap<string, NodeRole>;
}

/**
 * Gives each host its name and role, and reads its settings.
 *
 * @throws K3stackError `INVALID_INPUT`, `AMBIGUOUS_ROLE`, `NO_SERVER`.
 */
export function importHosts(gathered: readonly GatheredHost[], hints: HostHints): ImportedHosts {
  const named = nameHosts(gathered, hints.roles);
  const { version, findings: aboutVersion } = releaseOf(named, hints.version);
  checkHints(
    named.map(({ name }) => name),
    hints.roles,
  );
  const hosts = named.map(({ host, name, role }) => importHost(host, name, role, version));
  const servers = hosts
    .filter(({ host }) => host.role === 'server')
    .sort((a, b) => Number(joins(a.host)) - Number(joins(b.host)));
  if (servers.length === 0) {
    throw new K3stackError(
      'NO_SERVER',
      `${named.map(({ name }) => name).join(', ')}: no server among the hosts, and agents alone are no cluster; give the files of a server too`,
    );
  }
  const agents = hosts.filter(({ host }) => host.role === 'agent');
  const all = [...servers, ...agents];
  const findings = [
    ...aboutVersion,
    ...named.flatMap((host) => host.findings),
    ...all.flatMap((host) => host.findings),
  ];
  return {
    version,
    servers: servers.map(({ host }) => host),
    agents: agents.map(({ host }) => host),
    findings,
  };
}

function importHost(
  gathered: GatheredHost,
  name: string,
  role: NodeRole,
  version: string,
): { host: ImportedHost; findings: ImportFinding[] } {
  const { parsed, unknown, origin, text } = gathered;
  const release = installedRelease(gathered);
  const registries = gathered.registries && readRegistries(gathered.registries);
  const own = { ...parsed, notes: parsed.notes.filter((note) => !isAboutSecret(note.problem, gathered)) };
  const explained = explainOptions(own, { role, version })
    .filter(({ level }) => level !== 'info')
    .map(({ key, level, problem, fix }): ImportFinding => ({
      hosts: [name],
      level: level === 'info' ? 'note' : level,
      subject: key,
      problem,
      fix,
    }));
  const found = [...gathered.findings, ...(registries?.findings ?? [])].map((finding) => ({
    ...finding,
    hosts: [name],
  }));
  const settings = usableSettings(parsed, { role, version }, unknown);
  const host = {
    name,
    role,
    settings,
    secrets: secretSettings(parsed, role),
    ...(registries && { registries }),
    ...(release !== undefined && { version: release }),
    origin,
    text,
  };
  return { host, findings: [...explained, ...found] };
}

/** A variable that only a secret is made of: the secret stays out of the program, and so does the variable. */
function isAboutSecret(problem: string, { parsed, unknown }: GatheredHost): boolean {
  const name = [...unknown].find((variable) => problem.includes(`$${variable} `));
  if (name === undefined) return false;
  const users = parsed.given.filter((option) => option.values.some(({ text }) => text.includes(`$${name}`)));
  return users.every((option) => findOption(option.key)?.spec.secret === true);
}

function releaseOf(
  named: readonly NamedHost[],
  given: string | undefined,
): { version: string; findings: ImportFinding[] } {
  const installed = ['server', 'agent']
    .flatMap((role) => named.filter((host) => host.role === role))
    .flatMap(({ host }) => installedRelease(host) ?? []);
  const version = given ?? installed[0];
  if (version !== undefined) return { version, findings: [] };
  const problem = `the K3s release is not in the files, so the program says ${DEFAULT_RELEASE}`;
  const fix = 'write what `k3s --version` says on a server, or add --version: another release is an upgrade';
  return {
    version: DEFAULT_RELEASE,
    findings: [{ hosts: [], level: 'warning', subject: 'version', problem, fix }],
  };
}

function installedRelease({ version }: GatheredHost): string | undefined {
  return version !== undefined && parseRelease(version) !== undefined ? version : undefined;
}

interface NamedHost {
  readonly host: GatheredHost;
  readonly name: string;
  readonly role: NodeRole;
  readonly findings: readonly ImportFinding[];
}

function nameHosts(gathered: readonly GatheredHost[], roles: HostHints['roles']): NamedHost[] {
  const counts = { server: 0, agent: 0 };
  const named = gathered.map((host): NamedHost => {
    const known = knownName(host, gathered.length > 1);
    const role = roleOf(host, known, roles);
    if (known !== undefined) return { host, name: known, role, findings: [] };
    const name = `${role}-${++counts[role]}`;
    return { host, name, role, findings: [unnamed(host, name)] };
  });
  const twice = named.find(({ name }, index) => named.findIndex((other) => other.name === name) < index);
  if (twice === undefined) return named;
  const origins = named.filter(({ name }) => name === twice.name).map(({ host }) => host.origin);
  throw invalidInput(
    `two hosts are called ${twice.name}: ${origins.join(' and ')}`,
    'give each host a folder with its own name',
  );
}

/** What Kubernetes calls the node, else its folder; a folder of single files only tells hosts apart. */
function knownName({ parsed, name, folder }: GatheredHost, isOneOfSeveral: boolean): string | undefined {
  const given = valuesByName(parsed).get('node-name')?.at(-1);
  const candidates = [given, name, isOneOfSeveral ? folder : undefined].map((text) => text?.toLowerCase());
  return candidates.find((text) => text !== undefined && isDnsSubdomain(text) && text.length <= 63);
}

function unnamed({ origin }: GatheredHost, name: string): ImportFinding {
  const problem = `${origin} does not say what the host is called, so the program says '${name}'`;
  return {
    hosts: [],
    level: 'warning',
    subject: 'node-name',
    problem,
    fix: 'write the name that `kubectl get nodes` shows: another name is another node',
  };
}

/** @throws K3stackError `AMBIGUOUS_ROLE` */
function roleOf(
  { parsed, origin }: GatheredHost,
  name: string | undefined,
  roles: HostHints['roles'],
): NodeRole {
  const hinted = name === undefined ? undefined : roles.get(name);
  const names = [...valuesByName(parsed).keys()];
  const isServers = names.some((word) => findOption(word)?.spec.role === 'server');
  if (hinted !== undefined) return hinted;
  if (parsed.role !== undefined) return parsed.role;
  if (/k3s-agent\.service/.test(origin)) return 'agent';
  if (isServers || !names.includes('server')) return 'server';
  if (names.some((word) => findOption(word)?.spec.role === 'agent')) return 'agent';
  const shown = name ?? 'NAME';
  throw new K3stackError(
    'AMBIGUOUS_ROLE',
    `${origin} joins a server, and nothing in it tells whether the host is a server or an agent; ` +
      (name === undefined
        ? `put it into a folder with the host's name, and add --role ${shown}=agent`
        : `add --role ${shown}=agent, or ${shown}=server`),
  );
}

function checkHints(names: readonly string[], roles: HostHints['roles']): void {
  const unknown = [...roles.keys()].find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  throw invalidInput(
    `--role names ${unknown}, and the hosts are ${names.join(', ')}`,
    near === undefined ? 'name one of them' : `write --role ${near}=…`,
  );
}

function joins({ settings }: ImportedHost): boolean {
  return settings.has('server');
}
