import { K3sCluster } from '../../../constructs/cluster/k3s-cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import type { Environment } from '../../../constructs/environment';
import { TraefikMiddleware } from '../../../constructs/platform/traefik/middleware';
import { TraefikRoute } from '../../../constructs/platform/traefik/route';
import { TraefikTcpRoute } from '../../../constructs/platform/traefik/tcp-route';
import { TraefikTlsOption } from '../../../constructs/platform/traefik/tls-option';
import { WebService } from '../../../constructs/workloads/web-service';
import { secret } from '../../../lib/secret';

/** Services and routes that http-traefik.test.ts asks for, all in namespace `shop` but one. */
export function routeProgram(env: Environment): void {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'v1.34.9+k3s1',
    servers: { alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' } },
  });
  // Nothing is said of allowCrossNamespace to the cluster's Traefik here, so that the route across namespaces is only warned of.
  const namespace = new Namespace(cluster, 'shop');
  for (const name of ['web', 'api', 'next', 'gate'])
    new WebService(namespace, name, { image: `registry.example.org/${name}:1.0.0` });
  new WebService(new Namespace(cluster, 'other'), 'elsewhere', {
    image: 'registry.example.org/elsewhere:1.0.0',
  });
  shopRoutes(namespace);
  middlewareRoutes(namespace);
  serviceRoutes(namespace);
}

const WEB = [{ name: 'web', port: 'http' }];
const API = [{ name: 'api', port: 80 }];
const NEXT = [{ name: 'next', port: 80 }];

function shopRoutes(namespace: Namespace): void {
  const headers = new TraefikMiddleware(namespace, 'headers', {
    securityHeaders: { customResponseHeaders: { 'X-Made-By': 'hand' } },
  });
  new TraefikRoute(namespace, 'shop', {
    hosts: ['shop.example.org'],
    tls: { secretName: 'shop-tls' },
    middlewares: [headers],
    paths: [
      { services: WEB },
      { path: '/api', services: API },
      { path: '/exact', pathType: 'Exact', services: API },
      { methods: ['DELETE'], services: NEXT },
    ],
  });
  // The way to cert-manager's answer to a challenge.
  new TraefikRoute(namespace, 'challenge', {
    hosts: ['shop.example.org'],
    tls: false,
    paths: [{ path: '/.well-known/acme-challenge/token', pathType: 'Exact', services: NEXT }],
  });
  new TraefikRoute(namespace, 'issued', {
    hosts: ['issued.example.org'],
    tls: { issuer: 'letsencrypt' },
    paths: [{ services: WEB }],
  });
  new TraefikRoute(namespace, 'tenants', {
    hosts: ['*.tenants.example.org'],
    tls: { secretName: 'tenants-tls' },
    paths: [{ services: WEB }],
  });
  const modern = new TraefikTlsOption(namespace, 'modern', { minVersion: 'VersionTLS13' });
  new TraefikRoute(namespace, 'modern-only', {
    hosts: ['modern.example.org'],
    tls: 'default',
    tlsOptions: modern,
    paths: [{ services: WEB }],
  });
}

function middlewareRoutes(namespace: Namespace): void {
  const made = {
    limited: new TraefikMiddleware(namespace, 'limit', {
      rateLimit: { average: 1, period: '10s', burst: 3 },
    }),
    staff: new TraefikMiddleware(namespace, 'staff', {
      basicAuth: { users: secret('staff'), removeHeader: true },
    }),
    gated: new TraefikMiddleware(namespace, 'ask', {
      forwardAuth: { address: 'http://10.42.7.5:8080/verify', authResponseHeaders: ['X-Auth-User'] },
    }),
    inside: new TraefikMiddleware(namespace, 'inside', { ipAllowList: { sourceRange: ['192.168.1.0/24'] } }),
    dangling: { namespace: 'shop', name: 'made-elsewhere' },
  };
  for (const [name, middleware] of Object.entries(made)) {
    new TraefikRoute(namespace, `${name}-route`, {
      hosts: [`${name}.example.org`],
      tls: false,
      middlewares: [middleware],
      paths: [{ services: WEB }],
    });
  }
  const orders = new WebService(namespace, 'orders', { image: 'registry.example.org/orders:1.0.0' });
  const strip = new TraefikMiddleware(namespace, 'strip', { stripPrefix: { prefixes: ['/v1'] } });
  new TraefikRoute(namespace, 'plain', {
    hosts: ['plain.example.org'],
    tls: false,
    paths: [{ path: '/v1', middlewares: [strip], services: [{ connection: orders.connection }] }],
  });
}

function serviceRoutes(namespace: Namespace): void {
  new TraefikRoute(namespace, 'weighted', {
    hosts: ['weighted.example.org'],
    tls: false,
    paths: [{ services: [{ name: 'api', port: 80, weight: 3 }, ...NEXT] }],
  });
  new TraefikRoute(namespace, 'sticky', {
    hosts: ['sticky.example.org'],
    tls: false,
    paths: [{ services: [{ name: 'web', port: 80, sticky: { name: 'shop-pod' } }] }],
  });
  new TraefikRoute(namespace, 'across', {
    hosts: ['across.example.org'],
    tls: false,
    paths: [{ services: [{ name: 'elsewhere', namespace: 'other', port: 80 }] }],
  });
  new TraefikTcpRoute(namespace, 'database', { entryPoints: ['postgres'], services: API });
}
