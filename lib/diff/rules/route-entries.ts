import { annotation } from '../../rules/object-needs-made';
import type { Comparison } from '../comparison';
import { groupBy } from '../group-by';
import type { ComparedObject } from '../object-change';
import { kindOf, type ObjectId } from '../object-id';
import { guardsOf } from './route-guards';
import { at, fieldIn, mapsAt, textsAt } from './rule-text';
import { canonicalText } from '../canonical-text';
import { objectsBeside } from './workload-pods';

/** One host and path that a route serves. */
export interface RouteEntry {
  readonly route: ComparedObject;

  /** Empty for every host. */
  readonly host: string;

  /** Empty for every path. */
  readonly path: string;
  readonly isPrefix: boolean;

  /** Other conditions, as text. */
  readonly others: string;
  readonly hasTls: boolean;

  /** Secret of its certificate. @default - none is named */
  readonly tlsSecret?: string;

  /** What stands before it: `auth`, `addresses`, or the name of a middleware that nobody knows. */
  readonly guards: readonly string[];
  readonly field: string;
}

/** Kinds of routes by host and path. */
export const ROUTE_KINDS = [
  'networking.k8s.io/Ingress',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
  'gateway.networking.k8s.io/TLSRoute',
  'traefik.io/IngressRoute',
  'traefik.io/IngressRouteTCP',
] as const;

/** What a route serves. */
export function entriesOf(
  comparison: Comparison,
  side: 'before' | 'after',
  route: ComparedObject,
): readonly RouteEntry[] {
  const found = indexOf(comparison, side);
  const known = found.byRoute.get(route);
  if (known !== undefined) return known;
  const entries = readEntries(comparison, side, route);
  found.byRoute.set(route, entries);
  return entries;
}

function readEntries(
  comparison: Comparison,
  side: 'before' | 'after',
  route: ComparedObject,
): readonly RouteEntry[] {
  switch (kindOf(route.id)) {
    case 'networking.k8s.io/Ingress':
      return ingressEntries(comparison, side, route);
    case 'traefik.io/IngressRoute':
    case 'traefik.io/IngressRouteTCP':
      return ingressRouteEntries(comparison, side, route);
    default:
      return gatewayRouteEntries(route);
  }
}

/** Entries of a side that may serve requests for a host, in one cluster. */
export function entriesFor(
  comparison: Comparison,
  side: 'before' | 'after',
  cluster: string | undefined,
  host: string,
): readonly RouteEntry[] {
  const index = indexOf(comparison, side);
  const byHost = (index.byHost ??= groupBy(entriesOfSide(comparison, side), (entry) =>
    hostKey(entry.route.id.cluster, entry.host),
  ));
  const parent = host.replace(/^(?:\*\.)?[^.]*\./, '*.');
  const hosts = new Set([host, parent, '']);
  return [...hosts].flatMap((name) => byHost.get(hostKey(cluster, name)) ?? []);
}

/** Every entry of a side, in one cluster. */
export function allEntries(
  comparison: Comparison,
  side: 'before' | 'after',
  cluster: string | undefined,
): readonly RouteEntry[] {
  return entriesOfSide(comparison, side).filter(({ route }) => route.id.cluster === cluster);
}

function entriesOfSide(comparison: Comparison, side: 'before' | 'after'): readonly RouteEntry[] {
  return ROUTE_KINDS.flatMap((kind) =>
    comparison.ofKind(side, kind).flatMap((route) => entriesOf(comparison, side, route)),
  );
}

function hostKey(cluster: string | undefined, host: string): string {
  return `${cluster ?? ''}|${host}`;
}

/** Whether a request that one entry was for gets to another one. */
export function serves(entry: RouteEntry, asked: RouteEntry): boolean {
  if (!servesHost(entry.host, asked.host)) return false;
  if (entry.others !== '' && entry.others !== asked.others) return false;
  if (entry.path === asked.path && (entry.isPrefix || !asked.isPrefix)) return true;
  if (!entry.isPrefix) return false;
  return entry.path === '' || asked.path === entry.path || asked.path.startsWith(`${entry.path}/`);
}

/** `https://shop.example.org/cart`. */
export function entryText({ host, path, hasTls, others }: RouteEntry): string {
  return `${hasTls ? 'https://' : ''}${host === '' ? 'every host' : host}${path}${others === '' ? '' : ` with ${others}`}`;
}

/** Routes of a side that send requests to a Service. */
export function routesTo(
  comparison: Comparison,
  side: 'before' | 'after',
  service: ObjectId,
): readonly ComparedObject[] {
  return ROUTE_KINDS.flatMap((kind) =>
    objectsBeside(comparison, side, service, kind).filter((route) =>
      backendsOf(route).includes(service.name),
    ),
  );
}

function ingressEntries(
  comparison: Comparison,
  side: 'before' | 'after',
  route: ComparedObject,
): readonly RouteEntry[] {
  const { object } = route;
  const guards = guardsOf(comparison, side, route);
  const tls = mapsAt(object, 'spec', 'tls');
  const base = { route, others: '', guards };
  const isForced = annotation(object, 'traefik.ingress.kubernetes.io/router.tls') === 'true';
  const entries = mapsAt(object, 'spec', 'rules').flatMap((rule, index) => {
    const host = hostOf(rule['host']);
    const entry =
      tls.find((one) => textsAt(one, 'hosts').some((name) => servesHost(hostOf(name), host))) ??
      tls.find((one) => textsAt(one, 'hosts').length === 0);
    const secret = at(entry, 'secretName');
    return mapsAt(rule, 'http', 'paths').map((path): RouteEntry => ({
      ...base,
      host,
      path: trimmed(path['path']),
      isPrefix: path['pathType'] !== 'Exact',
      hasTls: entry !== undefined || isForced,
      ...(typeof secret === 'string' && { tlsSecret: secret }),
      field: fieldIn('spec', 'rules', index),
    }));
  });
  const backend = at(object, 'spec', 'defaultBackend');
  if (backend === undefined) return entries;
  return [
    ...entries,
    {
      ...base,
      host: '',
      path: '',
      isPrefix: true,
      hasTls: tls.length > 0 || isForced,
      field: 'spec.defaultBackend',
    },
  ];
}

