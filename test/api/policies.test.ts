import { expect, test } from '@jest/globals';
import { podOf } from './pod-templates';
import { policyFindings, policyProblems } from './policies';

const container = {
  name: 'app',
  image: 'registry.example.org/app:1.0.0',
  ports: [{ containerPort: 8080 }],
  readinessProbe: { tcpSocket: { port: 8080 } },
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
  securityContext: {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

function deployment(over: object = {}, pod: object = {}, security: object = {}): ReturnType<typeof withPod> {
  const securityContext = { ...container.securityContext, ...security };
  return withPod({
    automountServiceAccountToken: false,
    containers: [{ ...container, securityContext, ...over }],
    ...pod,
  });
}

function withPod(spec: object) {
  const metadata = { name: 'web', namespace: 'shop' };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { metadata: {}, spec } } };
}

test('a careful workload breaks none', () => {
  expect(policyFindings([deployment()])).toEqual([]);
});

test.each([
  ['pinned-image', 'has the image nginx,', deployment({ image: 'nginx' })],
  ['pinned-image', 'has the image localhost:5000/nginx,', deployment({ image: 'localhost:5000/nginx' })],
  ['pinned-image', 'has the image nginx:latest,', deployment({ image: 'nginx:latest' })],
  ['requests', 'no request', deployment({ resources: { limits: { memory: '1Mi' } } })],
  ['memory-limit', 'no memory limit', deployment({ resources: { requests: { cpu: '1m', memory: '1Mi' } } })],
  ['probes', 'no readiness probe', deployment({ readinessProbe: undefined })],
  ['non-root', 'may run as root', deployment({}, {}, { runAsNonRoot: undefined })],
  ['non-root', 'may run as root', deployment({}, {}, { runAsUser: 0 })],
  ['no-privileges', 'is privileged', deployment({}, {}, { privileged: true })],
  ['no-privileges', 'may gain', deployment({}, {}, { allowPrivilegeEscalation: undefined })],
  ['no-privileges', 'keeps capabilities', deployment({}, {}, { capabilities: {} })],
  [
    'no-privileges',
    'adds capabilities NET_ADMIN',
    deployment({}, {}, { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
  ],
  ['read-only-root', 'can write', deployment({}, {}, { readOnlyRootFilesystem: false })],
  ['seccomp', 'no seccomp profile', deployment({}, {}, { seccompProfile: undefined })],
  ['no-host', 'has hostNetwork', deployment({}, { hostNetwork: true })],
  ['no-host', 'mounts /etc', deployment({}, { volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] })],
  ['no-idle-token', 'default account', deployment({}, { automountServiceAccountToken: undefined })],
  [
    'no-cluster-admin',
    'every right',
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'web' },
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
    },
  ],
])('finds what breaks %s: %s', (policy, problem, object) => {
  const findings = policyFindings([object]);
  expect(findings.map((finding) => finding.policy)).toEqual([policy]);
  expect(findings[0]?.problem).toContain(problem);
});

test('looks at init containers, and asks for probes only of what listens for long', () => {
  const init = { ...container, name: 'init', image: 'busybox', readinessProbe: undefined };
  expect(policyProblems([deployment({}, { initContainers: [init] })])).toEqual([
    'Deployment shop/web: container init has the image busybox, without a tag or digest that says which (pinned-image)',
  ]);
  const { spec } = deployment({ readinessProbe: undefined, ports: [] });
  expect(policyProblems([{ ...deployment(), spec }])).toEqual([]);
});

test('an exception is for one object and the policies it names', () => {
  const bad = deployment({ image: 'nginx', readinessProbe: undefined });
  const exception = { object: 'Deployment shop/web', policies: ['probes' as const], reason: 'a test' };
  expect(policyProblems([bad], [exception])).toHaveLength(1);
  expect(policyProblems([bad], [{ ...exception, object: 'Deployment shop/other' }])).toHaveLength(2);
});

test('pods of a StatefulSet have the volumes of its claims', () => {
  const { spec } = deployment();
  const object = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { ...spec, volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
  };
  expect(podOf(object)?.spec.volumes).toEqual([
    { name: 'data', persistentVolumeClaim: { claimName: 'data-0' } },
  ]);
});
