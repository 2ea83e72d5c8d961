import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { isDnsSubdomain } from '../../lib/cluster/names';
import { withExamples } from '../../lib/late';
import { describeValue } from '../../lib/rules/shape';
import { Cluster } from '../cluster/cluster';
import { namespaceOf } from '../cluster/namespace';
import { isProduction } from '../environment-of';
import { k3sClusterOf } from '../platform/k3s-cluster-of';
import { addCheck, type ConstructViolation } from '../violations';
import { deniedBy } from './connect';
import { admitAcmeSolvers } from './acme-solver-policy';
import { TRAEFIK_CLASS, type IngressChoice } from './ingress';
import { issuerAnnotation, type Tls } from './tls';
import type { Workload } from './workload';
import type { IngressFrom, WorkloadNetwork } from './workload-network';

/** The way in from outside of the cluster. */
export interface RouteSettings {
  readonly hosts: readonly string[];

  /** Beginning of the path of requests. */
  readonly path: string;
  readonly tls: Tls | undefined;
  readonly ingress: IngressChoice | undefined;
  readonly middlewares: readonly { readonly reference: string }[];
}

/** What requests are led to. */
export interface RouteBackend {
  /** Port of the Service, by name and number. */
  readonly servicePort: { readonly name: string; readonly number: number };

  /** Port of the container. @default - there is no container to let requests into */
  readonly podPort?: number;
  readonly network?: WorkloadNetwork;
}

/** Serves the Service of the workload under its hosts, by an Ingress or a route of the Gateway API. */
export function makeRoute(workload: Workload, settings: RouteSettings, backend: RouteBackend): ApiObject {
  const choice = settings.ingress ?? { kind: 'ingress' as const };
  const className =
    choice.kind === 'ingress' ? (choice.className ?? Cluster.tryOf(workload)?.ingressClass) : undefined;
  if (backend.podPort !== undefined)
    backend.network?.admit(controllerOf(workload, choice, className), backend.podPort);
  if (settings.tls && settings.tls !== 'default' && 'issuer' in settings.tls) {
    const { issuer } = settings.tls;
    if (typeof issuer === 'object' && Construct.isConstruct(issuer)) workload.node.addDependency(issuer);
    admitAcmeSolvers(workload, controllerOf(workload, choice, className));
  }
  addCheck(workload, () => [
    ...routeViolations(workload, settings, choice, className),
    ...cutOff(workload, backend.network),
  ]);
  return choice.kind === 'gateway'
    ? httpRoute(workload, settings, choice, backend)
    : ingressObject(workload, settings, choice, className, backend);
}

/** Requests reach no pod where everything is denied that no policy allows. */
function cutOff(workload: Workload, network: WorkloadNetwork | undefined): ConstructViolation[] {
  const problems = network === undefined ? [] : deniedBy(namespaceOf(workload), network);
  return problems.map((problem) => ({ rule: 'connection-forbidden', property: 'host', ...problem }));
}

function ingressObject(
  workload: Workload,
  { hosts, path, tls, middlewares }: RouteSettings,
  choice: Extract<IngressChoice, { kind: 'ingress' }>,
  className: string | undefined,
  { servicePort }: RouteBackend,
): ApiObject {
  const isEncrypted = tls !== undefined && tls !== false;
  const annotations = {
    ...(isEncrypted && issuerAnnotation(tls)),
    // Else Traefik serves the hosts without encryption as well.
    ...(isEncrypted &&
      className === TRAEFIK_CLASS && { 'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure' }),
    ...(middlewares.length > 0 && {
      'traefik.ingress.kubernetes.io/router.middlewares': middlewares
        .map(({ reference }) => reference)
        .join(','),
    }),
    ...choice.annotations,
  };
  const service = { name: workload.name, port: { name: servicePort.name } };
  return new ApiObject(workload, 'ingress', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...workload.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      rules: hosts.map((host) => ({
        host,
        http: { paths: [{ path, pathType: 'Prefix', backend: { service } }] },
      })),
      ...(isEncrypted && { tls: [{ hosts, ...secretName(workload, tls) }] }),
    },
  });
}