function gatewayRouteEntries(route: ComparedObject): readonly RouteEntry[] {
  const { object } = route;
  const hosts = textsAt(object, 'spec', 'hostnames').map(hostOf);
  const rules = mapsAt(object, 'spec', 'rules');
  return rules.flatMap((rule, index) => {
    const guards = mapsAt(rule, 'filters').flatMap((filter) =>
      filter['type'] === 'ExtensionRef' ? [`filter ${String(at(filter, 'extensionRef', 'name'))}`] : [],
    );
    const matches = mapsAt(rule, 'matches');
    return (matches.length === 0 ? [{}] : matches).flatMap((match: Readonly<Record<string, unknown>>) => {
      const { path, ...others } = match;
      const type = at(path, 'type') ?? 'PathPrefix';
      return (hosts.length === 0 ? [''] : hosts).map((host): RouteEntry => ({
        route,
        host,
        path: trimmed(at(path, 'value')),
        isPrefix: type === 'PathPrefix',
        others: Object.keys(others).length === 0 ? '' : canonicalText(others),
        hasTls: false, // its Gateway knows
        guards,
        field: fieldIn('spec', 'rules', index),
      }));
    });
  });
}

function ingressRouteEntries(
  comparison: Comparison,
  side: 'before' | 'after',
  route: ComparedObject,
): readonly RouteEntry[] {
  const secret = at(route.object, 'spec', 'tls', 'secretName');
  return mapsAt(route.object, 'spec', 'routes').flatMap((rule, index) => {
    const match = typeof rule['match'] === 'string' ? rule['match'] : '';
    const guards = guardsOf(comparison, side, route, rule);
    const hosts = argumentsOf(match, 'Host(?:SNI)?').map(hostOf);
    const prefixes = argumentsOf(match, 'PathPrefix');
    const exact = argumentsOf(match, 'Path');
    const others = match
      .replace(KNOWN_MATCHERS, '')
      .replace(/[\s&|()]+/g, ' ')
      .trim();
    const paths = [...prefixes, ...exact];
    return (hosts.length === 0 ? [''] : hosts).flatMap((host) =>
      (paths.length === 0 ? [''] : paths).map((path): RouteEntry => ({
        route,
        host,
        path: trimmed(path),
        isPrefix: !exact.includes(path),
        others,
        hasTls: at(route.object, 'spec', 'tls') !== undefined,
        ...(typeof secret === 'string' && { tlsSecret: secret }),
        guards,
        field: fieldIn('spec', 'routes', index, 'match'),
      })),
    );
  });
}

/** Arguments of a matcher of Traefik: `` Host(`a`) || Host(`b`) ``. */
function argumentsOf(match: string, matcher: string): readonly string[] {
  const calls = match.matchAll(new RegExp(`(?<![!\\w])${matcher}\\(([^)]*)\\)`, 'g'));
  return [...calls].flatMap(([, list = '']) =>
    [...list.matchAll(/[`"]([^`"]*)[`"]/g)].map(([, value = '']) => value),
  );
}

function backendsOf({ object }: ComparedObject): readonly unknown[] {
  const ingress = mapsAt(object, 'spec', 'rules').flatMap((rule) =>
    mapsAt(rule, 'http', 'paths').map((path) => at(path, 'backend', 'service', 'name')),
  );
  const gateway = mapsAt(object, 'spec', 'rules').flatMap((rule) =>
    mapsAt(rule, 'backendRefs').map(({ name }) => name),
  );
  const traefik = mapsAt(object, 'spec', 'routes').flatMap((rule) =>
    mapsAt(rule, 'services').map(({ name }) => name),
  );
  return [at(object, 'spec', 'defaultBackend', 'service', 'name'), ...ingress, ...gateway, ...traefik].filter(
    (name) => name !== undefined,
  );
}

function servesHost(host: string, asked: string): boolean {
  if (host === '' || host === asked) return true;
  return (
    host.startsWith('*.') && asked.endsWith(host.slice(1)) && !asked.slice(0, -host.length + 1).includes('.')
  );
}

function hostOf(host: unknown): string {
  const text = typeof host === 'string' ? host.toLowerCase() : '';
  return text === '*' ? '' : text;
}

function trimmed(path: unknown): string {
  return typeof path !== 'string' ? '' : path.replace(/\/+$/, '');
}

interface RouteIndex {
  readonly byRoute: WeakMap<ComparedObject, readonly RouteEntry[]>;

  /** Made when it is asked for. */
  byHost?: ReadonlyMap<string, readonly RouteEntry[]>;
}

function indexOf(comparison: Comparison, side: 'before' | 'after'): RouteIndex {
  const sides = remembered.get(comparison) ?? {};
  remembered.set(comparison, sides);
  return (sides[side] ??= { byRoute: new WeakMap() });
}

const KNOWN_MATCHERS = /(?<![!\w])(?:Host|HostSNI|PathPrefix|Path)\([^)]*\)/g;
const remembered = new WeakMap<Comparison, { before?: RouteIndex; after?: RouteIndex }>();
