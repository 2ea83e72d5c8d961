import { Namespace } from '../../../constructs/cluster/namespace';
import {
  TraefikMiddleware,
  type TraefikMiddlewareKind,
} from '../../../constructs/platform/traefik/middleware';
import { type TlsOptionSettings, TraefikTlsOption } from '../../../constructs/platform/traefik/tls-option';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import type { TraefikProps } from '../../../constructs/platform/traefik/traefik-settings';
import { secret } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const options = pairs<
  Omit<
    TraefikProps,
    'dashboard' | 'externalTrafficPolicy' | 'loadBalancerSourceRanges' | 'namespace' | 'replicas'
  >
>({
  exposure: [undefined, 'loadbalancer', 'nodePort', 'hostPort', 'clusterIp'],
  entryPoints: [undefined, { ssh: { port: 2222 }, web: { forwardedHeadersFrom: ['10.0.0.0/8'] } }],
  redirectToHttps: [undefined, true],
  serviceAnnotations: [undefined, { 'example.org/note': 'x' }],
  serviceLabels: [undefined, { 'example.org/pool': 'edge' }],
  isDefaultClass: [undefined, false],
  tls: [undefined, { minVersion: 'VersionTLS13', sniStrict: true }],
  defaultCertificate: [undefined, 'wildcard'],
  logLevel: [undefined, 'DEBUG'],
  accessLog: [undefined, true, { format: 'json' }],
  metrics: [undefined, false],
  gatewayApi: [undefined, true],
  allowCrossNamespace: [undefined, true],
  allowExternalNameServices: [undefined, true],
  resources: [undefined, { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } }],
  values: [undefined, { podDisruptionBudget: { enabled: true, minAvailable: 1 } }],
});

const dashboard: ApiCase = {
  name: 'Traefik with a dashboard, traffic kept local, on every node',
  build: (cluster) => {
    new TraefikMiddleware(new Namespace(cluster, 'kube-system'), 'admins', {
      basicAuth: { secret: 'admins' },
    });
    new Traefik(cluster, 'traefik', {
      dashboard: { host: 'traefik.example.org', auth: { name: 'admins', namespace: 'kube-system' } },
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      replicas: 'every-node',
    });
  },
};

const kinds: readonly TraefikMiddlewareKind[] = [
  { rateLimit: { average: 10, period: '1m', burst: 20, sourceCriterion: { ipStrategy: { depth: 1 } } } },
  {
    headers: {
      customRequestHeaders: { 'X-From': 'edge' },
      customResponseHeaders: { Server: '' },
      stsSeconds: 31536000,
      stsIncludeSubdomains: true,
    },
  },
  { redirectScheme: { scheme: 'https', permanent: true } },
  { redirectRegex: { regex: '^https://old\\.example\\.org/(.*)', replacement: 'https://example.org/${1}' } },
  { basicAuth: { secret: 'users', realm: 'shop', removeHeader: true } },
  { basicAuth: { users: secret('users') } },
  { digestAuth: { secret: 'users' } },
  {
    forwardAuth: {
      address: 'http://auth.auth.svc/verify',
      authResponseHeaders: ['X-User'],
      trustForwardHeader: true,
    },
  },
  { ipAllowList: { sourceRange: ['10.0.0.0/8'], ipStrategy: { excludedIPs: ['10.0.0.1'] } } },
  { stripPrefix: { prefixes: ['/api'] } },
  { stripPrefixRegex: { regex: ['/v[0-9]+'] } },
  { addPrefix: { prefix: '/app' } },
  { replacePath: { path: '/' } },
  { replacePathRegex: { regex: '^/a/(.*)', replacement: '/b/$1' } },
  { compress: {} },
  { retry: { attempts: 3, initialInterval: '100ms' } },
  { inFlightReq: { amount: 10 } },
  { buffering: { maxRequestBodyBytes: 1048576 } },
  { circuitBreaker: { expression: 'NetworkErrorRatio() > 0.30' } },
  { chain: { middlewares: [{ name: 'other', namespace: 'shop' }] } },
  { other: { grpcWeb: { allowOrigins: ['*'] } } },
];

const tlsOptions = pairs<TlsOptionSettings>({
  minVersion: [undefined, 'VersionTLS12', 'VersionTLS13'],
  maxVersion: [undefined, 'VersionTLS13'],
  cipherSuites: [undefined, ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384']],
  curvePreferences: [undefined, ['X25519', 'CurveP256']],
  sniStrict: [undefined, true],
  alpnProtocols: [undefined, ['http/1.1']],
  clientAuth: [undefined, { clientAuthType: 'RequireAndVerifyClientCert', secretNames: ['clients'] }],
});

export const cases: readonly ApiCase[] = [
  ...options.map((props): ApiCase => ({
    name: `Traefik ${describePair(props)}`,
    ...(Object.entries(props).every(([name, value]) => name === 'exposure' && value === 'loadbalancer') && {
      makesNothing: 'K3s packages it, and has these settings by itself',
    }),
    build: (cluster) => void new Traefik(cluster, 'traefik', props),
  })),
  dashboard,
  ...kinds.map((kind): ApiCase => ({
    name: `TraefikMiddleware ${Object.entries(kind)
      .map(([name, settings]) => `${name} of ${Object.keys(settings as object).join(', ') || 'nothing'}`)
      .join()}`,
    build: (cluster) => {
      const shop = new Namespace(cluster, 'shop', { podSecurity: 'restricted' });
      new TraefikMiddleware(shop, 'middleware', kind);
      if ('chain' in kind) new TraefikMiddleware(shop, 'other', { compress: {} });
    },
  })),
  ...tlsOptions.map((settings): ApiCase => ({
    name: `TraefikTlsOption ${describePair(settings)}`,
    build: (cluster) => void new TraefikTlsOption(new Namespace(cluster, 'shop'), 'tls', settings),
  })),
];
