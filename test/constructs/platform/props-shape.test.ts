import { describe, expect, test } from '@jest/globals';
import type { Construct } from 'constructs';
import {
  HelmChart,
  KubeVip,
  late,
  LocalPathStorage,
  secret,
  ServiceLb,
  Traefik,
  TraefikMiddleware,
  TraefikTlsOption,
  Velero,
} from '../../../constructs';
import { k3sCluster, objectsIn, plainChart, problemsIn, synthesisOfCluster } from '../../support/synth';

type Untyped = new (scope: Construct, id: string, props: never) => Construct;

const CHART = { chart: 'podinfo', repository: 'https://charts.example.org', version: '6.7.1' };
const BUCKET = { name: 'backups', credentials: secret('velero-s3') };
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

/** What an untyped program may write, and what it is told. */
const WRONG: readonly [Untyped, unknown, string][] = [
  [Traefik, null, 'props: must be a map, got null'],
  [
    Traefik,
    { loadBalancerSourceRanges: '10.0.0.0/8' },
    `loadBalancerSourceRanges: must be a list, got "10.0.0.0/8"; write ['10.0.0.0/8']`,
  ],
  [Traefik, { entryPoints: { web: null } }, 'entryPoints.web: must be a map, got null'],
  [
    Traefik,
    { entryPoints: { 'a\nb': { port: '1' } } },
    String.raw`entryPoints["a\nb"].port: must be a number`,
  ],
  [Traefik, { entryPoints: { web: { middlewares: 'm' } } }, 'entryPoints.web.middlewares: must be a list'],
  [
    Traefik,
    { entryPoints: { web: { middlewares: [null] } } },
    'entryPoints.web.middlewares[0]: must be a map',
  ],
  [Traefik, { tls: null }, 'tls: must be a map, got null'],
  [Traefik, { dashboard: null }, 'dashboard: must be a map, got null'],
  [Traefik, { dashboard: { host: 'a', auth: 'm' } }, 'dashboard.auth: must be a map, got "m"'],
  [Traefik, { resources: 'small' }, 'resources: must be a map, got "small"'],
  [Traefik, { resources: { requests: { cpu: 1 } } }, 'resources.requests.cpu: must be text, got 1'],
  [Traefik, { accessLog: null }, 'accessLog: must be a map, got null'],
  [Traefik, { values: null }, 'values: must be a map, got null'],
  [Traefik, { values: new Map() }, 'values: must be a map, got an object of class Map'],
  [Traefik, { exposure: 'nodeport' }, `exposure: must be one of 'servicelb'`],
  [Traefik, { replicas: null }, 'replicas: must be a number, got null'],
  [Traefik, { redirectToHtps: true }, 'redirectToHtps: is not known; write redirectToHttps'],
  [TraefikMiddleware, null, 'props: must be a map, got null'],
  [TraefikMiddleware, { rateLimit: null }, 'rateLimit: must be a map, got null'],
  [TraefikMiddleware, { other: cyclic }, 'other.self: contains itself'],
  [TraefikMiddleware, { chain: { middlewares: ['a'] } }, 'chain.middlewares[0]: must be a map, got "a"'],
  [TraefikMiddleware, { compress: {}, name: 5 }, 'name: must be text, got 5'],
  [TraefikTlsOption, undefined, 'props: must be a map'],
  [TraefikTlsOption, { cipherSuites: 'a' }, 'cipherSuites: must be a list, got "a"'],
  [TraefikTlsOption, { clientAuth: {} }, 'clientAuth.clientAuthType: is missing'],
  [Velero, null, 'props: must be a map, got null'],
  [Velero, {}, 'bucket: is missing'],
  [Velero, { bucket: BUCKET, includedNamespaces: 'a' }, 'includedNamespaces: must be a list, got "a"'],
  [Velero, { bucket: { ...BUCKET, caCertificate: true } }, 'bucket.caCertificate: must be text, got true'],
  [Velero, { bucket: BUCKET, schedule: 3 }, 'schedule: must be text, got 3'],
  [Velero, { bucket: BUCKET, retentionDays: '3' }, 'retentionDays: must be a number, got "3"'],
  [Velero, { bucket: BUCKET, values: [] }, 'values: must be a map, got an empty list'],
  [LocalPathStorage, null, 'props: must be a map, got null'],
  [LocalPathStorage, { pathsPerNode: null }, 'pathsPerNode: must be a map, got null'],
  [
    LocalPathStorage,
    { pathsPerNode: { alfa: '/srv' } },
    `pathsPerNode.alfa: must be a list, got "/srv"; write ['/srv']`,
  ],
  [LocalPathStorage, { isDefault: 'yes' }, 'isDefault: must be true or false, got "yes"'],
  [LocalPathStorage, { className: 5 }, 'className: must be text, got 5'],
  [HelmChart, null, 'props: must be a map, got null'],
  [HelmChart, {}, 'repository: is missing'],
  [HelmChart, { ...CHART, values: null }, 'values: must be a map, got null'],
  [HelmChart, { ...CHART, values: cyclic }, 'values.self: contains itself'],
  [
    HelmChart,
    { ...CHART, values: { at: new Date(0) } },
    'values.at: must be plain data, got an object of class Date',
  ],
  [HelmChart, { ...CHART, values: { n: NaN } }, 'values.n: must be plain data, got NaN'],
  [HelmChart, { ...CHART, createNamespace: 'yes' }, 'createNamespace: must be true or false, got "yes"'],
  [HelmChart, { ...CHART, version: 6 }, 'version: must be text, got 6'],
  [ServiceLb, null, 'props: must be a map, got null'],
  [ServiceLb, { nodes: 'alfa' }, `nodes: must be a list, got "alfa"; write ['alfa']`],
  [KubeVip, null, 'props: must be a map, got null'],
  [KubeVip, { address: 5 }, 'address: must be text, got 5'],
  [KubeVip, { address: '10.0.0.10', port: 0 }, 'port: must be a whole number from 1 to 65535, got 0'],
];

