import { describe, expect, test } from '@jest/globals';
import { policies, policy, synthesized } from '../../../adapters/testing';
import type { Policy } from '../../../adapters/testing';

const kept = {
  name: 'web',
  image: 'example.org/web:1.2.0',
  ports: [{ containerPort: 80 }],
  readinessProbe: { httpGet: { port: 80 } },
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const labels = { 'app.kubernetes.io/name': 'web' };

interface Over {
  readonly container?: object;
  readonly pod?: object;
  readonly kind?: string;
  readonly metadata?: object;
}

function workload({ container = {}, pod = {}, kind = 'Deployment', metadata = {} }: Over = {}): object {
  const template = {
    metadata: { labels },
    spec: { automountServiceAccountToken: false, containers: [{ ...kept, ...container }], ...pod },
  };
  const spec =
    kind === 'CronJob'
      ? { jobTemplate: { spec: { template } } }
      : kind === 'Pod'
        ? template.spec
        : { template };
  const apiVersion = kind === 'Pod' ? 'v1' : kind.endsWith('Job') ? 'batch/v1' : 'apps/v1';
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', labels, ...metadata }, spec };
}

const denyAll = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny', namespace: 'shop' },
  spec: { podSelector: {} },
};

/** What objects break of a policy: `path: problem`. */
const broken = (held: Policy, ...objects: object[]): string[] =>
  held.violations([...synthesized(objects)]).map(({ path, problem }) => `${path}: ${problem}`);

test('a workload as it should be keeps every policy, whatever its kind', () => {
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod']) {
    const init = { ...kept, name: 'init', readinessProbe: undefined };
    synthesized([
      workload({ kind, pod: { initContainers: [init] }, metadata: kind === 'Pod' ? { labels } : {} }),
      denyAll,
    ]).expectPolicy(...Object.values(policies));
  }
});

const AT = 'spec.template.spec.containers[0]';
const security = (over: object): Over => ({
  container: { securityContext: { ...kept.securityContext, ...over } },
});

test.each<[keyof typeof policies, Over, string]>([
  ['noLatestImage', { container: { image: 'web' } }, `${AT}.image: 'web' has no tag, which means latest`],
  [
    'noLatestImage',
    { container: { image: 'a.org:5000/web' } },
    `${AT}.image: 'a.org:5000/web' has no tag, which means latest`,
  ],
  [
    'noLatestImage',
    { container: { image: 'a.org/web:latest' } },
    `${AT}.image: 'a.org/web:latest' has a tag that moves`,
  ],
  ['noLatestImage', { container: { image: undefined } }, `${AT}.image: has no image`],
  [
    'memoryLimits',
    { container: { resources: { limits: { cpu: 1 } } } },
    `${AT}.resources.limits.memory: is missing: one leak takes the whole node`,
  ],
  [
    'resourceRequests',
    { container: { resources: { limits: { memory: '1Gi' } } } },
    `${AT}.resources.requests.cpu: is missing: the scheduler takes it for nothing`,
  ],
  [
    'probes',
    { container: { readinessProbe: undefined } },
    `${AT}.readinessProbe: is missing: requests come before the container can answer them`,
  ],
  [
    'readOnlyRoot',
    security({ readOnlyRootFilesystem: undefined }),
    `${AT}.securityContext.readOnlyRootFilesystem: is not true`,
  ],
  ['notPrivileged', security({ privileged: true }), `${AT}.securityContext.privileged: is true`],
  [
    'notPrivileged',
    security({ capabilities: { add: ['NET_ADMIN', 'NET_BIND_SERVICE'] } }),
    `${AT}.securityContext.capabilities.add: has NET_ADMIN`,
  ],
  ['notPrivileged', { pod: { hostNetwork: true } }, 'spec.template.spec.hostNetwork: is true'],
  [
    'notPrivileged',
    { pod: { volumes: [{ name: 'a', hostPath: { path: '/etc' } }] } },
    'spec.template.spec.volumes[0].hostPath: mounts /etc of the node',
  ],
  [
    'notPrivileged',
    { container: { ports: [{ containerPort: 80, hostPort: 80 }] } },
    `${AT}.ports[0].hostPort: is 80`,
  ],
  [
    'noIdleToken',
    { pod: { automountServiceAccountToken: undefined } },
    "spec.template.spec.automountServiceAccountToken: is not false: the pod gets a token of the namespace's default account",
  ],
  [
    'recommendedLabels',
    { metadata: { labels: {} } },
    "metadata.labels['app.kubernetes.io/name']: is missing",
  ],
  ['networkPolicy', {}, 'spec.template: is selected by no NetworkPolicy: everything may talk to it'],
  [
    'restrictedPodSecurity',
    security({ seccompProfile: undefined }),
    `${AT}.securityContext.seccompProfile.type: is missing, as is that of the pod`,
  ],
  [
    'restrictedPodSecurity',
    { pod: { volumes: [{ name: 'a', nfs: {} }] } },
    'spec.template.spec.volumes[0]: is nfs',
  ],
])('%s is broken by %j', (name, over, expected) => {
  expect(broken(policies[name], workload(over))).toEqual([expected]);
});

