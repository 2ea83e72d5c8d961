import { describe, expect, test } from '@jest/globals';
import { ApiObject, type Chart } from 'cdk8s';
import { Environment } from '../../../constructs/environment';
import { ExistingCluster } from '../../../constructs/cluster/existing-cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import { TraefikMiddleware } from '../../../constructs/platform/traefik/middleware';
import { TraefikRoute } from '../../../constructs/platform/traefik/route';
import type { TraefikRouteProps } from '../../../constructs/platform/traefik/route-settings';
import { TraefikTlsOption } from '../../../constructs/platform/traefik/tls-option';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { connectionTo } from '../../../constructs/workloads/connection';
import { WebService } from '../../../constructs/workloads/web-service';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import {
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
} from '../../support/synth';

const SERVICES = [{ name: 'web', port: 80 }];
const PATHS = [{ services: SERVICES }];
const HOSTS = ['shop.example.org'];

interface IngressRoute {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly entryPoints: readonly string[];
    readonly routes: readonly {
      readonly match: string;
      readonly services: readonly object[];
      readonly middlewares?: readonly object[];
    }[];
    readonly tls?: object;
  };
}

describe('a route', () => {
  test('leads every path of its host to the services, by https with the certificate of Traefik, and sends plain requests there', () => {
    const chart = routeChart({ hosts: HOSTS, paths: PATHS });
    expect(objectsIn(chart)).toEqual([
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'IngressRoute',
        metadata: { name: 'shop', namespace: 'default' },
        spec: {
          entryPoints: ['websecure'],
          routes: [
            { kind: 'Rule', match: 'Host(`shop.example.org`)', services: [{ name: 'web', port: 80 }] },
          ],
          tls: {},
        },
      },
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'Middleware',
        metadata: { name: 'shop-to-https', namespace: 'default' },
        spec: { redirectScheme: { scheme: 'https', permanent: true } },
      },
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'IngressRoute',
        metadata: { name: 'shop-to-https', namespace: 'default' },
        spec: {
          entryPoints: ['web'],
          routes: [
            {
              kind: 'Rule',
              match: 'Host(`shop.example.org`)',
              middlewares: [{ name: 'shop-to-https', namespace: 'default' }],
              services: [{ name: 'noop@internal', kind: 'TraefikService' }],
            },
          ],
        },
      },
    ]);
    expect(schemaProblems(chart)).toEqual([]);
    expect(problemsIn(chart)).toEqual([]);
  });

  test('without TLS listens on web alone', () => {
    const chart = routeChart({ hosts: HOSTS, paths: PATHS, tls: false });
    expect(objectsOf<IngressRoute>(chart, 'IngressRoute')).toMatchObject([
      { spec: { entryPoints: ['web'] } },
    ]);
    expect(objectsIn(chart)).toHaveLength(1);
    expect(routeOf(chart).spec.tls).toBeUndefined();
  });

  test('takes the certificate of a Secret, and no redirect when that is said', () => {
    const chart = routeChart({
      hosts: HOSTS,
      paths: PATHS,
      tls: { secretName: 'shop-tls' },
      redirectToHttps: false,
    });
    expect(routeOf(chart).spec.tls).toEqual({ secretName: 'shop-tls' });
    expect(objectsIn(chart)).toHaveLength(1);
  });

  test('lets cert-manager make the certificate, by a ClusterIssuer or by an issuer as an object', () => {
    const chart = routeChart({
      hosts: ['*.shop.example.org', ...HOSTS],
      paths: PATHS,
      tls: { issuer: 'letsencrypt' },
    });
    expect(routeOf(chart).spec.tls).toEqual({ secretName: 'shop-tls' });
    expect(objectsOf(chart, 'Certificate')).toEqual([
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name: 'shop-tls', namespace: 'default' },
        spec: {
          secretName: 'shop-tls',
          dnsNames: ['*.shop.example.org', 'shop.example.org'],
          issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
        },
      },
    ]);
    expect(schemaProblems(chart)).toEqual([]);
    const own = routeChart({ hosts: HOSTS, paths: PATHS, tls: { issuer: { name: 'lab', kind: 'Issuer' } } });
    expect(objectsOf(own, 'Certificate')).toMatchObject([
      { spec: { issuerRef: { kind: 'Issuer', name: 'lab' } } },
    ]);
  });

  test('gets its certificate as the defaults around it say', () => {
    const chart = plainChart();
    setWorkloadDefaults(chart, { tls: { issuer: 'letsencrypt' } });
    new TraefikRoute(chart, 'shop', { hosts: HOSTS, paths: PATHS });
    expect(objectsOf(chart, 'Certificate')).toHaveLength(1);
  });

  test.each([
    [{}, 'Host(`shop.example.org`)'],
    [{ path: '/' }, 'Host(`shop.example.org`)'],
    [{ path: '/api' }, 'Host(`shop.example.org`) && (Path(`/api`) || PathPrefix(`/api/`))'],
    [{ path: '/api/' }, 'Host(`shop.example.org`) && PathPrefix(`/api/`)'],
    [{ path: '/', pathType: 'Exact' }, 'Host(`shop.example.org`) && Path(`/`)'],
    [{ path: '/a', pathType: 'Exact' }, 'Host(`shop.example.org`) && Path(`/a`)'],
    [{ methods: ['GET', 'HEAD'] }, 'Host(`shop.example.org`) && (Method(`GET`) || Method(`HEAD`))'],
  ] as const)('matches %j by %s', (path, match) => {
    const chart = routeChart({ hosts: HOSTS, paths: [{ ...path, services: SERVICES }] });
    expect(routeOf(chart).spec.routes[0]?.match).toBe(match);
    expect(problemsIn(chart)).toEqual([]);
  });

  test('answers to several hosts, and to any one label in the place of a star', () => {
    const chart = routeChart({ hosts: ['shop.example.org', '*.tenants.example.org'], paths: PATHS });
    expect(routeOf(chart).spec.routes[0]?.match).toBe(
      '(Host(`shop.example.org`) || HostRegexp(`^[a-z0-9-]+\\.tenants\\.example\\.org$`))',
    );
  });

  test('puts its own middlewares before those of a path', () => {
    const namespace = new Namespace(k3sCluster(), 'shop');
    const [limit, strip] = [
      new TraefikMiddleware(namespace, 'limit', { rateLimit: { average: 10 } }),
      new TraefikMiddleware(namespace, 'strip', { stripPrefix: { prefixes: ['/api'] } }),
    ];
    const paths = [
      { services: SERVICES },
      { path: '/api', middlewares: [strip], services: SERVICES, priority: 50 },
    ];
    new TraefikRoute(namespace, 'shop', { hosts: HOSTS, paths, middlewares: [limit], tls: false });
    expect(routeOf(namespace).spec.routes).toMatchObject([
      { middlewares: [{ name: 'limit', namespace: 'shop' }] },
      {
        middlewares: [
          { name: 'limit', namespace: 'shop' },
          { name: 'strip', namespace: 'shop' },
        ],
        priority: 50,
      },
    ]);
    expect(problemsIn(namespace)).toEqual([]);
    expect(schemaProblems(namespace)).toEqual([]);
  });

  test('shares requests by weight and keeps clients at a pod by a cookie that scripts cannot read', () => {
    const services = [
      { name: 'web', port: 'http', weight: 9, sticky: true },
      {
        name: 'next',
        port: 443,
        weight: 1,
        sticky: { name: 'pod', maxAge: 60, sameSite: 'strict' as const },
        scheme: 'https' as const,
      },
      { name: 'grpc', port: 50051, scheme: 'h2c' as const, passHostHeader: false, serversTransport: 'own' },
    ];
    const chart = routeChart({ hosts: HOSTS, paths: [{ services }] });
    expect(routeOf(chart).spec.routes[0]?.services).toEqual([
      {
        name: 'web',
        port: 'http',
        weight: 9,
        sticky: { cookie: { sameSite: 'lax', httpOnly: true, secure: true } },
      },
      {
        name: 'next',
        port: 443,
        weight: 1,
        scheme: 'https',
        sticky: { cookie: { name: 'pod', maxAge: 60, sameSite: 'strict', httpOnly: true, secure: true } },
      },
      { name: 'grpc', port: 50051, scheme: 'h2c', passHostHeader: false, serversTransport: 'own' },
    ]);
    expect(schemaProblems(chart)).toEqual([]);
  });

  test('a cookie of a route without TLS is sent without it', () => {
    const chart = routeChart({
      hosts: HOSTS,
      paths: [{ services: [{ name: 'web', port: 80, sticky: true }] }],
      tls: false,
    });
    expect(routeOf(chart).spec.routes[0]?.services).toMatchObject([
      { sticky: { cookie: { secure: false } } },
    ]);
  });

  test('asks of clients what TLS options say', () => {
    const chart = plainChart('shop');
    const tlsOptions = new TraefikTlsOption(chart, 'modern', { minVersion: 'VersionTLS13' });
    new TraefikRoute(chart, 'shop', { hosts: HOSTS, paths: PATHS, tlsOptions });
    expect(routeOf(chart).spec.tls).toEqual({ options: { name: 'modern', namespace: 'shop' } });
    expect(problemsIn(chart)).toEqual([]);
  });

  test('leads to workloads of the program by their connections, whose policies let Traefik in', () => {
    const cluster = k3sCluster();
    const [shop, other] = [new Namespace(cluster, 'shop'), new Namespace(cluster, 'other')];
    new Traefik(cluster, 'traefik', { allowCrossNamespace: true });
    const image = 'registry.example.org/web:1.0.0';
    const services = [
      new WebService(shop, 'web', { image, port: 3000 }),
      new WebService(other, 'next', { image }),
    ];
    const paths = [{ services: services.map(({ connection }) => ({ connection, weight: 2 })) }];
    new TraefikRoute(shop, 'front', { hosts: HOSTS, paths });
    expect(routeOf(shop).spec.routes[0]?.services).toEqual([
      { name: 'web', port: 80, weight: 2 },
      { name: 'next', namespace: 'other', port: 80, weight: 2 },
    ]);
    expect(objectsOf(shop, 'NetworkPolicy')).toMatchObject([
      {
        metadata: { name: 'web' },
        spec: {
          ingress: [
            {
              from: [
                {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                  podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } },
                },
              ],
              ports: [{ port: 3000, protocol: 'TCP' }],
            },
          ],
        },
      },
    ]);
    expect(problemsIn(shop)).toEqual([]);
  });

  test('takes a name, a namespace and entry points', () => {
    const chart = routeChart({
      hosts: HOSTS,
      paths: PATHS,
      name: 'front',
      namespace: 'web',
      entryPoints: ['internal'],
    });
    expect(routeOf(chart)).toMatchObject({
      metadata: { name: 'front', namespace: 'web' },
      spec: { entryPoints: ['internal'] },
    });
  });
});

