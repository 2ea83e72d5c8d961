import { isLabelKey, isLabelValue } from '../../../lib/cluster/names';
import type { Taint } from '../../../lib/cluster/node';
import type { Expression, Members } from '../../../lib/init/expression';
import type { ImportDraft } from './draft';
import type { ImportedHost } from './hosts';

/** What nodes are told in the program's own words. */
export interface NodesImport {
  /** `nodes` of the cluster: what all nodes have in common. */
  readonly common: Members;

  /** `false` when every server has the taint that keeps pods off. */
  readonly schedulableServers: false | undefined;

  /** Each node's own; without `config`. */
  readonly own: ReadonlyMap<ImportedHost, Members>;
}

/** @param serverAddress How the only server is reached, when its files do not say it. */
export function importNodes(draft: ImportDraft, serverAddress: string | undefined): NodesImport {
  const isTainted = draft.hosts.servers.every((host) => taintsOf(host).some(isControlPlane));
  const settings = new Map(draft.all.map((host) => [host, nodeSettings(draft, host, isTainted)] as const));
  const common = draft.all.length > 1 ? inCommon([...settings.values()]) : {};
  const own = draft.all.map((host): [ImportedHost, Members] => {
    const rest = Object.entries(settings.get(host) ?? {}).filter(([key]) => !(key in common));
    return [
      host,
      {
        ...addresses(draft, host, host === draft.first ? serverAddress : undefined),
        ...Object.fromEntries(rest),
      },
    ];
  });
  for (const option of ['node-name', 'token-file', 'agent-token-file'] as const)
    for (const host of draft.all) draft.take(host, option);
  return { common, schedulableServers: isTainted ? false : undefined, own: new Map(own) };
}

function inCommon([first = {}, ...others]: readonly Members[]): Members {
  const shared = Object.entries(first).filter(
    ([key, value]) =>
      value !== undefined && others.every((other) => JSON.stringify(other[key]) === JSON.stringify(value)),
  );
  return Object.fromEntries(shared);
}

function addresses(draft: ImportDraft, host: ImportedHost, knownAs: string | undefined): Members {
  const nodeIps = draft.take<readonly string[]>(host, 'node-ip') ?? [];
  const externalIps = draft.take<readonly string[]>(host, 'node-external-ip') ?? [];
  const reached = externalIps[0] ?? nodeIps[0] ?? knownAs;
  if (reached === undefined) tellUnreached(draft, host);
  return {
    ssh: reached === undefined ? undefined : { host: reached },
    nodeIp: oneOrList(nodeIps),
    externalIp: oneOrList(externalIps),
  };
}

function tellUnreached(draft: ImportDraft, { name }: ImportedHost): void {
  const problem = 'its files hold no address, so that it is reached over SSH by its name';
  draft.findings.push({
    hosts: [name],
    level: 'note',
    subject: 'ssh',
    problem,
    fix: "write ssh: { host: '…' } unless the name is known here",
  });
}

function oneOrList(items: readonly string[]): Expression | undefined {
  return items.length > 1 ? items : items[0];
}

function nodeSettings(draft: ImportDraft, host: ImportedHost, isTainted: boolean): Members {
  return {
    labels: labels(draft, host),
    taints: taints(draft, host, isTainted && host.role === 'server'),
    dataDir: draft.take<string>(host, 'data-dir'),
    logLevel: draft.take<number>(host, 'v'),
  };
}

function labels(draft: ImportDraft, host: ImportedHost): Members | undefined {
  const { good, bad } = sorted(draft.take<readonly string[]>(host, 'node-label'), parseLabel);
  tellBad(draft, host, 'node-label', bad, "write key=value, such as 'example.org/disk=ssd'");
  return good.length > 0 ? Object.fromEntries(good) : undefined;
}

function taints(draft: ImportDraft, host: ImportedHost, isImplied: boolean): Expression | undefined {
  const { good, bad } = sorted(draft.take<readonly string[]>(host, 'node-taint'), parseTaint);
  tellBad(
    draft,
    host,
    'node-taint',
    bad,
    "write key=value:NoSchedule, such as 'example.org/gpu=true:NoSchedule'",
  );
  const written = good.filter((taint) => !(isImplied && isControlPlane(taint)));
  return written.length > 0 ? written.map(({ key, value, effect }) => ({ key, value, effect })) : undefined;
}

function taintsOf({ settings }: ImportedHost): Taint[] {
  return ((settings.get('node-taint') ?? []) as readonly string[]).flatMap((text) => parseTaint(text) ?? []);
}

/** The taint that `schedulableServers: false` stands for. */
function isControlPlane({ key, value = '', effect }: Taint): boolean {
  return key === 'node-role.kubernetes.io/control-plane' && value === '' && effect === 'NoSchedule';
}

function tellBad(
  draft: ImportDraft,
  host: ImportedHost,
  subject: string,
  bad: readonly string[],
  fix: string,
): void {
  for (const text of bad) {
    draft.findings.push({
      hosts: [host.name],
      level: 'error',
      subject,
      problem: `the kubelet stops over ${JSON.stringify(text)}`,
      fix,
    });
  }
}

/** @returns `undefined` for text that the kubelet does not take. */
export function parseLabel(text: string): readonly [string, string] | undefined {
  const at = text.indexOf('=');
  const [key, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  return at > 0 && isLabelKey(key) && isLabelValue(value) ? [key, value] : undefined;
}

/** @returns `undefined` for text that the kubelet does not take. */
export function parseTaint(text: string): Taint | undefined {
  const [, key = '', value, effect] =
    /^([^=:]+)(?:=([^=:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? [];
  if (effect === undefined || !isLabelKey(key) || !isLabelValue(value ?? '')) return undefined;
  return { key, ...(value && { value }), effect: effect as Taint['effect'] };
}

function sorted<T>(
  texts: readonly string[] = [],
  parse: (text: string) => T | undefined,
): { good: T[]; bad: string[] } {
  const parsed = texts.map((text) => ({ text, value: parse(text) }));
  return {
    good: parsed.flatMap(({ value }) => (value === undefined ? [] : [value])),
    bad: parsed.filter(({ value }) => value === undefined).map(({ text }) => text),
  };
}
