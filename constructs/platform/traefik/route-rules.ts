import type { IConstruct } from 'constructs';
import { packagedTraefik } from '../../../lib/distributions/k3s/traefik-charts';
import { nearest } from '../../../lib/nearest';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import { isProduction } from '../../environment-of';
import { workloadDefaults } from '../../workloads/workload-defaults';
import { k3sClusterOf } from '../k3s-cluster-of';
import { hostViolations, pathViolations } from './host-rules';
import { earlierRoute, traefikAround, type ClaimedPath } from './in-cluster';
import { referenceViolations } from './reachable';
import type { TraefikRoutePath, TraefikRouteProps } from './route-settings';
import { servicesViolations } from './service-rules';

/** What a route makes of its props. */
export interface RouteFacts {
  readonly namespace: string;
  readonly entryPoints: readonly string[];
  readonly hasTls: boolean;
  readonly claims: readonly ClaimedPath[];
}

/** What is wrong with the props of an HTTP route. */
export function routeViolations(
  route: IConstruct,
  props: TraefikRouteProps,
  facts: RouteFacts,
): ConstructViolation[] {
  const { hosts, paths, middlewares = [], tlsOptions, redirectToHttps } = props;
  const { namespace, hasTls } = facts;
  return [
    ...hostViolations(hosts),
    ...(paths.length === 0 ? [withoutPaths()] : []),
    ...paths.flatMap((path, index) => onePathViolations(route, namespace, path, ['paths', String(index)])),
    ...middlewares.flatMap((to, index) =>
      referenceViolations(route, namespace, {
        property: propertyAt(['middlewares', String(index)]),
        kind: 'Middleware',
        to,
      }),
    ),
    ...entryPointViolations(route, facts.entryPoints),
    ...(tlsOptions === undefined
      ? []
      : referenceViolations(route, namespace, { property: 'tlsOptions', kind: 'TLSOption', to: tlsOptions })),
    ...(tlsOptions === undefined || hasTls ? [] : [withoutTls('tlsOptions')]),
    ...(redirectToHttps === true && !hasTls ? [withoutTls('redirectToHttps')] : []),
    ...(hasTls || !requiresTls(route) ? [] : [needsTls(hosts)]),
    ...wildcardOptions(props),
    ...wildcardsInOldTraefik(route, hosts),
    ...repeatedPaths(paths),
    ...rivals(route, facts.claims),
  ];
}

function onePathViolations(
  route: IConstruct,
  namespace: string,
  { path = '/', methods = [], middlewares = [], services }: TraefikRoutePath,
  at: readonly string[],
): ConstructViolation[] {
  const wrongMethod = methods.findIndex((method) => !/^[A-Z]+$/.test(method));
  return [
    ...pathViolations(propertyAt([...at, 'path']), path),
    ...(wrongMethod < 0
      ? []
      : [methodViolation(methods[wrongMethod], [...at, 'methods', String(wrongMethod)])]),
    ...middlewares.flatMap((to, index) =>
      referenceViolations(route, namespace, {
        property: propertyAt([...at, 'middlewares', String(index)]),
        kind: 'Middleware',
        to,
      }),
    ),
    ...servicesViolations(route, namespace, services, [...at, 'services']),
  ];
}

/** Entry points that the Traefik of this program does not have. */
export function entryPointViolations(
  route: IConstruct,
  entryPoints: readonly string[],
): ConstructViolation[] {
  const known = traefikAround(route)?.entryPoints;
  if (entryPoints.length === 0) {
    return [
      {
        rule: 'traefik-route',
        property: 'entryPoints',
        problem: 'names no entry point: the route would listen on every one',
        fix: `write entryPoints: ['${known?.[0] ?? 'websecure'}']`,
      },
    ];
  }
  if (known === undefined) return [];
  return entryPoints
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const add = `write entryPoints: { ${/^\w+$/.test(name) ? name : describeValue(name)}: { port: … } } in the props of Traefik`;
      return {
        rule: 'traefik-route',
        property: 'entryPoints',
        problem: `names entry point ${describeValue(name)}; Traefik has ${known.join(', ')}`,
        fix: near === undefined ? add : `write '${near}', or ${add}`,
      };
    });
}

