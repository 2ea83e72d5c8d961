import { isPlainObject } from '../../../plain-object';
import type { RiskHit } from '../risk-rule';
import { at, fieldIn, mapsAt } from '../rule-text';
import { containersOf, type Workload } from '../workload-pods';
import { VALIDATION } from './immutable-rule';

/** Numbers of an object that the API server refuses whatever stands beside them. */
export function rangeProblems(kind: string, spec: unknown): readonly RiskHit[] {
  return (OBJECTS[kind] ?? []).flatMap((range) => problemsIn(spec, range, 'spec', ''));
}

/** Numbers of a pod that the API server refuses whatever stands beside them. */
export function podRangeProblems({ spec, property }: Workload): readonly RiskHit[] {
  const ofPod = POD.flatMap((range) => problemsIn(spec, range, property, ''));
  const ofContainers = containersOf(spec).flatMap(({ name, list, container }) =>
    CONTAINER.flatMap((range) =>
      problemsIn(container, range, fieldIn(property, list, { name }), `container ${name}: `),
    ),
  );
  return [...ofPod, ...ofContainers];
}

/** The rule's `source` names this too. */
export const RANGE_SOURCE = `${VALIDATION}/core/validation/validation.go validateContainerPorts, validateProbe, ValidatePortNumOrName; apps/validation; batch/validation validateJobSpec; k8s.io/apimachinery@v0.36.3:pkg/util/validation/validation.go IsValidPortNum; k8s.io/kubernetes@v1.36.3:pkg/registry/core/service/portallocator/allocator.go Allocate`;

/** Keys to a number, where `[]` goes into each item of a list, and what it may be; texts such as `25%` or the name of a port are none. */
interface ValueRange {
  readonly path: readonly string[];
  readonly least: number;

  /** @default - none */
  readonly most?: number;
}

function problemsIn(value: unknown, range: ValueRange, field: string, of: string): readonly RiskHit[] {
  const { path, least, most = Infinity } = range;
  const allowed = most === Infinity ? `${least} or more` : `${least} to ${most}`;
  const shown = path.filter((key) => key !== '[]').join('.');
  const upToList = path.includes('[]') ? path.slice(0, path.indexOf('[]')) : path;
  return numbersAt(value, path)
    .filter((number) => number < least || number > most)
    .map((number) => ({
      field: [field, ...upToList].join('.'),
      what: `${of}${shown} ${number}, allowed is ${allowed}`,
    }));
}

function numbersAt(value: unknown, path: readonly string[]): readonly number[] {
  const list = path.indexOf('[]');
  if (list >= 0)
    return mapsAt(value, ...path.slice(0, list)).flatMap((item) => numbersAt(item, path.slice(list + 1)));
  const found = isPlainObject(value) ? at(value, ...path) : undefined;
  return typeof found === 'number' ? [found] : [];
}

function range(path: string, least: number, most?: number): ValueRange {
  return { path: path.split('.'), least, ...(most !== undefined && { most }) };
}

function notNegative(...paths: readonly string[]): readonly ValueRange[] {
  return paths.map((path) => range(path, 0));
}

function port(...paths: readonly string[]): readonly ValueRange[] {
  return paths.map((path) => range(path, 1, MOST_PORT));
}

/** Ports where 0 stands for one that is not written. */
function portOrNone(...paths: readonly string[]): readonly ValueRange[] {
  return paths.map((path) => range(path, 0, MOST_PORT));
}

const MOST_PORT = 65_535;
const MOST_INT = 2_147_483_647;

const CONTAINER: readonly ValueRange[] = [
  ...port('ports.[].containerPort'),
  ...portOrNone('ports.[].hostPort'),
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => [
    ...port(`${probe}.httpGet.port`, `${probe}.tcpSocket.port`, `${probe}.grpc.port`),
    ...notNegative(
      ...[
        'initialDelaySeconds',
        'timeoutSeconds',
        'periodSeconds',
        'successThreshold',
        'failureThreshold',
      ].map((field) => `${probe}.${field}`),
    ),
  ]),
  ...['postStart', 'preStop'].flatMap((hook) =>
    port(`lifecycle.${hook}.httpGet.port`, `lifecycle.${hook}.tcpSocket.port`),
  ),
  range('securityContext.runAsUser', 0, MOST_INT),
  range('securityContext.runAsGroup', 0, MOST_INT),
];

const POD: readonly ValueRange[] = [
  range('securityContext.runAsUser', 0, MOST_INT),
  range('securityContext.runAsGroup', 0, MOST_INT),
  range('securityContext.fsGroup', 0, MOST_INT),
  range('activeDeadlineSeconds', 1, MOST_INT),
  range('topologySpreadConstraints.[].maxSkew', 1),
  range('topologySpreadConstraints.[].minDomains', 1),
];

const JOB = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
];

const OBJECTS: Readonly<Partial<Record<string, readonly ValueRange[]>>> = {
  'apps/Deployment': notNegative(
    'replicas',
    'minReadySeconds',
    'revisionHistoryLimit',
    'progressDeadlineSeconds',
    'strategy.rollingUpdate.maxSurge',
    'strategy.rollingUpdate.maxUnavailable',
  ),
  'apps/StatefulSet': notNegative('replicas', 'minReadySeconds', 'ordinals.start'),
  'apps/DaemonSet': notNegative(
    'minReadySeconds',
    'revisionHistoryLimit',
    'updateStrategy.rollingUpdate.maxSurge',
    'updateStrategy.rollingUpdate.maxUnavailable',
  ),
  'apps/ReplicaSet': notNegative('replicas', 'minReadySeconds'),
  ReplicationController: notNegative('replicas', 'minReadySeconds'),
  'batch/Job': notNegative(...JOB),
  'batch/CronJob': notNegative(
    'startingDeadlineSeconds',
    'successfulJobsHistoryLimit',
    'failedJobsHistoryLimit',
    ...JOB.map((field) => `jobTemplate.spec.${field}`),
  ),
  // A minReplicas of 0 is for a feature gate to allow.
  'autoscaling/HorizontalPodAutoscaler': [range('minReplicas', 0), range('maxReplicas', 1)],
  'policy/PodDisruptionBudget': notNegative('minAvailable', 'maxUnavailable'),
  Service: [...port('ports.[].port'), ...portOrNone('ports.[].targetPort', 'ports.[].nodePort')],
  'networking.k8s.io/Ingress': portOrNone(
    'defaultBackend.service.port.number',
    'rules.[].http.paths.[].backend.service.port.number',
  ),
  'networking.k8s.io/NetworkPolicy': port(
    ...['ingress', 'egress'].flatMap((side) => [`${side}.[].ports.[].port`, `${side}.[].ports.[].endPort`]),
  ),
};