describe('a route fails when', () => {
  test('a host, a path, a method or a service is no such thing', () => {
    const chart = routeChart({
      hosts: ['https://shop.example.org:8443/a', 'shop_1.example.org', '*.10.0.0.1', ''],
      paths: [
        { path: 'api', services: SERVICES },
        { path: '/a b`', services: [] },
        { path: '/files/*', methods: ['get'], services: [{ name: 'Web', port: 70000, weight: -1 }] },
        { path: '/text', services: [{ name: 'web', port: '80' }] },
        { path: '/idle', services: [{ name: 'web', port: 80, weight: 0 }] },
      ],
    });
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/shop] hosts[0]: must be a host name without scheme, port and path, got "https://shop.example.org:8443/a"; write 'shop.example.org' (traefik-route)",
       "[plain/shop] hosts[1]: must be a host name without scheme, port and path, got "shop_1.example.org"; write 'shop.example.org' (traefik-route)",
       "[plain/shop] hosts[2]: must be a host name without scheme, port and path, got "*.10.0.0.1"; write 'shop.example.org' (traefik-route)",
       "[plain/shop] hosts[3]: must be a host name without scheme, port and path, got ""; write 'shop.example.org' (traefik-route)",
       "[plain/shop] paths[0].path: must start with '/' and have no spaces, wildcards, '?', '#' or backquotes, got "api"; write '/api' (traefik-route)",
       "[plain/shop] paths[1].path: must start with '/' and have no spaces, wildcards, '?', '#' or backquotes, got "/a b\`"; write '/ab' (traefik-route)",
       "[plain/shop] paths[1].services: names no service; write services: [{ name: 'web', port: 80 }] (traefik-route)",
       "[plain/shop] paths[2].path: must start with '/' and have no spaces, wildcards, '?', '#' or backquotes, got "/files/*"; write '/files/' (traefik-route)",
       "[plain/shop] paths[2].methods[0]: must be an HTTP method in capital letters, got "get"; write 'GET' (traefik-route)",
       "[plain/shop] paths[2].services[0].name: must be the name of a Service, got "Web"; write name: 'web' (traefik-route)",
       "[plain/shop] paths[2].services[0].port: must be a number from 1 to 65535 or the name of a port, got 70000; write port: 80 (traefik-route)",
       "[plain/shop] paths[2].services[0].weight: must be a whole number from 0 on, got -1; write weight: 1 (traefik-route)",
       "[plain/shop] paths[3].services[0].port: must be a number from 1 to 65535 or the name of a port, got "80"; write port: 80 (traefik-route)",
       "[plain/shop] paths[4].services: has no service with a weight above 0: every request would fail; give one a weight of 1 or more (traefik-route)",
     ]
    `);
  });

  test('it has no host, no path, or no entry point', () => {
    const chart = routeChart({ hosts: [], paths: [], entryPoints: [] });
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/shop] hosts: names no host: the route would answer to every one; write hosts: ['shop.example.org'] (traefik-route)",
       "[plain/shop] paths: is empty: nothing answers; write paths: [{ services: [{ name: 'web', port: 80 }] }] (traefik-route)",
       "[plain/shop] entryPoints: names no entry point: the route would listen on every one; write entryPoints: ['websecure'] (traefik-route)",
     ]
    `);
  });

  test('a connection leads to no Service, or into another cluster', () => {
    const elsewhere = new Namespace(k3sCluster(), 'shop');
    const web = new WebService(elsewhere, 'web', { image: 'registry.example.org/web:1.0.0' });
    const namespace = new Namespace(k3sCluster(), 'shop');
    const services = [
      { connection: connectionTo({ host: '10.0.0.5', port: 80 }) },
      { connection: web.connection },
    ];
    new TraefikRoute(namespace, 'front', { hosts: HOSTS, paths: [{ services }] });
    expect(problemsIn(namespace)).toMatchInlineSnapshot(`
     [
       "[k3s/shop/front] paths[0].services[0].connection: leads to "10.0.0.5", which is no Service of the cluster; make an ExternalService for it, and pass the connection of that (traefik-route)",
       "[k3s/shop/front] paths[0].services[1].connection: leads to k3s/shop/web, which is in another cluster; make the route there (traefik-route)",
     ]
    `);
  });

  test('the props have another form', () => {
    const chart = routeChart({
      host: 'shop.example.org',
      tls: {},
      paths: [{ service: 'web' }],
    } as unknown as TraefikRouteProps);
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/shop] hosts: is missing; write hosts: … (props-shape)",
       "[plain/shop] host: is not known; write hosts (props-shape)",
       "[plain/shop] tls: must say where the certificate comes from, got a map; write tls: { issuer: 'letsencrypt' }, { secretName: 'web-tls' }, 'default' or false (props-shape)",
       "[plain/shop] paths[0].services: is missing; write services: … (props-shape)",
       "[plain/shop] paths[0].service: is not known; write services (props-shape)",
     ]
    `);
  });

  test('it says something of TLS that it does not speak, or that does not count', () => {
    const chart = plainChart('shop');
    const tlsOptions = new TraefikTlsOption(chart, 'modern', { minVersion: 'VersionTLS13' });
    new TraefikRoute(chart, 'a', {
      hosts: ['a.example.org'],
      paths: PATHS,
      tls: false,
      tlsOptions,
      redirectToHttps: true,
    });
    new TraefikRoute(chart, 'b', { hosts: ['*.b.example.org'], paths: PATHS, tlsOptions });
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/a] tlsOptions: is about TLS, which the route does not speak; remove tlsOptions, or write tls: { issuer: 'letsencrypt' } (traefik-route)",
       "[plain/a] redirectToHttps: is about TLS, which the route does not speak; remove redirectToHttps, or write tls: { issuer: 'letsencrypt' } (traefik-route)",
       "[plain/b] tlsOptions: does not count for "*.b.example.org": Traefik finds TLS options by whole host names; write tls: { … } in the props of Traefik, or name the hosts (traefik-route)",
     ]
    `);
  });

  test('a wildcard would be told to Traefik 2', () => {
    const namespace = new Namespace(k3sCluster({ version: 'v1.32.0+k3s1' }), 'shop');
    new TraefikRoute(namespace, 'front', { hosts: ['*.example.org'], paths: PATHS });
    expect(problemsIn(namespace)).toMatchInlineSnapshot(`
     [
       "[k3s/shop/front] hosts[0]: is a wildcard, which routes here cannot say to the Traefik 2 of K3s v1.32.0+k3s1; name the hosts, or write version: 'v1.32.13+k3s1' or newer in the cluster's props (traefik-route)",
     ]
    `);
    const newer = new Namespace(k3sCluster(), 'shop');
    new TraefikRoute(newer, 'front', { hosts: ['*.example.org'], paths: PATHS });
    expect(problemsIn(newer)).toEqual([]);
  });

  test('production would be served without encryption', () => {
    const define = (env: Environment): ExistingCluster =>
      new ExistingCluster(env, 'k3s', {
        kubeconfig: { context: 'k3s' },
        kubernetesVersion: '1.34',
        ingressClass: 'traefik',
      });
    const env = new Environment('production');
    const namespace = new Namespace(define(env), 'shop');
    new TraefikRoute(namespace, 'shop', { hosts: HOSTS, paths: PATHS, tls: false });
    expect(problemsIn(namespace)).toMatchInlineSnapshot(`
     [
       "[k3s/shop/shop] tls: is false, and shop.example.org would be served without encryption in production; write tls: { issuer: 'letsencrypt' } or { secretName: … }; where something in front does it, setWorkloadDefaults(env, { requireTls: false }) (host-needs-tls)",
     ]
    `);
    const relaxed = new Environment('production');
    setWorkloadDefaults(relaxed, { requireTls: false });
    const behind = new Namespace(define(relaxed), 'shop');
    new TraefikRoute(behind, 'shop', { hosts: HOSTS, paths: PATHS, tls: false });
    expect(problemsIn(behind)).toEqual([]);
  });

  test('a path is there twice, in itself or in another route of the cluster', () => {
    const cluster = k3sCluster();
    const [shop, other] = [new Namespace(cluster, 'shop'), new Namespace(cluster, 'other')];
    const paths = [{ path: '/api', services: SERVICES }];
    new TraefikRoute(shop, 'first', { hosts: HOSTS, paths: [...paths, ...paths] });
    new TraefikRoute(other, 'second', { hosts: HOSTS, paths });
    new TraefikRoute(other, 'preferred', {
      hosts: HOSTS,
      paths: [{ path: '/api', services: SERVICES, priority: 99 }],
    });
    new TraefikRoute(other, 'plain', { hosts: HOSTS, paths, tls: false });
    expect([...problemsIn(shop), ...problemsIn(other)]).toMatchInlineSnapshot(`
     [
       "[k3s/shop/first] paths[1]: is for "/api" once more; write both services into one path, or say another priority (traefik-route)",
       "[k3s/other/second] paths: answers to shop.example.org at /api, as k3s/shop/first does; remove one of the two, or give one a priority (traefik-route)",
     ]
    `);
  });
});

describe('with the Traefik of the program, a route', () => {
  test('fails at entry points, namespaces and middlewares that it does not reach', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik', { entryPoints: { internal: { port: 9443 } } });
    const [shop, other] = [new Namespace(cluster, 'shop'), new Namespace(cluster, 'other')];
    const far = new TraefikMiddleware(other, 'limit', { rateLimit: { average: 10 } });
    new TraefikMiddleware(shop, 'compress', { compress: {} });
    new TraefikRoute(shop, 'shop', {
      hosts: HOSTS,
      entryPoints: ['intern'],
      middlewares: [
        far,
        { namespace: 'shop', name: 'compres' },
        { namespace: 'shop', name: 'sso-of-another-team' },
      ],
      paths: [{ services: [{ name: 'web', namespace: 'other', port: 80 }] }],
    });
    expect(problemsIn(shop)).toMatchInlineSnapshot(`
     [
       "[k3s/shop/shop] paths[0].services[0].namespace: is in namespace "other", where a route in "shop" may not look; make it in "shop", or write allowCrossNamespace: true in the props of Traefik (traefik-reference)",
       "[k3s/shop/shop] middlewares[0]: is in namespace "other", where a route in "shop" may not look; make it in "shop", or write allowCrossNamespace: true in the props of Traefik (traefik-reference)",
       "[k3s/shop/shop] middlewares[1]: names Middleware "compres" of namespace "shop", which this program does not make; did you mean 'compress'? (traefik-reference)",
       "[k3s/shop/shop] middlewares[2]: names Middleware "sso-of-another-team" of namespace "shop", which this program does not make; make it, or see that something else does (traefik-reference) [warning]",
       "[k3s/shop/shop] entryPoints: names entry point "intern"; Traefik has web, websecure, internal; write 'internal', or write entryPoints: { intern: { port: … } } in the props of Traefik (traefik-route)",
     ]
    `);
  });

  test('may look into other namespaces where Traefik allows it', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik', { entryPoints: { internal: { port: 9443 } }, allowCrossNamespace: true });
    const [shop, other] = [new Namespace(cluster, 'shop'), new Namespace(cluster, 'other')];
    const far = new TraefikMiddleware(other, 'limit', { rateLimit: { average: 10 } });
    const services = [{ name: 'web', namespace: 'other', port: 80 }];
    new TraefikRoute(shop, 'shop', {
      hosts: HOSTS,
      entryPoints: ['internal'],
      middlewares: [far],
      paths: [{ services }],
    });
    expect(problemsIn(shop)).toEqual([]);
  });
});

test('a middleware made as a plain object is found', () => {
  const chart = plainChart('shop');
  const metadata = { name: 'own' };
  new ApiObject(chart, 'own', {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata,
    spec: { compress: {} },
  });
  new TraefikRoute(chart, 'shop', {
    hosts: HOSTS,
    paths: PATHS,
    middlewares: [{ namespace: 'shop', name: 'own' }],
  });
  expect(problemsIn(chart)).toEqual([]);
});

function routeChart(props: TraefikRouteProps): Chart {
  const chart = plainChart();
  new TraefikRoute(chart, 'shop', props);
  return chart;
}

function routeOf(chart: Chart): IngressRoute {
  const [route] = objectsOf<IngressRoute>(chart, 'IngressRoute');
  if (route === undefined) throw new Error('no IngressRoute');
  return route;
}
