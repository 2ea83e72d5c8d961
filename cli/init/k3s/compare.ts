import { isPem } from '../../../lib/distributions/k3s/settings/datastore';
import { hostPaths } from '../../../lib/distributions/k3s/host-paths';
import type { OptionName, SettingValue } from '../../../lib/distributions/k3s/options';
import type { HostSynthesis } from '../../../lib/synthesis/synthesis';
import { canonicalEndpoint } from './datastore-endpoint';
import { canonical, textOf, type ImportDraft } from './draft';
import type { ImportFinding } from './finding';
import type { ImportedHost } from './hosts';
import { parseLabel, parseTaint } from './nodes';
import { holdsPassword } from './password-in-text';
import { canonicalRegistries } from './registries';
import { readRendered, type RenderedHost } from './rendered';
import { parseServerUrl } from './server-url';

/** An option that the written program gives a host another value of. */
export interface Difference {
  readonly host: string;

  /** Option, or `registries.yaml`. */
  readonly subject: string;

  /** As people read it; empty for none. Never a secret. */
  readonly before: string;
  readonly after: string;

  /** Empty when nobody knows, which is a defect. */
  readonly reason: string;
}

/**
 * What hosts are told by the files that the program renders, against what they were told: the same options after K3s's own rules of reading,
 * its defaults counted in. Left out is what k3stack manages and a run decides: token files, `cluster-init` and `server` of servers.
 */
export function compareImport(draft: ImportDraft, rendered: readonly HostSynthesis[]): Difference[] {
  return draft.all.flatMap((host) => {
    const found = rendered.find((one) => one.name === host.name);
    if (found === undefined)
      return [{ host: host.name, subject: 'node-name', before: host.name, after: '', reason: '' }];
    const after = readRendered(found, draft.secrets);
    return [
      ...optionDifferences(draft, host, after),
      ...endpointDifference(host, after),
      ...registriesDifference(draft, host, after),
    ];
  });
}

/** Labels in `node-label` that the kubelet does not start with; the program sets them, through the API. */
export function refusedLabels(draft: ImportDraft, rendered: readonly HostSynthesis[]): ImportFinding[] {
  return draft.all.flatMap((host) => {
    const found = rendered.find((one) => one.name === host.name);
    const given = new Set((host.settings.get('node-label') ?? []) as readonly string[]);
    const refused =
      found === undefined
        ? []
        : readRendered(found, draft.secrets).apiLabels.filter((label) => given.has(label));
    return refused.map((label): ImportFinding => {
      const problem = `the kubelet stops over ${JSON.stringify(label)}: it may not give itself labels of Kubernetes's own`;
      return {
        hosts: [host.name],
        level: 'error',
        subject: 'node-label',
        problem,
        fix: 'the program sets it through the API',
      };
    });
  });
}

function optionDifferences(draft: ImportDraft, host: ImportedHost, after: RenderedHost): Difference[] {
  const names = new Set([...host.settings.keys(), ...after.settings.keys()]);
  return [...names].sort().flatMap((option): Difference[] => {
    if (draft.dropped.has(option) || isManagedByRuns(option, host)) return [];
    const [before, now] = [
      effectOf(option, host.settings.get(option), draft, host),
      effectOf(option, after.settings.get(option), draft, host),
    ];
    if (before === now || isCovered(option, before, now, draft, host)) return [];
    const isSecret = holdsPassword(host.settings.get(option) ?? '');
    return [
      {
        host: host.name,
        subject: option,
        before: isSecret ? 'a password' : before,
        after: now,
        reason: draft.reasons.get(option) ?? '',
      },
    ];
  });
}

