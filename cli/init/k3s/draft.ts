import type { OptionName, SettingValue } from '../../../lib/distributions/k3s/options';
import { options } from '../../../lib/distributions/k3s/options';
import type { OptionSpec } from '../../../lib/distributions/k3s/options/option-spec';
import { Call } from '../../../lib/init/expression';
import type { ImportFinding } from './finding';
import type { ImportedHost, ImportedHosts } from './hosts';

/** A secret that the program refers to. */
export interface NeededSecret {
  readonly name: string;

  /** Where its value is now, in words. */
  readonly origin: string;

  /** `undefined` for one that was not given. Only for comparing; never shown. */
  readonly value?: string;
}

/**
 * The program in the making. Each part of it takes the options that it says in its own words; what nobody takes is written by its
 * config.yaml key.
 */
export class ImportDraft {
  readonly findings: ImportFinding[] = [];
  readonly secrets: NeededSecret[] = [];

  /** Why the program says something else about an option. */
  readonly reasons = new Map<OptionName, string>();
  private readonly left: ReadonlyMap<ImportedHost, Map<OptionName, SettingValue>>;

  constructor(readonly hosts: ImportedHosts) {
    this.left = new Map([...hosts.servers, ...hosts.agents].map((host) => [host, new Map(host.settings)]));
  }

  get all(): readonly ImportedHost[] {
    return [...this.hosts.servers, ...this.hosts.agents];
  }

  /** The first server: the one that made the cluster, as far as is known. */
  get first(): ImportedHost {
    return this.hosts.servers[0] as ImportedHost;
  }

  /** An option of one host, which nothing else writes from now on. */
  take<T extends SettingValue>(host: ImportedHost, option: OptionName): T | undefined {
    const value = this.left.get(host)?.get(option) as T | undefined;
    this.left.get(host)?.delete(option);
    return value;
  }

  /** An option of the whole cluster: what the first server that gives it says. Servers that say something else are a reason. */
  agreed<T extends SettingValue>(option: OptionName): T | undefined {
    const values = this.hosts.servers.map((host) => ({ host, value: this.take<T>(host, option) }));
    const chosen = values.find(({ value }) => value !== undefined);
    if (chosen === undefined) return undefined;
    const others = values
      .filter(({ value }) => !isSame(option, value, chosen.value))
      .map(({ host }) => host.name);
    if (others.length > 0) {
      this.reasons.set(
        option,
        `the servers differ, and it is of the whole cluster: the program has what ${chosen.host.name} says`,
      );
    }
    return chosen.value;
  }

  /** An option that has no effect: it is told, and neither written nor compared. */
  drop(option: OptionName, problem: string, fix = 'leave it out'): void {
    const hosts = this.all.filter((host) => host.settings.has(option));
    if (hosts.length === 0) return;
    for (const host of hosts) this.take(host, option);
    const told = this.hosts.findings.filter(
      (finding) => finding.subject === option && finding.problem === problem,
    );
    const names = hosts
      .map(({ name }) => name)
      .filter((name) => !told.some((finding) => finding.hosts.includes(name)));
    if (names.length > 0)
      this.findings.push({ hosts: names, level: 'warning', subject: option, problem, fix });
    this.dropped.add(option);
  }

  /** Options that have no effect. */
  readonly dropped = new Set<OptionName>();

  /** What is left of a host's options. */
  rest(host: ImportedHost): ReadonlyMap<OptionName, SettingValue> {
    return this.left.get(host) ?? new Map<OptionName, SettingValue>();
  }

  /** Refers to a secret, under a name that no other one has. */
  secret(name: string, origin: string, value?: string): Call {
    const same = this.secrets.find((one) => one.name === name && one.value === value);
    if (same !== undefined) return new Call('secret', [name]);
    const taken = new Set(this.secrets.map((one) => one.name));
    let free = name;
    for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
    this.secrets.push({ name: free, origin, ...(value !== undefined && { value }) });
    return new Call('secret', [free]);
  }
}

/** Whether two values of an option do the same, K3s's default counted in. */
export function isSame(
  option: OptionName,
  a: SettingValue | undefined,
  b: SettingValue | undefined,
): boolean {
  return canonical(option, a) === canonical(option, b);
}

/** A value as text that is equal for what does the same; that of K3s's default is empty. */
export function canonical(option: OptionName, value: SettingValue | undefined): string {
  if (value === undefined) return '';
  const spec: OptionSpec = options[option];
  if (typeof value !== 'object') {
    const text = spec.type === 'octal' ? value.toString().replace(/^0+(?=\d)/, '') : value.toString();
    const byDefault = spec.type === 'octal' ? String(spec.default).replace(/^0+/, '') : String(spec.default);
    return spec.default !== undefined && text === byDefault ? '' : text;
  }
  if (Array.isArray(value))
    return value.length === 0
      ? ''
      : JSON.stringify(UNORDERED.has(option) ? [...new Set(value)].sort() : value);
  const entries = Object.entries(value).map(([name, text]) => [name, [text].flat().map(String)] as const);
  return entries.length === 0 ? '' : JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A single value as text; empty for none and for lists. */
export function textOf(value: SettingValue | undefined): string {
  return value === undefined || typeof value === 'object' ? '' : String(value);
}

/** Lists whose order means nothing. */
const UNORDERED: ReadonlySet<OptionName> = new Set([
  'disable',
  'tls-san',
  'node-label',
  'node-taint',
  'airgap-extra-registry',
]);
