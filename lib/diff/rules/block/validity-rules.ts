import type { Comparison } from '../../comparison';
import type { ObjectChange } from '../../object-change';
import { kindOf } from '../../object-id';
import type { RiskHit, RiskRule } from '../risk-rule';
import { workloadOf, WORKLOAD_KINDS } from '../workload-pods';
import { VALIDATION } from './immutable-rule';
import { isBefore } from './is-before';
import { objectProblems } from './object-problems';
import { podProblems, requestProblems } from './pod-problems';
import { podRangeProblems, RANGE_SOURCE } from './value-ranges';

/** Objects whose fields do not go together or are out of range, which no schema says. */
export const validityRules: readonly RiskRule[] = [
  {
    id: 'request-over-limit',
    level: 'block',
    title: 'A container asks for more than it may use',
    reason: 'A request cannot be larger than the limit of the same resource.',
    onApply:
      'The API server refuses the object: "must be less than or equal to memory limit". What it was before stays.',
    fix: 'Raise the limit, or lower the request with it.',
    source: `${VALIDATION}/core/validation/validation.go validateResourceRequirements`,
    refusedByApi: true,
    on: 'object',
    kinds: WORKLOAD_KINDS,
    check: (change, comparison) => podHits(change, comparison, requestProblems),
  },
  {
    id: 'pod-invalid',
    level: 'block',
    title: 'Fields of a pod do not go together, or have a value that none may have',
    reason: 'The schema takes each field by itself; the API server looks at more than the schema.',
    onApply: 'The API server refuses the object. What it was before stays.',
    fix: 'Correct the field as the finding says.',
    source: `${VALIDATION}/core/validation/validation.go ValidatePodSpec; apps/validation ValidatePodTemplateSpecForReplicaSet; ValidatePodTemplateSpecForStatefulSet from 1.34 on; ${RANGE_SOURCE}`,
    refusedByApi: true,
    on: 'object',
    kinds: WORKLOAD_KINDS,
    check: (change, comparison) =>
      podHits(change, comparison, (workload) => [...podProblems(workload), ...podRangeProblems(workload)]),
  },
  {
    id: 'object-invalid',
    level: 'block',
    title: 'Fields of an object do not go together, or have a value that none may have',
    reason: 'The schema takes each field by itself; the API server looks at more than the schema.',
    onApply: 'The API server refuses the object. What it was before stays.',
    fix: 'Correct the field as the finding says.',
    source: `${VALIDATION}/core/validation/validation.go ValidateService; autoscaling/validation validateHorizontalPodAutoscalerSpec; policy/validation ValidatePodDisruptionBudgetSpec; apps/validation ValidateRollingUpdateDeployment; networking/validation validateHTTPIngressPath; ${RANGE_SOURCE}`,
    refusedByApi: true,
    on: 'object',
    kinds: [
      'Service',
      'autoscaling/HorizontalPodAutoscaler',
      'policy/PodDisruptionBudget',
      'apps/Deployment',
      'apps/StatefulSet',
      'apps/DaemonSet',
      'apps/ReplicaSet',
      'ReplicationController',
      'batch/Job',
      'batch/CronJob',
      'networking.k8s.io/Ingress',
      'networking.k8s.io/NetworkPolicy',
    ],
    check: ({ before, after }) => {
      if (after === undefined) return [];
      const old = before === undefined ? [] : objectProblems(kindOf(before.id), before.object);
      return without(objectProblems(kindOf(after.id), after.object), old);
    },
  },
];

function podHits(
  { before, after }: ObjectChange,
  comparison: Comparison,
  problemsOf: (workload: NonNullable<ReturnType<typeof workloadOf>>) => readonly RiskHit[],
): readonly RiskHit[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (now === undefined) return [];
  // Until then nobody looked at the pods of a StatefulSet before they were made.
  if (now.id.kind === 'StatefulSet' && isBefore(comparison.after.kubernetes, 34)) return [];
  return without(problemsOf(now), old === undefined ? [] : problemsOf(old));
}

/** What was wrong before is not the matter of this change. */
function without(hits: readonly RiskHit[], known: readonly RiskHit[]): readonly RiskHit[] {
  const texts = new Set(known.map(({ what }) => what));
  return hits.filter(({ what }, index) => {
    const isFirst = hits.findIndex((hit) => hit.what === what) === index;
    return isFirst && !texts.has(what);
  });
}
