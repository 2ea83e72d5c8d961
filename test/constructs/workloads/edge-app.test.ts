import { describe, expect, test } from '@jest/globals';
import { Environment } from '../../../constructs/environment';
import { ExistingCluster } from '../../../constructs/cluster/existing-cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import { connectionTo } from '../../../constructs/workloads/connection';
import { EdgeApp, type EdgeAppProps } from '../../../constructs/workloads/edge-app';
import { WebService } from '../../../constructs/workloads/web-service';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { late } from '../../../lib/late';
import { SecretRef } from '../../../lib/secret';
import {
  existingCluster,
  k3sCluster,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
} from '../../support/synth';

const MINIMAL: EdgeAppProps = {
  image: 'ghcr.io/acme/reader:0.4.1',
  upstream: { url: 'https://collect.example.org/messages' },
};

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- the shape of each object is what a test says */
function made(over: Partial<EdgeAppProps> = {}, scope = k3sCluster()) {
  const app = new EdgeApp(scope, 'reader', { ...MINIMAL, ...over });
  const of = (kind: string): any[] => objectsOf<any>(scope, kind);
  const spec = of('StatefulSet')[0].spec.template.spec;
  return {
    app,
    of,
    spec,
    queue: spec.initContainers[0],
    container: spec.containers[0],
    config: JSON.parse(of('ConfigMap')[0].data['config.json']),
    policy: of('NetworkPolicy')[0]?.spec,
    // Made in the cluster itself, to be short; that warns.
    problems: problemsIn(scope).filter((problem) => !problem.includes('workload-namespace')),
    schema: schemaProblems(scope),
  };
}

describe('an EdgeApp by default', () => {
  test('is one pod with a queue that starts before the app, and is valid', () => {
    const { of, queue, container, problems, schema } = made();
    expect({ problems, schema }).toEqual({ problems: [], schema: [] });
    expect(of('StatefulSet')[0].spec).toMatchObject({ replicas: 1, podManagementPolicy: 'Parallel' });
    expect(queue).toMatchObject({
      name: 'offline-queue',
      restartPolicy: 'Always',
      startupProbe: { httpGet: { path: '/healthz', port: 'queue-metrics' } },
      securityContext: { readOnlyRootFilesystem: true, runAsUser: 65_532 },
      resources: { requests: { memory: '48Mi' }, limits: { memory: '128Mi' } },
    });
    expect(container.env).toEqual([{ name: 'QUEUE_URL', value: 'http://127.0.0.1:7070/messages' }]);
    expect(of('Service')).toEqual([]);
  });

  test('keeps 256Mi for 7 days, sent every 10 seconds in batches', () => {
    expect(made().config).toMatchObject({
      limits: { bytes: 2 ** 28, messageBytes: 2 ** 18, maxAge: 7 * 86_400_000 },
      upstream: {
        url: 'https://collect.example.org/messages',
        headers: {},
        timeout: 30_000,
        format: 'batch',
      },
      source: '/namespaces/default/edgeapps/reader',
      syncInterval: 10_000,
      maxRetryDelay: 300_000,
      batch: { messages: 100, bytes: 2 ** 18 },
      bandwidth: 0,
    });
    expect(made().config.cache).toBeUndefined();
  });

  test('stays on a node that cannot be reached', () => {
    const stay = { operator: 'Exists', effect: 'NoExecute' };
    expect(made().spec.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', ...stay },
      { key: 'node.kubernetes.io/unreachable', ...stay },
    ]);
  });

  test('has its queue on a claim, which its group may write to', () => {
    const { of, spec, queue } = made();
    expect(of('PersistentVolumeClaim')[0]).toMatchObject({
      metadata: { name: 'reader-offline-queue' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '290Mi' } } },
    });
    expect(spec.volumes).toContainEqual({
      name: 'offline-queue',
      persistentVolumeClaim: { claimName: 'reader-offline-queue' },
    });
    expect(spec.securityContext).toMatchObject({ fsGroup: 65_532, runAsNonRoot: true });
    expect(queue.volumeMounts).toContainEqual({ name: 'offline-queue', mountPath: '/offline-queue/data' });
  });

  test('carries the whole program, which the container starts', () => {
    const { of, queue } = made();
    const { data } = of('ConfigMap')[0];
    const main = queue.command
      .find((word: string) => word.endsWith('main.js'))
      .split('/')
      .pop();
    expect(Object.keys(data)).toEqual(expect.arrayContaining([main, 'config.json']));
    const required = [
      ...Object.values<string>(data)
        .join('\n')
        .matchAll(/require\("\.\/([\w-]+)"\)/g),
    ];
    expect(required.length).toBeGreaterThan(5);
    for (const [, name] of required) expect(Object.keys(data)).toContain(`${name}.js`);
  });

  test('lets the public internet be reached and nothing in', () => {
    const { policy } = made();
    expect(policy.ingress).toBeUndefined();
    expect(JSON.stringify(policy.egress)).toContain('0.0.0.0/0');
  });
});

