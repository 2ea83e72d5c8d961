import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { changed, NAMESPACE, POD, updates, type Update } from './block-update';
import type { RiskFixture } from './risk-fixture';

const SELECTOR = { matchLabels: { app: 'web' } };
const template = { metadata: { labels: { app: 'web' } }, spec: POD };
const ending = { ...template, spec: { ...POD, restartPolicy: 'Never' } };

function object(apiVersion: string, kind: string, spec: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'web', namespace: NAMESPACE }, spec };
}

const WEB = object('apps/v1', 'Deployment', { selector: SELECTOR, template });
const SET = object('apps/v1', 'StatefulSet', { selector: SELECTOR, template, serviceName: 'web' });
const NODES = object('apps/v1', 'DaemonSet', { selector: SELECTOR, template });
const JOB = object('batch/v1', 'Job', { template: ending });
const REGULAR = object('batch/v1', 'CronJob', {
  schedule: '0 3 * * *',
  jobTemplate: { spec: { template: ending } },
});
const SCALER = object('autoscaling/v2', 'HorizontalPodAutoscaler', {
  maxReplicas: 4,
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
});
const BUDGET = object('policy/v1', 'PodDisruptionBudget', { maxUnavailable: 1, selector: SELECTOR });
const SERVICE = object('v1', 'Service', {
  type: 'NodePort',
  selector: { app: 'web' },
  ports: [{ name: 'http', port: 80 }],
});
const ROUTE = object('networking.k8s.io/v1', 'Ingress', {
  defaultBackend: { service: { name: 'web', port: { number: 80 } } },
});
const POLICY = object('networking.k8s.io/v1', 'NetworkPolicy', {
  podSelector: {},
  ingress: [{ ports: [{ port: 80 }] }],
});

const CONTAINER = 'spec.template.spec.containers[name=web]';
const ports = (port: object) => ({ 'spec.ports': [{ name: 'http', port: 80, ...port }] });
const probe = (rest: object) => ({ [`${CONTAINER}.readinessProbe`]: { tcpSocket: { port: 80 }, ...rest } });
const spread = (maxSkew: number) => ({
  'spec.template.spec.topologySpreadConstraints': [
    { maxSkew, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: SELECTOR },
  ],
});

/**
 * With dryRun the API server looks only whether somebody has the port, so this is not replayed:
 * k8s.io/kubernetes@v1.36.3:pkg/registry/core/service/portallocator, operation.go and allocator.go.
 */
const NODE_PORT: RiskFixture = {
  rule: 'object-invalid',
  name: 'Service: nodePort 65536',
  before: [SERVICE],
  after: [changed(SERVICE, ports({ nodePort: 65_536 }))],
  hits: ['ports.nodePort 65536, allowed is 0 to 65535'],
};

/** A number that is refused, and the next one that is taken. */
function bounds(kind: string, field: string, refused: number, allowed: string, taken: number): Update[] {
  const path = `spec.${field}`;
  return [
    [`${kind}: ${field} ${refused}`, { [path]: refused }, [`${field} ${refused}, allowed is ${allowed}`]],
    [`${kind}: ${field} ${taken}`, { [path]: taken }],
  ];
}

