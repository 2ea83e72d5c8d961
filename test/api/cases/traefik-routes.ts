import type { Cluster } from '../../../constructs/cluster/cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import { TraefikMiddleware } from '../../../constructs/platform/traefik/middleware';
import { TraefikRoute } from '../../../constructs/platform/traefik/route';
import type {
  TraefikRoutePath,
  TraefikRouteProps,
  TraefikServiceSettings,
} from '../../../constructs/platform/traefik/route-settings';
import {
  TraefikTcpRoute,
  type TraefikTcpRouteProps,
  type TraefikTcpServiceSettings,
} from '../../../constructs/platform/traefik/tcp-route';
import { TraefikTlsOption } from '../../../constructs/platform/traefik/tls-option';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { secret, SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const WEB = { name: 'web', port: 80 };

const routes = pairs<Omit<TraefikRouteProps, 'hosts' | 'paths' | 'namespace'>>({
  middlewares: [undefined, [{ namespace: 'shop', name: 'limit' }]],
  tls: [
    undefined,
    'default',
    { secretName: 'shop-tls' },
    { issuer: 'letsencrypt' },
    { issuer: { name: 'lab', kind: 'Issuer' } },
  ],
  tlsOptions: [undefined, { namespace: 'shop', name: 'modern' }],
  redirectToHttps: [undefined, false],
  entryPoints: [undefined, ['internal']],
  name: [undefined, 'front-door'],
});

const paths = pairs<Omit<TraefikRoutePath, 'services'>>({
  path: [undefined, '/api', '/api/'],
  pathType: [undefined, 'Exact'],
  methods: [undefined, ['GET', 'HEAD']],
  middlewares: [undefined, [{ namespace: 'shop', name: 'limit' }]],
  priority: [undefined, 50],
});

const services = pairs<TraefikServiceSettings>({
  weight: [undefined, 3],
  scheme: [undefined, 'https', 'h2c'],
  passHostHeader: [undefined, false],
  sticky: [undefined, true, { name: 'pod', maxAge: 60, sameSite: 'strict' }],
  serversTransport: [undefined, 'own'],
});

const tcpRoutes = pairs<Omit<TraefikTcpRouteProps, 'entryPoints' | 'hosts' | 'services' | 'namespace'>>({
  tls: ['passthrough', 'default', { secretName: 'db-tls' }, { issuer: 'lab' }],
  tlsOptions: [undefined, { namespace: 'shop', name: 'modern' }],
  name: [undefined, 'database'],
});

const tcpServices = pairs<TraefikTcpServiceSettings>({
  weight: [undefined, 3],
  tls: [undefined, true],
  serversTransport: [undefined, 'own'],
});

/** A namespace with what the routes name. */
function shop(cluster: Cluster): Namespace {
  new Traefik(cluster, 'traefik', { entryPoints: { internal: { port: 9443 }, postgres: { port: 5432 } } });
  const namespace = new Namespace(cluster, 'shop');
  new TraefikMiddleware(namespace, 'limit', { rateLimit: { average: 10 } });
  new TraefikTlsOption(namespace, 'modern', { minVersion: 'VersionTLS13' });
  return namespace;
}

const hosts = ['shop.example.org', 'www.shop.example.org'];

export const cases: readonly ApiCase[] = [
  ...routes.map((props): ApiCase => ({
    name: `TraefikRoute ${describePair(props)}`,
    build: (cluster) =>
      void new TraefikRoute(shop(cluster), 'front', { hosts, paths: [{ services: [WEB] }], ...props }),
  })),
  {
    name: 'TraefikRoute with each pair of settings of paths and services',
    build: (cluster) => {
      const namespace = shop(cluster);
      for (const [index, path] of paths.entries())
        new TraefikRoute(namespace, `path-${index}`, {
          hosts: [`path-${index}.example.org`],
          paths: [{ services: [WEB], ...path }],
        });
      const all = services.map((settings, index) => ({ ...settings, name: `web-${index}`, port: 'http' }));
      new TraefikRoute(namespace, 'services', {
        hosts: ['*.services.example.org'],
        tls: false,
        paths: [{ services: all }],
      });
    },
  },
  ...tcpRoutes.map((props): ApiCase => ({
    name: `TraefikTcpRoute ${describePair(props)}`,
    build: (cluster) =>
      void new TraefikTcpRoute(shop(cluster), 'db', {
        entryPoints: ['postgres'],
        hosts: ['db.example.org', '*.db.example.org'],
        services: tcpServices.map((settings, index) => ({ ...settings, name: `db-${index}`, port: 5432 })),
        ...props,
        // Traefik finds options by whole host names.
        ...(props.tlsOptions !== undefined && { hosts: ['db.example.org'] }),
      }),
  })),
  {
    name: 'TraefikTcpRoute for every connection',
    build: (cluster) =>
      void new TraefikTcpRoute(shop(cluster), 'db', {
        entryPoints: ['postgres'],
        services: [{ name: 'db', port: 5432 }],
      }),
  },
  {
    name: 'TraefikMiddleware with users by reference, and security headers',
    build: (cluster) => {
      const namespace = shop(cluster);
      new TraefikMiddleware(namespace, 'staff', { basicAuth: { users: secret('staff') } });
      const users = SecretRef.existing({ name: 'team', key: 'users' });
      new TraefikMiddleware(namespace, 'team', { digestAuth: { users } });
      new TraefikMiddleware(namespace, 'headers', { securityHeaders: {} });
    },
  },
];
