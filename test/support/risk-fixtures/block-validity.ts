import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, POD, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const object = (apiVersion: string, kind: string, spec: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: NAMESPACE },
  spec,
});
const template = { metadata: { labels: { app: 'web' } }, spec: POD };
const WEB = object('apps/v1', 'Deployment', { selector: { matchLabels: { app: 'web' } }, template });
const SET = object('apps/v1', 'StatefulSet', {
  selector: { matchLabels: { app: 'web' } },
  serviceName: 'web',
  template,
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ],
});
const PODS = 'spec.template.spec';
const CONTAINER = `${PODS}.containers[name=web]`;
const empty = { name: 'tmp', emptyDir: {} };
const mount = { name: 'tmp', mountPath: '/tmp' };
const tcp = { tcpSocket: { port: 8080 } };

const PODS_OF_SETS = updates(
  'pod-invalid',
  SET,
  [
    'StatefulSet: a mount of no volume',
    { [`${CONTAINER}.volumeMounts`]: [{ name: 'dat', mountPath: '/data' }] },
    ['container web: no volume dat'],
  ],
  [
    'StatefulSet: a mount of a claim template',
    { [`${CONTAINER}.volumeMounts`]: [{ name: 'data', mountPath: '/data' }] },
  ],
  [
    'StatefulSet before 1.34',
    { [`${CONTAINER}.volumeMounts`]: [{ name: 'dat', mountPath: '/data' }] },
    [],
    { kubernetes: '1.33' },
  ],
);

const SERVICE = object('v1', 'Service', { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] });
const SCALER = object('autoscaling/v2', 'HorizontalPodAutoscaler', {
  minReplicas: 2,
  maxReplicas: 4,
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
});
const BUDGET = object('policy/v1', 'PodDisruptionBudget', {
  maxUnavailable: 1,
  selector: { matchLabels: { app: 'web' } },
});
const backend = { service: { name: 'web', port: { number: 80 } } };
const ROUTE = object('networking.k8s.io/v1', 'Ingress', {
  rules: [{ host: 'shop.example.org', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
});
const rules = (path: string, pathType: string) => ({
  'spec.rules': [{ host: 'shop.example.org', http: { paths: [{ path, pathType, backend }] } }],
});
const rolling = (maxSurge: unknown, maxUnavailable: unknown) => ({
  'spec.strategy': { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});

/** Fields that do not go together. */
export const blockValidity: readonly RiskFixture[] = [
  ...updates(
    'pod-invalid',
    WEB,
    ['a mount of no volume', { [`${CONTAINER}.volumeMounts`]: [mount] }, ['container web: no volume tmp']],
    [
      'two mounts at one path',
      {
        [`${PODS}.volumes`]: [empty, { ...empty, name: 'b' }],
        [`${CONTAINER}.volumeMounts`]: [mount, { ...mount, name: 'b' }],
      },
      ['container web: two mounts at /tmp'],
    ],
    ['two volumes of a name', { [`${PODS}.volumes`]: [empty, empty] }, ['two volumes are called tmp']],
    [
      'a volume of two kinds',
      { [`${PODS}.volumes`]: [{ ...empty, configMap: { name: 'a' } }] },
      ['volume tmp is of two kinds'],
    ],
    ['a pod that ends', { [`${PODS}.restartPolicy`]: 'Never' }, ['restartPolicy Never of a Deployment']],
    [
      'a value from two places',
      {
        [`${CONTAINER}.env`]: [
          { name: 'A', value: 'b', valueFrom: { configMapKeyRef: { name: 'a', key: 'a' } } },
        ],
      },
      ['container web: env A has value and valueFrom'],
    ],
    [
      'a livenessProbe that has to succeed twice',
      { [`${CONTAINER}.livenessProbe`]: { ...tcp, successThreshold: 2 } },
      ['container web: successThreshold of a livenessProbe has to be 1'],
    ],
    [
      'privileged, and no escalation',
      { [`${CONTAINER}.securityContext`]: { privileged: true, allowPrivilegeEscalation: false } },
      ['container web: privileged without allowPrivilegeEscalation'],
    ],
    [
      'a container twice',
      {
        [`${PODS}.initContainers`]: [{ name: 'web', image: 'registry.example.org/web:1.0.0' }],
      },
      ['two containers are called web'],
    ],
    ['a mount of a volume', { [`${PODS}.volumes`]: [empty], [`${CONTAINER}.volumeMounts`]: [mount] }],
    [
      'a readinessProbe that has to succeed twice',
      { [`${CONTAINER}.readinessProbe`]: { ...tcp, successThreshold: 2 } },
    ],
    ['restartPolicy written out', { [`${PODS}.restartPolicy`]: 'Always' }],
  ),
  ...PODS_OF_SETS,
  ...updates(
    'object-invalid',
    SERVICE,
    [
      'Service: a second port, both without a name',
      { 'spec.ports': [{ port: 80 }, { port: 81 }] },
      ['one of 2 ports has no name'],
    ],
    [
      'Service: a port twice',
      {
        'spec.ports': [
          { name: 'http', port: 80 },
          { name: 'web', port: 80 },
        ],
      },
      ['port 80/TCP is there twice'],
    ],
    ['Service: one port without a name', { 'spec.ports': [{ port: 81 }] }],
    [
      'Service: a port of two protocols',
      {
        'spec.ports': [
          { name: 'tcp', port: 80 },
          { name: 'udp', port: 80, protocol: 'UDP' },
        ],
      },
    ],
  ),
  ...updates(
    'object-invalid',
    SCALER,
    [
      'HorizontalPodAutoscaler: more at least than at most',
      { 'spec.minReplicas': 5 },
      ['minReplicas 5, maxReplicas 4'],
    ],
    ['HorizontalPodAutoscaler: as many', { 'spec.minReplicas': 4 }],
  ),
  ...updates(
    'object-invalid',
    BUDGET,
    [
      'PodDisruptionBudget: both',
      { 'spec.minAvailable': 1 },
      ['minAvailable and maxUnavailable are both written'],
    ],
    ['PodDisruptionBudget: the other one', { 'spec.minAvailable': 1, 'spec.maxUnavailable': undefined }],
  ),
  ...updates(
    'object-invalid',
    WEB,
    [
      'Deployment: nothing may be exchanged',
      rolling(0, '0%'),
      ['maxSurge 0 and maxUnavailable 0%: no pod may be exchanged'],
    ],
    ['Deployment: one more at a time', rolling(1, 0)],
  ),
  ...updates(
    'object-invalid',
    ROUTE,
    [
      'Ingress: a path that does not begin with /',
      rules('cart', 'Prefix'),
      ['path cart does not begin with /'],
    ],
    ['Ingress: a path that does', rules('/cart', 'Exact')],
  ),
];