/** Without a name the controller serves the certificate it has for everything. */
function secretName({ name }: Workload, tls: Exclude<Tls, false>): { secretName?: string } {
  if (tls === 'default') return {};
  return { secretName: 'secretName' in tls ? tls.secretName : `${name}-tls` };
}

function httpRoute(
  workload: Workload,
  { hosts, path }: RouteSettings,
  { name, namespace, sectionName }: Extract<IngressChoice, { kind: 'gateway' }>,
  { servicePort }: RouteBackend,
): ApiObject {
  return new ApiObject(workload, 'route', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: workload.metadata,
    spec: {
      parentRefs: [{ name, ...(namespace && { namespace }), ...(sectionName && { sectionName }) }],
      hostnames: hosts,
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: path } }],
          backendRefs: [{ name: workload.name, port: servicePort.number }],
        },
      ],
    },
  });
}

/** Pods that carry requests into the cluster, as exactly as the program can know them. */
function controllerOf(workload: Workload, choice: IngressChoice, className: string | undefined): IngressFrom {
  const isTraefik = className === TRAEFIK_CLASS;
  const labels = isTraefik ? { labels: { 'app.kubernetes.io/name': 'traefik' } } : {};
  const packaged = isTraefik && k3sClusterOf(workload) !== undefined ? 'kube-system' : undefined;
  const namespace = choice.controllerNamespace ?? packaged;
  if (namespace !== undefined) return { namespace, ...labels };
  return isTraefik ? labels : 'anywhere';
}

function routeViolations(
  workload: Workload,
  { hosts, path, tls, middlewares }: RouteSettings,
  choice: IngressChoice,
  className: string | undefined,
): ConstructViolation[] {
  const rule = 'workload-route';
  const isGateway = choice.kind === 'gateway';
  return [
    ...hosts.filter((host) => !isDnsSubdomain(withExamples(host).replace(/^\*\./, ''))).map(wrongHost),
    ...hosts.filter((host, index) => hosts.indexOf(host) < index).map(hostTwice),
    ...(/^\/[^\s*?#]*$/.test(withExamples(path)) ? [] : [wrongPath(path)]),
    ...((workload.defaults.requireTls ?? isProduction(workload)) &&
    !isGateway &&
    (tls === undefined || tls === false)
      ? [withoutTls(hosts)]
      : []),
    ...(isGateway && typeof tls === 'object'
      ? [
          {
            rule,
            property: 'tls',
            problem: 'is given, and the certificates of a Gateway are in the Gateway itself',
            fix: 'remove tls here, and give the listener of the Gateway its certificate',
          },
        ]
      : []),
    ...(middlewares.length > 0 && (isGateway || (className !== undefined && className !== TRAEFIK_CLASS))
      ? [
          {
            rule,
            property: 'middlewares',
            problem: `are Traefik's, and ${isGateway ? 'a Gateway' : `class '${className}'`} serves this route`,
            fix: 'remove middlewares, or write ingress: Ingress.traefik()',
          },
        ]
      : []),
  ];
}

function withoutTls(hosts: readonly string[]): ConstructViolation {
  return {
    rule: 'host-needs-tls',
    property: 'tls',
    problem: `is not given, and ${hosts.join(', ')} would be served without encryption in production`,
    fix: "write tls: { issuer: 'letsencrypt' } or { secretName: … }; where something in front does it, setWorkloadDefaults(env, { requireTls: false })",
  };
}

function wrongHost(host: string): ConstructViolation {
  return {
    rule: 'workload-route',
    property: 'host',
    problem: `must be a DNS name in lower case, got ${describeValue(host)}`,
    fix: "write host: 'shop.example.org'",
  };
}

function hostTwice(host: string): ConstructViolation {
  return {
    rule: 'workload-route',
    property: 'host',
    problem: `has ${describeValue(host)} twice`,
    fix: 'remove one of the two',
  };
}

function wrongPath(path: string): ConstructViolation {
  return {
    rule: 'workload-route',
    property: 'path',
    problem: `must begin with '/' and have no pattern in it, got ${describeValue(path)}`,
    fix: "write path: '/api'",
  };
}
