import {
  options,
  type ArgMap,
  type OptionName,
  type SettingValue,
} from '../../../lib/distributions/k3s/options';
import type { OptionSpec } from '../../../lib/distributions/k3s/options/option-spec';
import type { Expression, Members } from '../../../lib/init/expression';
import type { ImportDraft } from './draft';
import type { ImportedHost } from './hosts';
import { holdsPassword } from './password-in-text';

/** Options by their config.yaml key. */
export interface ConfigImport {
  /** `config` of the cluster: what all nodes of a role have in common. */
  readonly common: Members | undefined;

  /** `config` of each node. */
  readonly own: ReadonlyMap<ImportedHost, Members>;
}

/** What no property of the program says; what k3stack lets nobody set is a reason. */
export function importConfig(draft: ImportDraft): ConfigImport {
  for (const host of draft.all)
    for (const [name, value] of draft.rest(host)) explainOmitted(draft, name, value);
  const servers = byRole(draft, draft.hosts.servers);
  const agents = byRole(draft, draft.hosts.agents);
  const common = { server: servers.common, agent: agents.common };
  return {
    common: (common.server ?? common.agent) ? common : undefined,
    own: new Map([...servers.own, ...agents.own]),
  };
}

function byRole(
  draft: ImportDraft,
  hosts: readonly ImportedHost[],
): { common: Members | undefined; own: Map<ImportedHost, Members> } {
  const written = hosts.map(
    (host) =>
      new Map([...draft.rest(host)].filter(([name, value]) => !isManaged(name) && !holdsPassword(value))),
  );
  const [first, ...others] = written;
  const shared = [...(first ?? [])].filter(([name, value]) =>
    others.every((other) => JSON.stringify(other.get(name)) === JSON.stringify(value)),
  );
  const names = new Set(shared.map(([name]) => name));
  const own = hosts.map((host, index): [ImportedHost, Members] => [
    host,
    members([...(written[index] ?? [])].filter(([name]) => !names.has(name))),
  ]);
  return {
    common: shared.length > 0 ? members(shared) : undefined,
    own: new Map(own.filter(([, config]) => Object.keys(config).length > 0)),
  };
}

function members(settings: readonly (readonly [OptionName, SettingValue])[]): Members {
  return Object.fromEntries(
    [...settings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, expression(value)]),
  );
}

function expression(value: SettingValue): Expression {
  if (typeof value !== 'object' || Array.isArray(value)) return value as Expression;
  return Object.fromEntries(
    Object.entries(value as ArgMap).map(([argument, text]) => [argument, argumentValue(text)]),
  );
}

/** Arguments are text in the end; numbers and switches are written as such. */
function argumentValue(value: ArgMap[string] | undefined): Expression {
  if (typeof value !== 'string') return value ?? '';
  if (value === 'true' || value === 'false') return value === 'true';
  return /^(?:0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

function explainOmitted(draft: ImportDraft, name: OptionName, value: SettingValue): void {
  if (draft.reasons.has(name)) return;
  if (isManaged(name)) {
    draft.reasons.set(name, `k3stack decides it; instead of it: ${(options[name] as OptionSpec).managed}`);
  } else if (holdsPassword(value)) {
    draft.reasons.set(
      name,
      'it holds a password, which no program may: put it into a file on the host, and name the file',
    );
  }
}

function isManaged(name: OptionName): boolean {
  return (options[name] as OptionSpec).managed !== undefined;
}
