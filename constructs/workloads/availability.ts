import { ApiObject } from 'cdk8s';
import { object, wholeNumber } from '../../lib/rules/shape';
import type { ConstructViolation } from '../violations';
import type { Workload } from './workload';

/** Number of pods by how busy they are; needs metrics (`MetricsServer`). */
export interface Autoscaling {
  /** @default 1 */
  readonly min?: number;
  readonly max: number;

  /** Average use of the requested processor time, in percent. @default 70 - unless `memory` is given */
  readonly cpu?: number;

  /** Average use of the requested memory, in percent. @default - not looked at */
  readonly memory?: number;
}

/** Keeps all but one pod up while nodes are drained. */
export function disruptionBudget(workload: Workload): ApiObject {
  return new ApiObject(workload, 'disruption-budget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: workload.metadata,
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: workload.selector },
      unhealthyPodEvictionPolicy: 'AlwaysAllow', // a pod that never gets ready does not stop a drain
    },
  });
}

/** Scales a Deployment of the workload's name. */
export function autoscaler(workload: Workload, { min = 1, max, cpu, memory }: Autoscaling): ApiObject {
  const wanted = { cpu: cpu ?? (memory === undefined ? 70 : undefined), memory };
  const metrics = Object.entries(wanted).filter(([, percent]) => percent !== undefined);
  return new ApiObject(workload, 'autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: workload.metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
      minReplicas: min,
      maxReplicas: max,
      metrics: metrics.map(([name, percent]) => ({
        type: 'Resource',
        resource: { name, target: { type: 'Utilization', averageUtilization: percent } },
      })),
    },
  });
}

/** Spreads pods over nodes where that is possible. */
export function spread(workload: Workload): Readonly<Record<string, unknown>> {
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway', // one node is better than no pod
        labelSelector: { matchLabels: workload.selector },
      },
    ],
  };
}

/** What the API server refuses. */
export function autoscalingViolations({ min = 1, max }: Autoscaling): ConstructViolation[] {
  if (min <= max) return [];
  const problem = `is ${max}, below min, which is ${min}`;
  return [
    { rule: 'workload-replicas', property: 'autoscaling.max', problem, fix: `write max: ${min} or more` },
  ];
}

/** Form of {@link Autoscaling}. */
export const autoscalingShape = object(
  {
    min: wholeNumber(1, 1000),
    max: wholeNumber(1, 1000),
    cpu: wholeNumber(1, 1000),
    memory: wholeNumber(1, 1000),
  },
  'max',
);