/** The value as text that is equal for what has the same effect on this host. */
function effectOf(
  option: OptionName,
  value: SettingValue | undefined,
  draft: ImportDraft,
  host: ImportedHost,
): string {
  if (value === undefined) return '';
  const items = Array.isArray(value) ? (value as readonly string[]) : [];
  if (option === 'node-label')
    return listText([...new Map(items.flatMap((text) => labelIn(text))).entries()].map(String));
  if (option === 'node-taint') return listText([...new Set(items.flatMap(taintText))]);
  if (option === 'server') return JSON.stringify(parseServerUrl(textOf(value)) ?? value);
  if (option === 'tls-san')
    return canonical(
      option,
      items.filter((name) => !ownNames(host).has(name)),
    );
  if (option === 'etcd-s3-endpoint-ca')
    return isPem(Buffer.from(textOf(value), 'base64').toString('utf8'))
      ? hostPaths.snapshotCa
      : textOf(value);
  return canonical(option, value);
}

function listText(items: readonly string[]): string {
  return items.length === 0 ? '' : JSON.stringify([...items].sort());
}

function labelIn(text: string): (readonly [string, string])[] {
  const label = parseLabel(text);
  return label === undefined ? [] : [label];
}

function taintText(text: string): string[] {
  const taint = parseTaint(text);
  return taint === undefined ? [] : [`${taint.key}=${taint.value ?? ''}:${taint.effect}`];
}

/** A server has these in its certificate by itself. */
function ownNames({ name, settings }: ImportedHost): Set<string> {
  const addresses = (['node-ip', 'node-external-ip'] as const).flatMap(
    (option) => (settings.get(option) ?? []) as string[],
  );
  return new Set([name, ...addresses, 'localhost', '127.0.0.1', '::1']);
}

/** All servers share one certificate, so that a name which another one gives, or that nodes join through, changes nothing. */
function isCovered(
  option: OptionName,
  before: string,
  after: string,
  draft: ImportDraft,
  host: ImportedHost,
): boolean {
  if (option !== 'tls-san') return false;
  const list = (text: string): string[] => (text === '' ? [] : (JSON.parse(text) as string[]));
  const joined = draft.all.flatMap((one) => parseServerUrl(textOf(one.settings.get('server')))?.host ?? []);
  const known = new Set([
    ...draft.hosts.servers.flatMap((one) => [
      ...((one.settings.get(option) ?? []) as string[]),
      ...ownNames(one),
    ]),
    ...joined,
  ]);
  const now = new Set([...list(after), ...ownNames(host)]);
  return list(before).every((name) => now.has(name)) && list(after).every((name) => known.has(name));
}

function isManagedByRuns(option: OptionName, { role }: ImportedHost): boolean {
  if (['token-file', 'agent-token-file', 'node-name'].includes(option)) return true;
  return role === 'server' && (option === 'server' || option === 'cluster-init');
}

function endpointDifference(host: ImportedHost, after: RenderedHost): Difference[] {
  const given = host.secrets.get('datastore-endpoint');
  if (canonicalEndpoint(given) === canonicalEndpoint(after.endpoint)) return [];
  const shown = (text: string | undefined): string => (text === undefined ? '' : 'one');
  const reason =
    given === undefined
      ? 'it is of the whole cluster, and another server gives it'
      : 'the servers differ, and it is of the whole cluster';
  return [
    {
      host: host.name,
      subject: 'datastore-endpoint',
      before: shown(given),
      after: shown(after.endpoint),
      reason,
    },
  ];
}

function registriesDifference(draft: ImportDraft, host: ImportedHost, after: RenderedHost): Difference[] {
  if (canonicalRegistries(host.registries) === canonicalRegistries(after.registries)) return [];
  const others = draft.all.filter(
    (one) => canonicalRegistries(one.registries) !== canonicalRegistries(host.registries),
  );
  const owner = draft.all.find((one) => one.registries !== undefined);
  const reason =
    others.length > 0 ? `k3stack writes one for all nodes, and the program has that of ${owner?.name}` : '';
  return [
    {
      host: host.name,
      subject: 'registries.yaml',
      before: host.registries ? 'its own' : '',
      after: after.registries ? 'that of the program' : '',
      reason,
    },
  ];
}
