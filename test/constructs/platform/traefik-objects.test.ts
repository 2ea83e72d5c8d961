import { describe, expect, test } from '@jest/globals';
import {
  Namespace,
  TraefikMiddleware,
  TraefikTlsOption,
  type TraefikMiddlewareKind,
} from '../../../constructs';
import type { TlsOptionSettings } from '../../../constructs/platform/traefik/tls-option';
import { secret, SecretRef } from '../../../lib/secret';
import {
  k3sCluster,
  objectsIn,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

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

describe('users of basicAuth', () => {
  test('are a secret of the environment, of which a Kubernetes Secret is made', () => {
    const cluster = k3sCluster();
    const staff = new TraefikMiddleware(new Namespace(cluster, 'shop'), 'staff', {
      basicAuth: { users: secret('staff'), realm: 'shop' },
    });
    expect(staff.middleware?.toJson()).toMatchObject({
      spec: { basicAuth: { secret: 'staff-users', realm: 'shop' } },
    });
    expect(synthesisOfCluster(cluster).kubernetesSecrets).toEqual([
      {
        cluster: 'k3s',
        path: 'k3s/shop/staff',
        namespace: 'shop',
        name: 'staff-users',
        data: { users: '«secret:staff»' },
      },
    ]);
  });

  test('are in a Secret that something else makes', () => {
    const chart = plainChart('shop');
    const users = SecretRef.existing({ name: 'team', key: 'users' });
    const staff = new TraefikMiddleware(chart, 'staff', { digestAuth: { users } });
    expect(staff.middleware?.toJson()).toMatchObject({ spec: { digestAuth: { secret: 'team' } } });
    expect([...problemsIn(chart), ...schemaProblems(chart)]).toEqual([]);
  });

  test('fail when they are nowhere, in two places, plain text, made up, or nobody brings them', () => {
    const chart = plainChart('shop');
    const users = secret('staff');
    new TraefikMiddleware(chart, 'nobody', { basicAuth: {} });
    new TraefikMiddleware(chart, 'twice', { digestAuth: { secret: 'team', users } });
    new TraefikMiddleware(chart, 'plain', { basicAuth: { users: 'ada:lovelace' as never } });
    new TraefikMiddleware(chart, 'made-up', { basicAuth: { users: SecretRef.generated() as never } });
    new TraefikMiddleware(chart, 'alone', { basicAuth: { users } });
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/nobody] basicAuth: says nobody who may pass; write users: secret('basic-auth-users') (traefik-middleware)",
       "[plain/twice] digestAuth.users: says once more where the users are, beside secret; remove one of the two (traefik-middleware)",
       "[plain/plain] basicAuth.users: must be a reference to lines of htpasswd, got text; write users: secret('basic-auth-users'), or SecretRef.existing({ name: 'users', key: 'users' }) (traefik-middleware)",
       "[plain/made-up] basicAuth.users: is made up, and Traefik wants lines of a name and the hash of a password; write users: secret('basic-auth-users'), with the output of htpasswd as its value (traefik-middleware)",
       "[plain/alone] Secret shop/alone-users users: cannot be made outside of a cluster, as its value must not be in a manifest; write users: SecretRef.existing({ name: '…', key: 'users' }), or make it inside of a cluster (workload-secret)",
     ]
    `);
  });
});

describe('security headers', () => {
  test('are those that no page misses; what is given wins', () => {
    const chart = plainChart();
    new TraefikMiddleware(chart, 'headers', {
      securityHeaders: { customFrameOptionsValue: 'DENY', customResponseHeaders: { Server: 'shop' } },
    });
    expect(objectsIn(chart)).toMatchObject([
      {
        spec: {
          headers: {
            stsSeconds: 31_536_000,
            contentTypeNosniff: true,
            customFrameOptionsValue: 'DENY',
            referrerPolicy: 'strict-origin-when-cross-origin',
            permissionsPolicy: 'camera=(), geolocation=(), microphone=()',
            customResponseHeaders: { Server: 'shop', 'X-Powered-By': '' },
          },
        },
      },
    ]);
    expect([...problemsIn(chart), ...schemaProblems(chart)]).toEqual([]);
  });
});

test('settings of a middleware fail where Traefik would only say so in its log', () => {
  const chart = plainChart();
  new TraefikMiddleware(chart, 'limit', { rateLimit: { average: 0, burst: 0.5 } });
  new TraefikMiddleware(chart, 'auth', { forwardAuth: { address: 'auth.auth.svc:4180' } });
  new TraefikMiddleware(chart, 'strip', { stripPrefix: { prefixes: ['/a', 'api'] } });
  new TraefikMiddleware(chart, 'add', { addPrefix: { prefix: 'app' } });
  new TraefikMiddleware(chart, 'replace', { replacePath: { path: 'a' } });
  new TraefikMiddleware(chart, 'flight', { inFlightReq: { amount: 0 } });
  new TraefikMiddleware(chart, 'retry', { retry: { attempts: 0 } });
  expect(problemsIn(chart)).toMatchInlineSnapshot(`
   [
     "[plain/limit] rateLimit.average: must be 1 or more, got 0; write average: 100, in requests per period (traefik-middleware)",
     "[plain/limit] rateLimit.burst: must be 1 or more, got 0.5; write burst: 50 (traefik-middleware)",
     "[plain/auth] forwardAuth.address: must be the URL that is asked, got "auth.auth.svc:4180"; write address: 'http://auth.auth.svc:4180/verify' (traefik-middleware)",
     "[plain/strip] stripPrefix.prefixes[1]: must start with '/', got "api"; write '/api' (traefik-middleware)",
     "[plain/add] addPrefix.prefix: must start with '/', got "app"; write '/app' (traefik-middleware)",
     "[plain/replace] replacePath.path: must start with '/', got "a"; write '/a' (traefik-middleware)",
     "[plain/flight] inFlightReq.amount: must be 1 or more, got 0; write amount: 10 (traefik-middleware)",
     "[plain/retry] retry.attempts: must be 1 or more, got 0; write attempts: 3 (traefik-middleware)",
   ]
  `);
});

describe('what Traefik would drop the route for', () => {
  test.each<[string, object, string]>([
    [
      'a range that is none',
      { ipAllowList: { sourceRange: ['10.0.0.1', 'abc'] } },
      'sourceRange[1]: must be an address or a range of them, got "abc"',
    ],
    [
      'no range',
      { ipAllowList: { sourceRange: [] } },
      'is an empty list, which lets nobody in and drops the route',
    ],
    [
      'no regular expression',
      { redirectRegex: { regex: '(', replacement: '/' } },
      'redirectRegex.regex: is no regular expression, got "("',
    ],
    [
      'a look ahead',
      { replacePathRegex: { regex: '^/(?!a)', replacement: '/' } },
      'looks ahead or behind, which Go cannot',
    ],
    [
      'a reference back',
      { stripPrefixRegex: { regex: ['/(a)\\1'] } },
      'refers back to a group, which Go cannot',
    ],
    [
      'no duration',
      { rateLimit: { average: 1, period: 'soon' } },
      'rateLimit.period: must be a duration, got "soon"; write period: \'10s\'',
    ],
    [
      'no duration to wait',
      { retry: { attempts: 2, initialInterval: 'x' } },
      'retry.initialInterval: must be a duration',
    ],
  ])('%s', (_, kind, message) => {
    const chart = plainChart();
    new TraefikMiddleware(chart, 'it', kind as TraefikMiddlewareKind);
    expect(problemsIn(chart).join('\n')).toContain(message);
  });

  test.each(['(?i)^/A', '^/(?P<name>[[:alpha:]]+)$', '\\A/\\d+\\z', '^https?://([^/]+)/(.*)', '\\\\1'])(
    'but has nothing against %s, which Go knows',
    (regex) => {
      const chart = plainChart();
      new TraefikMiddleware(chart, 'it', { redirectRegex: { regex, replacement: '/' } });
      expect(problemsIn(chart)).toEqual([]);
    },
  );

  test.each<[keyof TlsOptionSettings, string, string]>([
    ['cipherSuites', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA25', "write 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'"],
    ['cipherSuites', 'abc', 'is no name that Traefik knows, got "abc"'],
    ['curvePreferences', 'P256', 'curvePreferences[0]: is no name that Traefik knows'],
  ])('TLS options with %s %s', (property, name, message) => {
    const chart = plainChart();
    new TraefikTlsOption(chart, 'it', { [property]: [name] });
    expect(problemsIn(chart).join('\n')).toContain(message);
  });

  test('TLS options may have any name that it knows', () => {
    const chart = plainChart();
    const cipherSuites = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'];
    new TraefikTlsOption(chart, 'it', { cipherSuites, curvePreferences: ['X25519', 'CurveP256'] });
    expect(problemsIn(chart)).toEqual([]);
  });
});
