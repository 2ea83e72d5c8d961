import type { KubernetesObject } from '../synthesis/synthesis';
import { annotation, listOf, recordOf, specOf, textAt } from './object-needs-made';

type Data = Readonly<Record<string, unknown>>;

/** One host and path that an object serves. */
export interface RouteKey {
  /** The same for routes between which a controller cannot decide. */
  readonly id: string;

  /** Where it stands in the object. */
  readonly property: string;

  /** For people: `shop.example.org/cart`. */
  readonly shown: string;
}

/** Hosts and paths of an Ingress. @param usualClass Class of those that name none. */
export function ingressKeys(object: KubernetesObject, usualClass: string | undefined): RouteKey[] {
  const spec = specOf(object);
  const named = textAt(spec, 'ingressClassName') ?? annotation(object, 'kubernetes.io/ingress.class');
  const of = [named ?? usualClass ?? '', ...toldApart(object, spec)];
  return listOf(spec['rules']).flatMap((rule, ruleIndex) => {
    const host = (textAt(recordOf(rule), 'host') ?? '').toLowerCase();
    return listOf(recordOf(recordOf(rule)['http'])['paths']).map((entry, pathIndex): RouteKey => {
      const type = textAt(recordOf(entry), 'pathType') ?? '';
      const written = textAt(recordOf(entry), 'path') ?? '/';
      // `/foo` and `/foo/` are one prefix: kubernetes.io/docs/concepts/services-networking/ingress/#examples.
      const path = type === 'Prefix' ? written.replace(/(?<=.)\/+$/, '') : written;
      return {
        id: JSON.stringify([...of, host, type, path]),
        property: `spec.rules[${ruleIndex}].http.paths[${pathIndex}].path`,
        shown: `${host === '' ? 'every host at ' : host}${written}`,
      };
    });
  });
}

/**
 * What controllers tell Ingresses of one host and path apart by: entry points and priority of Traefik, which also serves one with TLS and one without side by
 * side, and the canaries of ingress-nginx.
 */
function toldApart(object: KubernetesObject, spec: Data): unknown[] {
  return [...APART.map((key) => annotation(object, key) ?? ''), listOf(spec['tls']).length > 0];
}

/** Hosts and matches of an HTTPRoute, at each Gateway that it attaches to; the oldest of two equal ones gets the requests. */
export function httpRouteKeys(object: KubernetesObject): RouteKey[] {
  const spec = specOf(object);
  const own = object.metadata.namespace ?? '';
  const hosts = listOf(spec['hostnames']);
  const parents = listOf(spec['parentRefs']).map((parent) => {
    const { namespace = own, name, sectionName = '', port = '', kind = 'Gateway' } = recordOf(parent);
    return [kind, namespace, name, sectionName, port];
  });
  return listOf(spec['rules']).flatMap((rule, ruleIndex) => {
    const matches = listOf(recordOf(rule)['matches']);
    return (matches.length === 0 ? [{}] : matches).flatMap((match, matchIndex) =>
      (hosts.length === 0 ? ['*'] : hosts).flatMap((host) =>
        parents.map((parent): RouteKey => {
          const { path, ...others } = recordOf(match);
          const { type = 'PathPrefix', value = '/' } = recordOf(path);
          return {
            id: JSON.stringify([parent, host, type, value, sorted(others)]),
            property: `spec.rules[${ruleIndex}].matches[${matchIndex}]`,
            shown: `${host === '*' ? 'every host at ' : String(host)}${String(value)}`,
          };
        }),
      ),
    );
  });
}

/** Rules of an IngressRoute that are written alike, on the same entry points; one with another priority is a decision. */
export function ingressRouteKeys(object: KubernetesObject): RouteKey[] {
  const spec = specOf(object);
  const entryPoints = listOf(spec['entryPoints']).map(String).sort();
  const hasTls = spec['tls'] !== undefined && spec['tls'] !== null;
  return listOf(spec['routes']).flatMap((route, index): RouteKey[] => {
    const match = textAt(recordOf(route), 'match');
    if (match === undefined) return [];
    const { priority = 0 } = recordOf(route);
    const written = match
      .replace(/\s+/g, ' ')
      .replace(/ ?([(),|&!]) ?/g, '$1')
      .trim();
    return [
      {
        id: JSON.stringify([entryPoints, hasTls, priority, written]),
        property: `spec.routes[${index}].match`,
        shown: match,
      },
    ];
  });
}

/** The same data with keys in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

const TRAEFIK = 'traefik.ingress.kubernetes.io/router.';
const APART = [
  `${TRAEFIK}entrypoints`,
  `${TRAEFIK}priority`,
  `${TRAEFIK}tls`,
  'nginx.ingress.kubernetes.io/canary',
];