describe('props of a wrong form are said once, and nothing is made of them:', () => {
  test.each(WRONG.map(([type, props, says]) => [type.name, says, type, props] as const))(
    '%s %s',
    (_, says, type, props) => {
      for (const scope of [k3sCluster(), plainChart()]) {
        new type(scope, 'it', props as never);
        const problems = problemsIn(scope).filter((line) => line.includes('(props-shape)'));
        expect(problems.join('\n')).toContain(`/it] ${says}`);
        expect(objectsIn(scope)).toEqual([]);
      }
    },
  );
});

test('the synthesis fails with all of them, not with a stack', () => {
  const cluster = k3sCluster();
  new Traefik(cluster, 'traefik', { entryPoints: { web: null } } as never);
  new Velero(cluster, 'velero', null as never);
  expect(() => synthesisOfCluster(cluster)).toThrowErrorMatchingInlineSnapshot(`
   "test: 2 problems
     [test/k3s/traefik] entryPoints.web: must be a map, got null; write { port: … } (props-shape)
     [test/k3s/velero] props: must be a map, got null; write { bucket: … } (props-shape)"
  `);
});

test('values are shown short, on one line, and late ones by their names', () => {
  const chart = plainChart();
  const values = ['a\n\u001b[31m', 'x'.repeat(1000), late('web-ip', { example: '203.0.113.7' })];
  values.forEach((nodes, index) => new ServiceLb(chart, `it-${index}`, { nodes } as never));
  const shown = problemsIn(chart).filter((line) => line.includes('(props-shape)'));
  expect(shown).toMatchInlineSnapshot(`
   [
     "[plain/it-0] nodes: must be a list, got "a\\n\\u001b[31m"; write a list, such as [ … ] (props-shape)",
     "[plain/it-1] nodes: must be a list, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"…; write a list, such as [ … ] (props-shape)",
     "[plain/it-2] nodes: must be a list, got "«web-ip»"; write a list, such as [ … ] (props-shape)",
   ]
  `);
});

test('a chain takes middlewares as constructs too', () => {
  const chart = plainChart('shop');
  const compress = new TraefikMiddleware(chart, 'compress', { compress: {} });
  new TraefikMiddleware(chart, 'all', { chain: { middlewares: [compress] } });
  expect(problemsIn(chart)).toEqual([]);
  expect(objectsIn(chart)).toMatchObject([
    {},
    { spec: { chain: { middlewares: [{ namespace: 'shop', name: 'compress' }] } } },
  ]);
});

test.each([
  ['https://user:CANARY@charts.example.org'],
  ['oci://CANARY@registry.example.org/charts'],
  ['http://user:CANARY@charts.example.org'],
  ['https://user:CAN/ARY@charts.example.org'],
])('credentials in an address are refused, and not repeated: %s', (address) => {
  const chart = plainChart();
  new HelmChart(chart, 'helm', { ...CHART, repository: address });
  new Velero(chart, 'velero', {
    bucket: { name: 'backups', credentials: { existingSecret: 's3' }, endpoint: address },
  });
  const problems = problemsIn(chart);
  expect(problems.map((line) => line.split(': ')[0])).toEqual([
    '[plain/helm] repository',
    '[plain/velero] bucket.endpoint',
  ]);
  expect(problems.join('\n')).not.toContain('CAN');
});