test('what a pod says holds for its containers, and an image may have a digest', () => {
  const pod = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } } };
  const container = { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } };
  expect(broken(policies.restrictedPodSecurity, workload({ pod, container }))).toEqual([]);
  expect(
    broken(policies.noLatestImage, workload({ container: { image: `web@sha256:${'a'.repeat(64)}` } })),
  ).toEqual([]);
});

test('a limit stands for the request that is missing, and named accounts may have a token', () => {
  const resources = { limits: { cpu: 1, memory: '1Gi' } };
  expect(broken(policies.resourceRequests, workload({ container: { resources } }))).toEqual([]);
  const pod = { automountServiceAccountToken: true, serviceAccountName: 'web' };
  expect(broken(policies.noIdleToken, workload({ pod }))).toEqual([]);
});

test('what ends, and what listens on no port, needs no probe', () => {
  expect(
    broken(policies.probes, workload({ kind: 'Job', container: { readinessProbe: undefined } })),
  ).toEqual([]);
  expect(broken(policies.probes, workload({ container: { ports: [], readinessProbe: undefined } }))).toEqual(
    [],
  );
});

test.each<[string, object, boolean]>([
  ['all', {}, true],
  ['its labels', { matchLabels: labels }, true],
  ['other labels', { matchLabels: { a: 'b' } }, false],
  [
    'a value among several',
    { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['api', 'web'] }] },
    true,
  ],
  [
    'other values',
    { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'NotIn', values: ['web'] }] },
    false,
  ],
  [
    'a label that is there',
    { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'Exists' }] },
    true,
  ],
  [
    'a label that is not',
    { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'DoesNotExist' }] },
    false,
  ],
])('a NetworkPolicy that selects %s', (_, podSelector, isSelected) => {
  const rules = { ...denyAll, spec: { podSelector } };
  expect(broken(policies.networkPolicy, workload(), rules).length === 0).toBe(isSelected);
  const elsewhere = { ...rules, metadata: { name: 'deny', namespace: 'blog' } };
  expect(broken(policies.networkPolicy, workload(), elsewhere)).toHaveLength(1);
});

test('values of a Secret are named by their keys, and never shown', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a' },
    data: { key: 'aHVudGVyMg==' },
    stringData: { other: 'hunter2' },
  };
  const found = broken(policies.noSecretValues, secret);
  expect(found).toEqual([
    "data['key']: is a value, which lies in Git then",
    "stringData['other']: is a value, which lies in Git then",
  ]);
});

test('objects of other kinds, and malformed ones, are passed over', () => {
  const odd = [
    { apiVersion: 'v1', kind: 'Pod', metadata: {} },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { template: 7 } },
    { apiVersion: 'example.org/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: workload() },
  ];
  synthesized(odd).expectPolicy(...Object.values(policies));
});

describe('an exception', () => {
  const privileged = workload(security({ privileged: true }));
  const excepted = (exceptions: Record<string, string>, object = privileged): string[] =>
    broken(policies.notPrivileged.except(exceptions), object);

  test('is for the objects that it names, also with *', () => {
    expect(excepted({ 'Deployment shop/web': 'it sets up the network' })).toEqual([]);
    expect(excepted({ 'Deployment shop/*': 'they set up the network' })).toEqual([]);
    expect(excepted({ 'Deployment *': 'they set up the network' })).toEqual([]);
    expect(excepted({ 'Deployment web': 'it sets up the network' })).toHaveLength(1);
    expect(excepted({ 'Deployment shop/we.': 'it sets up the network' })).toHaveLength(1);
    expect(broken(policies.notPrivileged, privileged)).toHaveLength(1);
  });

  test('needs a reason', () => {
    expect(() => policies.notPrivileged.except({ 'Deployment shop/web': ' ' })).toThrow(
      'the exception of Deployment shop/web from not-privileged has no reason; write why it needs one',
    );
  });

  test('is broken itself when its object keeps the policy, and not when there is no such object', () => {
    expect(excepted({ 'Deployment shop/web': 'it sets up the network' }, workload())).toEqual([
      ': keeps it, and has an exception (Deployment shop/web)',
    ]);
    expect(excepted({ 'DaemonSet shop/other': 'not here' }, workload())).toEqual([]);
  });

  test('adds to those there are', () => {
    const twice = policies.notPrivileged
      .except({ 'Deployment shop/web': 'a' })
      .except({ 'Deployment blog/web': 'b' });
    expect(broken(twice, privileged)).toEqual([]);
  });
});

test('a policy of your own sees the object and all others', () => {
  const single = policy('one-config', (object, all) =>
    object.kind === 'ConfigMap' && all.length > 1
      ? [{ path: 'metadata.name', problem: 'is one of several', fix: 'write one' }]
      : [],
  );
  const configs = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
  expect(() => synthesized(configs).expectPolicy(single)).toThrow(
    '2 objects break a policy:\n  ConfigMap a metadata.name is one of several; write one (one-config)\n  ConfigMap b',
  );
});