const PODS = updates(
  'pod-invalid',
  WEB,
  [
    'containerPort 70000',
    { [`${CONTAINER}.ports`]: [{ containerPort: 70_000 }] },
    ['container web: ports.containerPort 70000, allowed is 1 to 65535'],
  ],
  ['containerPort 65535', { [`${CONTAINER}.ports`]: [{ containerPort: 65_535 }] }],
  ['hostPort 0, which is none', { [`${CONTAINER}.ports`]: [{ containerPort: 80, hostPort: 0 }] }],
  [
    'a probe of port 0',
    probe({ tcpSocket: { port: 0 } }),
    ['container web: readinessProbe.tcpSocket.port 0, allowed is 1 to 65535'],
  ],
  ['a probe of a port by its name', probe({ tcpSocket: { port: 'http' } })],
  [
    'a probe that waits less than no time',
    probe({ initialDelaySeconds: -1 }),
    ['readinessProbe.initialDelaySeconds -1, allowed is 0 or more'],
  ],
  ['a probe that waits no time', probe({ initialDelaySeconds: 0 })],
  [
    'a hook of port 65536',
    { [`${CONTAINER}.lifecycle`]: { preStop: { httpGet: { path: '/', port: 65_536 } } } },
    ['lifecycle.preStop.httpGet.port 65536, allowed is 1 to 65535'],
  ],
  [
    'a user below 0',
    { [`${CONTAINER}.securityContext.runAsUser`]: -1 },
    ['container web: securityContext.runAsUser -1, allowed is 0 to 2147483647'],
  ],
  ['pods spread by none', spread(0), ['topologySpreadConstraints.maxSkew 0, allowed is 1 or more']],
  ['pods spread by one', spread(1)],
);

/** Numbers that are refused whatever stands beside them. */
export const blockRanges: readonly RiskFixture[] = [
  ...PODS,
  NODE_PORT,
  ...updates(
    'object-invalid',
    WEB,
    ...bounds('Deployment', 'replicas', -1, '0 or more', 0),
    ...bounds('Deployment', 'minReadySeconds', -1, '0 or more', 1),
    ...bounds('Deployment', 'revisionHistoryLimit', -1, '0 or more', 0),
    [
      'Deployment: maxSurge -1',
      { 'spec.strategy': { type: 'RollingUpdate', rollingUpdate: { maxSurge: -1, maxUnavailable: 1 } } },
      ['strategy.rollingUpdate.maxSurge -1, allowed is 0 or more'],
    ],
  ),
  ...updates('object-invalid', SET, ...bounds('StatefulSet', 'replicas', -1, '0 or more', 0), [
    'StatefulSet: numbered from -1',
    { 'spec.ordinals': { start: -1 } },
    ['ordinals.start -1'],
  ]),
  ...updates('object-invalid', NODES, ...bounds('DaemonSet', 'minReadySeconds', -1, '0 or more', 1)),
  ...updates(
    'object-invalid',
    JOB,
    ...bounds('Job', 'parallelism', -1, '0 or more', 0),
    ...bounds('Job', 'ttlSecondsAfterFinished', -1, '0 or more', 0),
  ),
  ...updates(
    'object-invalid',
    REGULAR,
    ...bounds('CronJob', 'successfulJobsHistoryLimit', -1, '0 or more', 0),
    ...bounds('CronJob', 'jobTemplate.spec.backoffLimit', -1, '0 or more', 0),
  ),
  ...updates('object-invalid', SCALER, [
    'HorizontalPodAutoscaler: at most none',
    { 'spec.maxReplicas': 0 },
    ['maxReplicas 0, allowed is 1 or more'],
  ]),
  ...updates(
    'object-invalid',
    BUDGET,
    ...bounds('PodDisruptionBudget', 'maxUnavailable', -1, '0 or more', 0),
  ),
  ...updates(
    'object-invalid',
    SERVICE,
    ['Service: port 0', ports({ port: 0 }), ['ports.port 0, allowed is 1 to 65535']],
    ['Service: targetPort 65536', ports({ targetPort: 65_536 }), ['ports.targetPort 65536']],
    ['Service: targetPort 0, which is the port', ports({ targetPort: 0 })],
    ['Service: nodePort 0, which is any', ports({ nodePort: 0 })],
  ),
  ...updates(
    'object-invalid',
    ROUTE,
    ...bounds('Ingress', 'defaultBackend.service.port.number', 65_536, '0 to 65535', 65_535),
  ),
  ...updates(
    'object-invalid',
    POLICY,
    [
      'NetworkPolicy: port 0',
      { 'spec.ingress': [{ ports: [{ port: 0 }] }] },
      ['ingress.ports.port 0, allowed is 1 to 65535'],
    ],
    ['NetworkPolicy: port 65535', { 'spec.ingress': [{ ports: [{ port: 65_535 }] }] }],
  ),
];
