import { describe, expect, test } from '@jest/globals';
import {
  Namespace,
  TraefikMiddleware,
  TraefikTlsOption,
  type TraefikMiddlewareKind,
} from '../../../constructs';
import { k3sCluster, objectsIn, plainChart, problemsIn, schemaProblems } from '../../support/synth';

const KINDS: readonly TraefikMiddlewareKind[] = [
  { rateLimit: { average: 100, period: '1m', burst: 50, sourceCriterion: { ipStrategy: { depth: 1 } } } },
  { headers: { stsSeconds: 31536000, stsIncludeSubdomains: true, customResponseHeaders: { Server: '' } } },
  { redirectScheme: { scheme: 'https', port: '443', permanent: true } },
  { redirectRegex: { regex: '^https://www\\.(.*)', replacement: 'https://${1}' } },
  { basicAuth: { secret: 'users', removeHeader: true } },
  { digestAuth: { secret: 'users' } },
  { forwardAuth: { address: 'http://auth.auth.svc:4180', authResponseHeaders: ['X-User'] } },
  { ipAllowList: { sourceRange: ['10.0.0.0/8'], rejectStatusCode: 404 } },
  { stripPrefix: { prefixes: ['/api'] } },
  { stripPrefixRegex: { regex: ['/v[0-9]'] } },
  { addPrefix: { prefix: '/app' } },
  { replacePath: { path: '/' } },
  { replacePathRegex: { regex: '^/a/(.*)', replacement: '/$1' } },
  { compress: { minResponseBodyBytes: 2048, encodings: ['gzip'] } },
  { retry: { attempts: 3, initialInterval: '100ms' } },
  { inFlightReq: { amount: 10 } },
  { buffering: { maxRequestBodyBytes: 10_000_000 } },
  { circuitBreaker: { expression: 'NetworkErrorRatio() > 0.30', checkPeriod: '1s' } },
  { chain: { middlewares: [{ namespace: 'shop', name: 'limit' }] } },
  { other: { contentType: { autoDetect: true } } },
];

describe('a middleware', () => {
  test.each(KINDS.map((kind) => [Object.keys(kind)[0]!, kind] as const))(
    'of kind %s is what the CustomResourceDefinition has',
    (_, kind) => {
      const chart = plainChart();
      new TraefikMiddleware(chart, 'it', kind);
      expect(schemaProblems(chart)).toEqual([]);
      expect(problemsIn(chart)).toEqual([]);
    },
  );

  test('is named by its id in the namespace around it, and referred to as Traefik spells it', () => {
    const namespace = new Namespace(k3sCluster(), 'shop');
    const limit = new TraefikMiddleware(namespace, 'limit', { rateLimit: { average: 100 } });
    expect(limit.reference).toBe('shop-limit@kubernetescrd');
    expect(objectsIn(namespace)).toEqual([
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'Middleware',
        metadata: { name: 'limit', namespace: 'shop' },
        spec: { rateLimit: { average: 100 } },
      },
    ]);
  });

  test('takes a name and a namespace; anything but letters and digits becomes one dash in the reference', () => {
    const props = { name: 'limit.v2', namespace: 'web', compress: {} };
    expect(new TraefikMiddleware(plainChart(), 'it', props).reference).toBe('web-limit-v2@kubernetescrd');
    expect(new TraefikMiddleware(plainChart(), 'it', { compress: {} }).namespace).toBe('default');
  });

  test('fails when it does nothing, several things, or something unknown', () => {
    const chart = plainChart();
    new TraefikMiddleware(chart, 'none', {} as TraefikMiddlewareKind);
    new TraefikMiddleware(chart, 'two', { compress: {}, retry: { attempts: 2 } });
    new TraefikMiddleware(chart, 'typo', { ratelimit: {} } as unknown as TraefikMiddlewareKind);
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/none] props: must do exactly one thing, got nothing; write one thing into each TraefikMiddleware, and join several by chain: { middlewares: [a, b] } (traefik-middleware)",
       "[plain/two] props: must do exactly one thing, got compress, retry; write one thing into each TraefikMiddleware, and join several by chain: { middlewares: [a, b] } (traefik-middleware)",
       "[plain/typo] ratelimit: is no middleware that has a type here; did you mean 'rateLimit'? (traefik-middleware)",
     ]
    `);
  });
});

describe('TLS options', () => {
  test('are an object that routes refer to', () => {
    const chart = plainChart('shop');
    const modern = new TraefikTlsOption(chart, 'modern', {
      minVersion: 'VersionTLS13',
      sniStrict: true,
      clientAuth: { clientAuthType: 'RequireAndVerifyClientCert', secretNames: ['client-ca'] },
    });
    expect(modern.reference).toBe('shop-modern@kubernetescrd');
    expect(objectsIn(chart)).toMatchObject([
      {
        kind: 'TLSOption',
        metadata: { name: 'modern', namespace: 'shop' },
        spec: { minVersion: 'VersionTLS13' },
      },
    ]);
    expect(schemaProblems(chart)).toEqual([]);
  });

  test('fail when they would be those of every route', () => {
    const chart = plainChart();
    new TraefikTlsOption(chart, 'default', { minVersion: 'VersionTLS12' });
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/default] name: is 'default', which Traefik gives to every route of the cluster, and ignores when two have it; write tls: { … } in the props of Traefik, or another name (traefik-tls)",
     ]
    `);
  });
});
