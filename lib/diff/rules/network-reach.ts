import { parseRange, type IpRange } from '../../cluster/ip-range';
import { recordOf } from '../../rules/object-needs-made';
import type { ComparedObject } from '../object-change';
import { requirements } from './label-selector';
import { at, mapsAt, textsAt } from './rule-text';

/** Traffic to pods, or from them. */
export type Direction = 'ingress' | 'egress';

/** Somebody who may talk to isolated pods, and on which port. */
export interface Allowance {
  readonly peer: Peer;
  readonly port: PortRange;

  /** For people: `from pods app In web in namespaces with team In shop, on 8080/TCP`. */
  readonly text: string;
}

type Peer =
  | { readonly type: 'all' }
  | {
      readonly type: 'range';
      readonly range: IpRange;
      readonly except: readonly IpRange[];
      readonly text: string;
    }
  /** Requirements of labels; with fewer of them more is meant. */
  | { readonly type: 'pods'; readonly namespaces: readonly string[]; readonly pods: readonly string[] };

/** Ports of a protocol; a name stands for itself. */
interface PortRange {
  /** @default - every protocol and port */
  readonly protocol?: string;

  /** @default - every port */
  readonly first?: number | string;
  readonly last?: number | string;
}

/** Whether a policy isolates the pods that it selects: kubernetes/kubernetes@v1.36.3:pkg/apis/networking/v1/defaults.go, SetDefaults_NetworkPolicy. */
export function isolates({ object }: ComparedObject, direction: Direction): boolean {
  const types = textsAt(object, 'spec', 'policyTypes');
  const wanted = direction === 'ingress' ? 'Ingress' : 'Egress';
  if (types.length > 0) return types.includes(wanted);
  return direction === 'ingress' || mapsAt(object, 'spec', 'egress').length > 0;
}

/** What a policy lets through, in one direction: each peer on each port by itself. */
export function allowancesOf({ object, id }: ComparedObject, direction: Direction): readonly Allowance[] {
  if (!isolates({ object, id, origin: {} }, direction)) return [];
  const [peersKey, word] = direction === 'ingress' ? (['from', 'from'] as const) : (['to', 'to'] as const);
  return mapsAt(object, 'spec', direction).flatMap((rule) => {
    const entries = mapsAt(rule, peersKey);
    const peers =
      entries.length === 0
        ? [{ type: 'all' } as const]
        : entries.flatMap((entry) => peerOf(entry, id.namespace ?? ''));
    const portEntries = mapsAt(rule, 'ports');
    const ports: readonly PortRange[] = portEntries.length === 0 ? [{}] : portEntries.map(portOf);
    return peers.flatMap((peer) =>
      ports.map((port): Allowance => ({ peer, port, text: `${word} ${peerText(peer)}, ${portText(port)}` })),
    );
  });
}

/** Whether one allowance lets through all that another one does. */
export function allows(wide: Allowance, narrow: Allowance): boolean {
  return peerHolds(wide.peer, narrow.peer) && portHolds(wide.port, narrow.port);
}

function peerOf(entry: Readonly<Record<string, unknown>>, namespace: string): Peer[] {
  const block = recordOf(entry['ipBlock']);
  if (typeof block['cidr'] === 'string') {
    const range = parseRange(block['cidr']);
    const except = textsAt(block, 'except').flatMap((text) => parseRange(text) ?? []);
    const holes = textsAt(block, 'except');
    const text = `${block['cidr']}${holes.length === 0 ? '' : ` except ${holes.join(', ')}`}`;
    return range === undefined ? [] : [{ type: 'range', range, except, text }];
  }
  // A peer with pods only means those of its own namespace.
  const own = [`kubernetes.io/metadata.name In ${namespace}`];
  const namespaces =
    at(entry, 'namespaceSelector') === undefined ? own : requirements(entry['namespaceSelector']);
  return [{ type: 'pods', namespaces, pods: requirements(entry['podSelector']) }];
}

function portOf({ protocol = 'TCP', port, endPort }: Readonly<Record<string, unknown>>): PortRange {
  if (typeof port !== 'number' && typeof port !== 'string') return { protocol: String(protocol) };
  return { protocol: String(protocol), first: port, last: typeof endPort === 'number' ? endPort : port };
}

function peerHolds(wide: Peer, narrow: Peer): boolean {
  if (wide.type === 'all') return true;
  if (wide.type === 'range' && narrow.type === 'range')
    return (
      holdsRange(wide.range, narrow.range) &&
      wide.except.every(
        (hole) => !touch(hole, narrow.range) || narrow.except.some((other) => holdsRange(other, hole)),
      )
    );
  if (wide.type === 'pods' && narrow.type === 'pods')
    return isSubset(wide.namespaces, narrow.namespaces) && isSubset(wide.pods, narrow.pods);
  return false;
}

function portHolds(wide: PortRange, narrow: PortRange): boolean {
  if (wide.protocol === undefined) return true;
  if (wide.protocol !== narrow.protocol) return false;
  if (wide.first === undefined) return true;
  if (narrow.first === undefined) return false;
  if (typeof wide.first === 'string' || typeof narrow.first === 'string') return wide.first === narrow.first;
  return wide.first <= narrow.first && Number(narrow.last) <= Number(wide.last);
}

function holdsRange(wide: IpRange, narrow: IpRange): boolean {
  return wide.family === narrow.family && wide.first <= narrow.first && narrow.last <= wide.last;
}

function touch(left: IpRange, right: IpRange): boolean {
  return left.family === right.family && left.first <= right.last && right.first <= left.last;
}

function isSubset(few: readonly string[], many: readonly string[]): boolean {
  return few.every((item) => many.includes(item));
}

function peerText(peer: Peer): string {
  if (peer.type === 'all') return 'everywhere';
  if (peer.type === 'range') return peer.text;
  const pods = peer.pods.length === 0 ? 'every pod' : `pods with ${labelText(peer.pods)}`;
  return `${pods} ${namespaceText(peer.namespaces)}`;
}

function namespaceText(asked: readonly string[]): string {
  if (asked.length === 0) return 'of every namespace';
  const name = /^kubernetes\.io\/metadata\.name In ([^|]+)$/.exec(asked[0] ?? '')?.[1];
  return asked.length === 1 && name !== undefined
    ? `of namespace ${name}`
    : `of namespaces with ${labelText(asked)}`;
}

function labelText(asked: readonly string[]): string {
  return asked.map((text) => text.replace(/^(\S+) In ([^|]*)$/, '$1=$2')).join(', ');
}

function portText({ protocol, first, last }: PortRange): string {
  if (protocol === undefined) return 'on every port';
  if (first === undefined) return `on every port of ${protocol}`;
  return `on ${first}${last === first ? '' : `-${last}`}/${protocol}`;
}
