import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps } from '../../../lib/rules/shape';
import { addCheck } from '../../violations';
import { workloadDefaults } from '../../workloads/workload-defaults';
import { registerRoute, type ClaimedPath } from './in-cluster';
import { nameOf } from './reference';
import { hostsRule, matchRule } from './route-match';
import { pathKey, routeViolations } from './route-rules';
import { admitTraefik, namedServices, type Named } from './route-services';
import type { TraefikRoutePath, TraefikRouteProps, TraefikServiceSettings } from './route-settings';
import { routeShape } from './route-shape';
import { routeCertificate, tlsSpec } from './route-tls';

/**
 * Leads requests for some hosts to Services, as an IngressRoute of Traefik: with middlewares for single paths, weights, sticky sessions and other
 * protocols behind, which an Ingress cannot say. WebSocket connections need nothing further.
 */
export class TraefikRoute extends Construct {
  readonly name: string;
  readonly namespace: string;

  /** The IngressRoute; `undefined` when the props cannot be read. */
  readonly route: ApiObject | undefined;

  /** The IngressRoute on `web` that sends clients to https. */
  readonly redirect: ApiObject | undefined;

  /** The Certificate of cert-manager, when `tls` names an issuer. */
  readonly certificate: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: TraefikRouteProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, routeShape);
    const { name = id, namespace = Chart.of(this).namespace ?? 'default' } = sound;
    this.name = name;
    this.namespace = namespace;
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }

    const tls = props.tls ?? workloadDefaults(this).tls ?? 'default';
    const { hosts, paths, entryPoints = [tls === false ? 'web' : 'websecure'] } = props;
    this.certificate = routeCertificate(this, { name, namespace, hosts, tls });
    this.route = new ApiObject(this, 'route', {
      apiVersion: API_VERSION,
      kind: 'IngressRoute',
      metadata: { name, namespace },
      spec: {
        entryPoints,
        routes: paths.map((path) => routeSpec(props, path, { namespace, hasTls: tls !== false })),
        ...(tls !== false && { tls: tlsSpec(name, tls, props.tlsOptions) }),
      },
    });
    if (tls !== false && (props.redirectToHttps ?? true)) this.redirect = this.redirectTo(hosts);

    for (const { services } of paths) admitTraefik(this, services);
    const claims = claimsOf(hosts, paths, entryPoints);
    registerRoute(this, claims);
    addCheck(this, () =>
      routeViolations(this, props, { namespace, entryPoints, hasTls: tls !== false, claims }),
    );
  }

  /** Longer rules win, so what cert-manager serves below `/.well-known/acme-challenge/` is not sent away. */
  private redirectTo(hosts: readonly string[]): ApiObject {
    const metadata = { name: `${this.name}-to-https`, namespace: this.namespace };
    new ApiObject(this, 'to-https', {
      apiVersion: API_VERSION,
      kind: 'Middleware',
      metadata,
      spec: { redirectScheme: { scheme: 'https', permanent: true } },
    });
    return new ApiObject(this, 'redirect', {
      apiVersion: API_VERSION,
      kind: 'IngressRoute',
      metadata,
      spec: {
        entryPoints: ['web'],
        routes: [
          {
            kind: 'Rule',
            match: hostsRule(hosts),
            middlewares: [metadata],
            services: [{ name: 'noop@internal', kind: 'TraefikService' }],
          },
        ],
      },
    });
  }
}

function routeSpec(
  props: TraefikRouteProps,
  path: TraefikRoutePath,
  { namespace, hasTls }: { readonly namespace: string; readonly hasTls: boolean },
): object {
  const middlewares = [...(props.middlewares ?? []), ...(path.middlewares ?? [])].map(nameOf);
  return {
    kind: 'Rule',
    match: matchRule(props.hosts, path),
    ...(path.priority !== undefined && { priority: path.priority }),
    ...(middlewares.length > 0 && { middlewares }),
    services: namedServices(path.services, namespace).map((service) => serviceSpec(service, hasTls)),
  };
}

function serviceSpec({ sticky = false, ...service }: Named<TraefikServiceSettings>, hasTls: boolean): object {
  if (sticky === false) return service;
  const { sameSite = 'lax', ...cookie } = sticky === true ? {} : sticky;
  return { ...service, sticky: { cookie: { ...cookie, sameSite, httpOnly: true, secure: hasTls } } };
}

function claimsOf(
  hosts: readonly string[],
  paths: readonly TraefikRoutePath[],
  entryPoints: readonly string[],
): ClaimedPath[] {
  return entryPoints.flatMap((entryPoint) =>
    hosts.flatMap((host) =>
      paths.map((path) => ({ entryPoint, host, path: pathKey(path), priority: path.priority })),
    ),
  );
}

const API_VERSION = 'traefik.io/v1alpha1';