describe('options of an EdgeApp', () => {
  test('the queue', () => {
    const { config, of, queue, problems, schema, policy } = made({
      queue: {
        size: '1Gi',
        maxMessage: '1Mi',
        lifetime: '30d',
        syncInterval: '0s',
        maxRetryDelay: '1h30m',
        batch: { maxMessages: 10, maxBytes: '64Ki' },
        bandwidth: '16Ki',
        storageClass: 'local-path',
        image: 'registry.site.internal/node:22.23.2-alpine3.24',
        resources: { limits: { memory: '160Mi' } },
        metricsFrom: [{ namespace: 'monitoring' }],
      },
    });
    expect({ problems, schema }).toEqual({ problems: [], schema: [] });
    expect(config).toMatchObject({
      limits: { bytes: 2 ** 30, messageBytes: 2 ** 20, maxAge: 30 * 86_400_000 },
      syncInterval: 0,
      maxRetryDelay: 5_400_000,
      batch: { messages: 10, bytes: 2 ** 16 },
      bandwidth: 16_384,
    });
    expect(of('PersistentVolumeClaim')[0].spec.storageClassName).toBe('local-path');
    expect(queue.image).toBe('registry.site.internal/node:22.23.2-alpine3.24');
    expect(queue.resources).toMatchObject({
      requests: { cpu: '10m', memory: '48Mi' },
      limits: { memory: '160Mi' },
    });
    expect(policy.ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ port: 7071, protocol: 'TCP' }],
      },
    ]);
  });

  test('a cache reads from the root of the upstream, and has room of its own', () => {
    const { config, container, of } = made({ cache: {} });
    expect(config.cache).toEqual({
      url: 'https://collect.example.org',
      bytes: 2 ** 26,
      lifetime: 86_400_000,
      freshFor: 0,
    });
    expect(container.env).toContainEqual({ name: 'CACHE_URL', value: 'http://127.0.0.1:7070/cache' });
    expect(of('PersistentVolumeClaim')[0].spec.resources.requests.storage).toBe('360Mi');
    const other = made({
      cache: { url: 'https://files.example.org/v1/', lifetime: '7d', freshFor: '5m', size: '10Mi' },
    });
    expect(other.config.cache).toEqual({
      url: 'https://files.example.org/v1',
      bytes: 10 * 2 ** 20,
      lifetime: 7 * 86_400_000,
      freshFor: 300_000,
    });
  });

  test('a site is a node label and a taint that is tolerated, beside other ones', () => {
    const { spec } = made({
      site: { 'example.org/site': 'north' },
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', tolerationSeconds: 60 }],
    });
    expect(spec.nodeSelector).toEqual({ disk: 'ssd', 'example.org/site': 'north' });
    expect(spec.tolerations).toEqual([
      {
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 60,
      },
      { key: 'example.org/site', operator: 'Equal', value: 'north' },
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
    ]);
  });

  test('secrets of the upstream reach the queue as variables, and nothing else', () => {
    const cluster = k3sCluster();
    const { config, queue, container, problems } = made(
      {
        upstream: {
          url: 'https://collect.example.org',
          token: SecretRef.fromConfig('collector-token'),
          headers: { 'X-Site': 'north', 'X-Key': SecretRef.existing({ name: 'keys', key: 'north' }) },
          caSecret: 'site-ca',
          format: 'single',
          timeoutSeconds: 5,
        },
      },
      cluster,
    );
    expect(problems).toEqual([]);
    expect(config.upstream).toEqual({
      url: 'https://collect.example.org',
      headers: {
        'X-Site': 'north',
        Authorization: { env: 'UPSTREAM_SECRET_0', prefix: 'Bearer ' },
        'X-Key': { env: 'UPSTREAM_SECRET_1', prefix: '' },
      },
      timeout: 5000,
      format: 'single',
    });
    expect(queue.env).toEqual([
      {
        name: 'UPSTREAM_SECRET_0',
        valueFrom: { secretKeyRef: { name: 'reader-offline-queue', key: 'authorization' } },
      },
      { name: 'UPSTREAM_SECRET_1', valueFrom: { secretKeyRef: { name: 'keys', key: 'north' } } },
      { name: 'NODE_EXTRA_CA_CERTS', value: '/offline-queue/ca/ca.crt' },
    ]);
    expect(JSON.stringify(container)).not.toContain('UPSTREAM_SECRET');
    expect(cluster.description.secrets).toMatchObject([
      { name: 'reader-offline-queue', data: { authorization: '«secret:collector-token»' } },
    ]);
  });

  test('a workload as upstream opens both policies, and is applied first', () => {
    const cluster = k3sCluster();
    const collector = new WebService(cluster, 'collector', { image: 'ghcr.io/acme/collector:1.0.0' });
    const { app, config, of, problems } = made(
      { upstream: { connection: collector.connection, path: 'v1/in' } },
      cluster,
    );
    expect(problems).toEqual([]);
    expect(config.upstream.url).toBe('http://collector.default/v1/in');
    expect(app.node.dependencies).toContain(collector);
    const policies = of('NetworkPolicy').map(({ metadata, spec }) => [
      metadata.name,
      spec.ingress?.length ?? 0,
      spec.egress.length,
    ]);
    expect(policies).toEqual([
      ['collector', 1, 1],
      ['reader', 0, 2],
    ]);
  });

  test('an address as upstream opens exactly that', () => {
    const egress = (upstream: EdgeAppProps['upstream']): unknown[] =>
      made({ upstream }).policy.egress.slice(1);
    expect(egress({ url: 'https://10.80.0.10/in' })).toEqual([
      { to: [{ ipBlock: { cidr: '10.80.0.10/32' } }], ports: [{ port: 443, protocol: 'TCP' }] },
    ]);
    expect(egress({ url: 'http://[fd00::10]:8080' })).toEqual([
      { to: [{ ipBlock: { cidr: 'fd00::10/128' } }], ports: [{ port: 8080, protocol: 'TCP' }] },
    ]);
    const hub = late('hub', { example: '10.80.0.10' });
    expect(JSON.stringify(egress({ url: `https://${hub}/in` }))).toContain(`${hub}/32`);
    const connection = connectionTo({ host: '10.80.0.10', port: 8443 });
    expect(egress({ connection })).toEqual([
      { to: [{ ipBlock: { cidr: '10.80.0.10/32' } }], ports: [{ port: 8443, protocol: 'TCP' }] },
    ]);
    expect(made({ upstream: { connection } }).config.upstream.url).toBe('http://10.80.0.10:8443/');
  });

  test('a port gives it a Service and a connection', () => {
    const { app, of, container, policy, schema } = made({ port: 8080, allowFrom: ['namespace'] });
    expect(schema).toEqual([]);
    expect(of('Service')[0].spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
    expect(container.readinessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
    expect(policy.ingress).toEqual([
      { from: [{ podSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] },
    ]);
    expect(app.connection).toMatchObject({
      host: 'reader.default',
      port: 80,
      variables: { URL: 'http://reader.default' },
    });
  });

  test('user, volumes and defaults of the scope reach both containers as they should', () => {
    const cluster = k3sCluster();
    setWorkloadDefaults(cluster, { imagePullPolicy: 'Never', networkPolicy: false });
    const { spec, queue, policy } = made({ user: 1000, volumes: { '/data': { scratch: '10Mi' } } }, cluster);
    expect(spec.securityContext).toMatchObject({ runAsUser: 1000, fsGroup: 1000 });
    expect(queue).toMatchObject({ imagePullPolicy: 'Never', securityContext: { runAsUser: 1000 } });
    expect(policy).toBeUndefined();
    expect(spec.volumes.map(({ name }: any) => name)).toEqual([
      'data',
      'tmp',
      'offline-queue',
      'offline-queue-program',
    ]);
  });

  test('other settings of the queue make pods start anew', () => {
    const digest = (over: Partial<EdgeAppProps>): string =>
      made(over).of('StatefulSet')[0].spec.template.metadata.annotations['k3stack.dev/offline-queue'];
    expect(digest({})).toBe(digest({}));
    expect(digest({ queue: { lifetime: '1d' } })).not.toBe(digest({}));
  });

  test('works in a namespace with restricted Pod Security, and without a cluster', () => {
    const cluster = k3sCluster();
    const namespace = new Namespace(cluster, 'telemetry', { podSecurity: 'restricted' });
    new EdgeApp(namespace, 'reader', MINIMAL);
    expect(problemsIn(cluster)).toEqual([]);
    expect(made({}, plainChart('telemetry') as never).problems).toEqual([]);
  });
});

describe('what contradicts itself is refused', () => {
  const problemsOf = (over: object): string => made(over).problems.join('\n');

  test.each([
    [
      'a batch larger than the queue',
      { queue: { size: '1Mi', batch: { maxBytes: '2Mi' } } },
      "queue.batch.maxBytes: is 2Mi, more than the queue, which has 1Mi; write maxBytes: '256Ki'",
    ],
    [
      'a message larger than a quarter of the queue',
      { queue: { size: '512Ki', batch: { maxBytes: '64Ki' } } },
      'queue.maxMessage: is more than a quarter of the queue, which has 512Ki; make it smaller, or the queue larger',
    ],
    [
      'messages larger than a small node has memory for',
      { queue: { maxMessage: '8Mi' } },
      "queue.maxMessage: is more than 4Mi, which a small node has no memory for; write maxMessage: '4Mi' or less",
    ],
    [
      'requests larger than a small node has memory for',
      { queue: { batch: { maxBytes: '16Mi' } } },
      "queue.batch.maxBytes: is 16Mi, more than 4Mi, which a small node has no memory for; write maxBytes: '1Mi'",
    ],
    [
      'a lifetime that ends before messages are sent',
      { queue: { lifetime: '1h', syncInterval: '2h' } },
      'queue.lifetime: is not longer than syncInterval, which is 2h: every message would be dropped',
    ],
    [
      'a queue of nothing',
      { queue: { size: '1Ki' } },
      "queue.size: is 1Ki, too small for a queue; write size: '1Mi' or more",
    ],
    [
      'a retry without a pause',
      { queue: { maxRetryDelay: '0s' } },
      'queue.maxRetryDelay: is less than a second',
    ],
    ['a line without bandwidth', { queue: { bandwidth: '10' } }, 'queue.bandwidth: is 10 bytes a second'],
    [
      'a size that is none',
      { queue: { size: 'big' } },
      'queue.size: must be a size in whole bytes, got "big"; write \'10Gi\'',
    ],
    [
      'a time that is none',
      { queue: { lifetime: '7 days' } },
      "queue.lifetime: must be a time, got \"7 days\"; write '30s', '5m', '1h30m' or '7d'",
    ],
    ['a misspelt option', { queue: { bandwith: '1Mi' } }, 'queue.bandwith: is not known; write bandwidth'],
    [
      'a cache that ends before it is fresh',
      { cache: { lifetime: '1m', freshFor: '1h' } },
      'cache.lifetime: is shorter than freshFor',
    ],
    ['a cache of nothing', { cache: { size: '1Ki' } }, 'cache.size: is less than 64Ki'],
    [
      'credentials in an address',
      { upstream: { url: 'https://me:secret@collect.example.org' } },
      'upstream.url: has credentials in it, which would lie in a ConfigMap; remove them, and write token: SecretRef.fromConfig',
    ],
    [
      'an address that is none',
      { upstream: { url: 'collect' } },
      'upstream.url: must be an address, got "collect"',
    ],
    ['another protocol', { upstream: { url: 'mqtt://hub.example.org' } }, 'upstream.url: must be an address'],
    [
      'a private name behind a policy that lets nothing out',
      { upstream: { url: 'https://hub.site.internal' } },
      'upstream.url: names hub.site.internal, which leads into a private network, where the NetworkPolicy lets nothing out; write egress:',
    ],
    ['no upstream', { upstream: undefined }, 'upstream: is missing; write upstream: …'],
    ['an upstream without address', { upstream: {} }, 'upstream.url: is missing'],
    [
      'a token as text',
      { upstream: { url: 'https://a.example.org', token: 'abc' } },
      "upstream.token: must be a secret, got text; write token: SecretRef.fromConfig('upstream-token')",
    ],
    [
      'a token beside the same header',
      {
        upstream: {
          url: 'https://a.example.org',
          token: SecretRef.fromConfig('t'),
          headers: { authorization: 'Basic x' },
        },
      },
      'upstream.headers.authorization: is also made of the token; remove one of the two',
    ],
    [
      'the name of a header with a space',
      { upstream: { url: 'https://a.example.org', headers: { 'X Site': 'a' } } },
      'upstream.headers["X Site"]: cannot be the name of a header',
    ],
    [
      'two headers that differ in case only, of which one secret would be lost',
      {
        upstream: {
          url: 'https://a.example.org',
          headers: { 'X-A': SecretRef.fromConfig('a'), 'x-a': SecretRef.fromConfig('b') },
        },
      },
      'upstream.headers["x-a"]: is "X-A" once more: case makes no other header; remove one of the two',
    ],
    [
      'a path with a line break',
      { upstream: { connection: connectionTo({ host: 'hub.example.org', port: 80 }), path: 'x y\n' } },
      'upstream.path: must be the path of an address, got "x y\\n"; write \'/messages\'',
    ],
    [
      'a port of the queue',
      { port: 7070 },
      'port: is 7070, where the queue listens; let the program listen on another port',
    ],
    [
      'a volume named like that of the queue',
      { volumes: { '/offline-queue': { scratch: '1Mi' } } },
      "volumes['/offline-queue']: gets the name of a volume of the queue; mount it at another path",
    ],
    [
      'an image that may change',
      { queue: { image: 'node:latest' } },
      'queue.image: "node:latest" has the tag \'latest\'',
    ],
    [
      'a limit below the request',
      { queue: { resources: { limits: { memory: '16Mi' } } } },
      'queue.resources.limits.memory: is 16Mi',
    ],
  ])('%s', (_, over, problem) => {
    expect(problemsOf(over)).toContain(problem);
  });

  test('a connection that is forbidden is named by its property', () => {
    const scope = k3sCluster();
    const hub = new WebService(new Namespace(scope, 'hub', { defaultDeny: true }), 'hub', {
      image: 'ghcr.io/acme/hub:1.0.0',
    });
    const site = new Namespace(scope, 'site', { defaultDeny: true });
    new EdgeApp(site, 'reader', {
      ...MINIMAL,
      networkPolicy: false,
      upstream: { connection: hub.connection },
    });
    const found = problemsIn(scope).filter((problem) => problem.includes('cut off'));
    expect(found.length).toBeGreaterThan(0);
    for (const problem of found) expect(problem).toContain('upstream.connection: is cut off');
  });

  test('a Service by its name is reached in its namespace', () => {
    const { policy, problems } = made({ upstream: { url: 'http://hub.site.svc.cluster.local/in' } });
    expect(problems.filter((problem: string) => problem.includes('private network'))).toEqual([]);
    expect(policy.egress.slice(1)).toEqual([
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'site' } } }] },
    ]);
  });

  test('a private name is fine where the program says where it leads', () => {
    const upstream = { url: 'https://hub.site.internal' };
    expect(problemsOf({ upstream, egress: [{ cidr: '10.80.0.10/32', ports: [443] }] })).toBe('');
  });

  test('a line without encryption is a warning in production', () => {
    const inEnvironment = (name: string): string[] => {
      const cluster = new ExistingCluster(new Environment(name), 'edge', {
        kubeconfig: { context: 'edge' },
        kubernetesVersion: '1.34',
      });
      new EdgeApp(cluster, 'reader', { ...MINIMAL, upstream: { url: 'http://10.80.0.10/in' } });
      return problemsIn(cluster).filter((problem) => !problem.includes('workload-namespace'));
    };
    expect(inEnvironment('test')).toEqual([]);
    expect(inEnvironment('production')).toEqual([
      '[edge/reader] upstream.url: is not encrypted on its way to 10.80.0.10; write https:// (edge-upstream-plain) [warning]',
    ]);
  });

  test('a Kubernetes without sidecars that start first', () => {
    const old = existingCluster({ kubernetesVersion: '1.28' });
    expect(made({}, old as never).problems.join()).toContain(
      'cluster: needs containers that start before the app',
    );
  });

  test('a name that is too long for its pods', () => {
    const cluster = k3sCluster();
    new EdgeApp(cluster, 'a'.repeat(53), MINIMAL);
    expect(problemsIn(cluster).join()).toContain('at most 52');
  });
});