function methodViolation(method: unknown, at: readonly string[]): ConstructViolation {
  const fix = `write '${typeof method === 'string' && /^[a-z]+$/i.test(method) ? method.toUpperCase() : 'GET'}'`;
  const problem = `must be an HTTP method in capital letters, got ${describeValue(method)}`;
  return { rule: 'traefik-route', property: propertyAt(at), problem, fix };
}

function withoutPaths(): ConstructViolation {
  const fix = "write paths: [{ services: [{ name: 'web', port: 80 }] }]";
  return { rule: 'traefik-route', property: 'paths', problem: 'is empty: nothing answers', fix };
}

function withoutTls(property: string): ConstructViolation {
  return {
    rule: 'traefik-route',
    property,
    problem: 'is about TLS, which the route does not speak',
    fix: `remove ${property}, or write tls: { issuer: 'letsencrypt' }`,
  };
}

/** As presets see it: in production, unless `setWorkloadDefaults` says otherwise. */
function requiresTls(route: IConstruct): boolean {
  return workloadDefaults(route).requireTls ?? isProduction(route);
}

function needsTls(hosts: readonly string[]): ConstructViolation {
  return {
    rule: 'host-needs-tls',
    property: 'tls',
    problem: `is false, and ${hosts.join(', ')} would be served without encryption in production`,
    fix: "write tls: { issuer: 'letsencrypt' } or { secretName: … }; where something in front does it, setWorkloadDefaults(env, { requireTls: false })",
  };
}

/** Traefik finds TLS options by whole host names only. */
function wildcardOptions({ hosts, tlsOptions }: TraefikRouteProps): ConstructViolation[] {
  const host = hosts.find((name) => name.startsWith('*.'));
  if (tlsOptions === undefined || host === undefined) return [];
  return [
    {
      rule: 'traefik-route',
      property: 'tlsOptions',
      problem: `does not count for ${describeValue(host)}: Traefik finds TLS options by whole host names`,
      fix: 'write tls: { … } in the props of Traefik, or name the hosts',
    },
  ];
}

/** The rule for them has another form in Traefik 2 (traefik/traefik@v3.6.12:docs/content/migrate/v2-to-v3-details.md). */
function wildcardsInOldTraefik(route: IConstruct, hosts: readonly string[]): ConstructViolation[] {
  const index = hosts.findIndex((host) => host.startsWith('*.'));
  const version = k3sClusterOf(route)?.version;
  if (index < 0 || version === undefined || !packagedTraefik(version).traefik.startsWith('2.')) return [];
  return [
    {
      rule: 'traefik-route',
      property: propertyAt(['hosts', String(index)]),
      problem: `is a wildcard, which routes here cannot say to the Traefik 2 of K3s ${version}`,
      fix: "name the hosts, or write version: 'v1.32.13+k3s1' or newer in the cluster's props",
    },
  ];
}

/** The same path twice in one route. */
function repeatedPaths(paths: readonly TraefikRoutePath[]): ConstructViolation[] {
  const seen = new Set<string>();
  return paths.flatMap((entry, index) => {
    const key = `${pathKey(entry)} ${entry.priority ?? ''}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      {
        rule: 'traefik-route',
        property: propertyAt(['paths', String(index)]),
        problem: `is for ${describeValue(entry.path ?? '/')} once more`,
        fix: 'write both services into one path, or say another priority',
      },
    ];
  });
}

/** Path, type and methods as one text. */
export function pathKey({ path = '/', pathType = 'Prefix', methods = [] }: TraefikRoutePath): string {
  return [pathType, path, ...[...methods].sort()].join(' ');
}

/** Two routes for the same requests: which one Traefik takes would be chance. */
function rivals(route: IConstruct, claims: readonly ClaimedPath[]): ConstructViolation[] {
  const others = new Map<string, ClaimedPath>();
  for (const claim of claims) {
    const other = earlierRoute(route, claim);
    if (other !== undefined && !others.has(other)) others.set(other, claim);
  }
  return [...others].map(([other, { host, path }]) => ({
    rule: 'traefik-route',
    property: 'paths',
    problem: `answers to ${host} at ${path.split(' ')[1] ?? '/'}, as ${other} does`,
    fix: 'remove one of the two, or give one a priority',
  }));
}
