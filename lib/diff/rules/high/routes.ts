import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import {
  allEntries,
  entriesFor,
  entriesOf,
  entryText,
  ROUTE_KINDS,
  serves,
  type RouteEntry,
} from '../route-entries';
import type { RiskRule } from '../risk-rule';
import { mapsAt, some } from '../rule-text';

/** Hosts, paths and TLS that are served no longer. */
export const routeRules: readonly RiskRule[] = [
  {
    id: 'route-lost',
    level: 'high',
    on: 'object',
    kinds: ROUTE_KINDS,
    title: 'A host or path is not served any more',
    reason: 'No other route of the cluster takes these requests.',
    onApply: 'At once: requests get 404, or the certificate of another host.',
    fix: 'Keep the old host or path beside the new one, or redirect it, until nobody asks for it.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules',
    check: (change, comparison) => {
      const { before, after } = change;
      if (before === undefined) return [];
      const { cluster } = before.id;
      const lost = entriesOf(comparison, 'before', before).filter(
        (entry) => !entriesFor(comparison, 'after', cluster, entry.host).some((one) => serves(one, entry)),
      );
      const texts = [...new Set(lost.map(entryText))];
      return texts.length === 0
        ? []
        : [
            {
              ...(after !== undefined && lost[0] !== undefined && { field: rulesField(lost[0]) }),
              what: `${some(texts)} is lost`,
            },
          ];
    },
  },
  {
    id: 'route-tls-lost',
    level: 'high',
    on: 'object',
    kinds: ROUTE_KINDS,
    title: 'A host is served without TLS',
    reason:
      'What was encrypted, passwords and cookies too, goes over the network as it is; browsers that were told to use TLS fail.',
    onApply: 'At once: https:// gets the default certificate of the controller, or no answer.',
    fix: 'Keep the tls entry of the host.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
    check: (change, comparison) => {
      const texts = pairs(change, comparison)
        .filter(
          ({ entry, now }) =>
            entry.hasTls && !now.some(({ hasTls, route }) => hasTls || isGatewayRoute(route)),
        )
        .map(({ entry }) => entry.host || 'every host');
      return texts.length === 0 ? [] : [{ field: 'spec.tls', what: `${some([...new Set(texts)])} had TLS` }];
    },
  },
  {
    id: 'route-guard-lost',
    level: 'high',
    on: 'object',
    kinds: ROUTE_KINDS,
    title: 'A route loses what kept strangers out',
    reason: 'Requests that had to log in, or to come from known addresses, get through without.',
    onApply: 'At once, for the next request.',
    fix: 'Keep the middleware or annotation; a Middleware that is not among these objects is taken for one that guards.',
    source: 'https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/',
    check: (change, comparison) => {
      const lost = pairs(change, comparison).flatMap(({ entry, old, now }) =>
        entry.guards
          .filter((guard) => unguarded(guard, now) > unguarded(guard, old))
          .map((guard) => `${entryText(entry)} loses ${GUARD_TEXTS[guard] ?? guard}`),
      );
      return lost.length === 0 ? [] : [{ what: some([...new Set(lost)], 3) }];
    },
  },
  {
    id: 'gateway-listener-lost',
    level: 'high',
    on: 'object',
    kinds: ['gateway.networking.k8s.io/Gateway'],
    title: 'A Gateway does not listen any more',
    reason: 'Every route that is attached to the listener is cut off.',
    onApply: 'At once: connections to the port or host are refused.',
    fix: 'Keep the listener until no route is attached to it.',
    source: 'https://gateway-api.sigs.k8s.io/reference/spec/#listener',
    check: ({ before, after }, comparison) => {
      if (before === undefined) return [];
      const gateways =
        after === undefined
          ? comparison.ofKind('after', GATEWAY).filter(({ id }) => id.namespace === before.id.namespace)
          : [after];
      const open = new Set(gateways.flatMap(listenersOf));
      const lost = listenersOf(before).filter((listener) => !open.has(listener));
      return lost.length === 0
        ? []
        : [{ ...(after !== undefined && { field: 'spec.listeners' }), what: `${some(lost)} is gone` }];
    },
  },
  {
    id: 'middleware-removed',
    level: 'high',
    on: 'object',
    kinds: ['traefik.io/Middleware', 'traefik.io/MiddlewareTCP'],
    title: 'A Middleware is deleted that routes still name',
    reason: 'Traefik drops a router whose middleware it does not find.',
    onApply: 'At once: requests of these routes get 404.',
    fix: 'Take it out of the routes in the same step.',
    source: 'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/middleware/',
    check: ({ kind, before }, comparison) => {
      if (before === undefined || (kind !== 'removed' && kind !== 'renamed')) return [];
      const users = allEntries(comparison, 'after', before.id.cluster)
        .filter(
          ({ guards }) =>
            guards.includes(`middleware ${before.id.name}`) ||
            guards.includes(`middleware ${before.id.namespace ?? ''}-${before.id.name}`),
        )
        .map(entryText);
      return users.length === 0 ? [] : [{ what: `named for ${some([...new Set(users)])}` }];
    },
  },
];

interface EntryPair {
  readonly entry: RouteEntry;

  /** What served it. */
  readonly old: readonly RouteEntry[];

  /** What serves it now. */
  readonly now: readonly RouteEntry[];
}

/** What a route served before and something still serves, with what does: the same host and path where there is one. */
function pairs({ before }: ObjectChange, comparison: Comparison): readonly EntryPair[] {
  if (before === undefined) return [];
  const { cluster } = before.id;
  return entriesOf(comparison, 'before', before).flatMap((entry): EntryPair[] => {
    const [old = [], now = []] = (['before', 'after'] as const).map((side) =>
      closest(entriesFor(comparison, side, cluster, entry.host), entry),
    );
    return now.length === 0 ? [] : [{ entry, old, now }];
  });
}

function closest(entries: readonly RouteEntry[], entry: RouteEntry): readonly RouteEntry[] {
  const serving = entries.filter((one) => serves(one, entry));
  const exact = serving.filter(
    ({ host, path, others }) => host === entry.host && path === entry.path && others === entry.others,
  );
  return exact.length > 0 ? exact : serving;
}

function unguarded(guard: string, entries: readonly RouteEntry[]): number {
  return entries.filter(({ guards }) => !guards.includes(guard) && !isGuarded(guard, guards)).length;
}

/** A middleware that nobody knows may have become one that is known to guard. */
function isGuarded(guard: string, guards: readonly string[]): boolean {
  return guard.startsWith('middleware ') && guards.some((other) => other === 'auth' || other === 'addresses');
}

function isGatewayRoute({ id }: ComparedObject): boolean {
  return id.group === 'gateway.networking.k8s.io';
}

function listenersOf({ object }: ComparedObject): readonly string[] {
  return mapsAt(object, 'spec', 'listeners').map(
    ({ port, protocol, hostname }) =>
      `${String(port)}/${String(protocol)}${typeof hostname === 'string' ? ` for ${hostname}` : ''}`,
  );
}

function rulesField({ field }: RouteEntry): string {
  return field.replace(/\[.*$/, '');
}

const GATEWAY = 'gateway.networking.k8s.io/Gateway';
const GUARD_TEXTS: Readonly<Partial<Record<string, string>>> = {
  auth: 'its login',
  addresses: 'its list of allowed addresses',
};
