import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import { idText } from '../../object-id';
import type { RiskHit, RiskRule, SubjectHit } from '../risk-rule';
import { at, fromTo } from '../rule-text';
import { namesOf, objectsBeside, workloadsBeside, type Workload } from '../workload-pods';

/** How many pods a workload has, and who says so. */
export const scalingRules: readonly RiskRule[] = [
  {
    id: 'replicas-left-out',
    level: 'caution',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet'],
    title: 'The number of replicas is left out',
    reason:
      'Kubernetes takes 1 for a number that is not written; an autoscaler raises it again only after that.',
    onApply: 'It is scaled to 1 pod, unless somebody else owns the field by then.',
    fix: 'Where an autoscaler is to own it: kubectl apply edit-last-applied, take spec.replicas out there first. Else write the number.',
    source:
      'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [before, after].map(({ object }) => at(object, 'spec', 'replicas'));
      return typeof old === 'number' && old > 1 && now === undefined
        ? [{ field: 'spec.replicas', what: fromTo(old, 'none, which is 1') }]
        : [];
    },
  },
  {
    id: 'autoscaler-removed',
    level: 'caution',
    on: 'object',
    kinds: ['autoscaling/HorizontalPodAutoscaler'],
    title: 'A workload is not scaled any more',
    reason: 'Its autoscaler is deleted, or scales another workload; at the next peak nobody adds pods.',
    onApply: 'It keeps the number of pods that it has at that time, or gets the one that its manifest says.',
    fix: 'Write replicas for the peak, or keep the autoscaler.',
    source: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/',
    check: removedHits,
  },
  {
    id: 'autoscaler-below-replicas',
    level: 'caution',
    on: 'environment',
    title: 'An autoscaler allows fewer pods than its workload asks for',
    reason: 'Each apply asks for more pods than the autoscaler then stops.',
    onApply: 'Pods are started and stopped again, at every apply.',
    fix: 'Leave replicas out of the workload, or raise maxReplicas.',
    source: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/',
    check: (comparison) =>
      comparison.ofKind('after', SCALER).flatMap((scaler): SubjectHit[] => {
        const now = conflictOf(comparison, 'after', scaler);
        const old = comparison.find('before', scaler.id);
        if (now === undefined || (old !== undefined && conflictOf(comparison, 'before', old) !== undefined))
          return [];
        return [{ subject: { type: 'object', id: scaler.id }, field: 'spec.maxReplicas', what: now }];
      }),
  },
  {
    id: 'starts-with-none',
    level: 'caution',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet'],
    title: 'A new workload starts without a pod',
    reason:
      'It asks for 0 replicas, and nothing in the set scales it up; an autoscaler with minReplicas of 1 or more leaves 0 alone.',
    onApply: 'It is made, and no pod of it is.',
    fix: 'Write the number of replicas, or leave the field out, which is 1.',
    source:
      'k8s.io/kubernetes@v1.36.3:pkg/controller/podautoscaler/horizontal.go reconcileAutoscaler; home-operations/konflate',
    check: ({ kind, after }, comparison) =>
      kind === 'added' && at(after.object, 'spec', 'replicas') === 0 && !isStarted(comparison, after)
        ? [{ field: 'spec.replicas', what: '0' }]
        : [],
  },
];

/** Whether something brings it from none to some. */
function isStarted(comparison: Comparison, { id }: ComparedObject): boolean {
  return STARTERS.some(([kind, reference]) =>
    objectsBeside(comparison, 'after', id, kind).some(({ object }) => {
      const target = at(object, 'spec', reference);
      const isOne = at(target, 'name') === id.name && (at(target, 'kind') ?? 'Deployment') === id.kind;
      return isOne && (kind !== SCALER || at(object, 'spec', 'minReplicas') === 0);
    }),
  );
}

function removedHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined) return [];
  const target = targetOf(comparison, 'after', before);
  if (target === undefined) return [];
  const isScaled =
    objectsBeside(comparison, 'after', before.id, SCALER).some(
      (other) => targetOf(comparison, 'after', other) === target,
    ) ||
    objectsBeside(comparison, 'after', before.id, 'keda.sh/ScaledObject').some(
      ({ object }) => at(object, 'spec', 'scaleTargetRef', 'name') === target.id.name,
    );
  if (isScaled) return [];
  return [
    { ...(after !== undefined && { field: 'spec.scaleTargetRef' }), what: `it scaled ${idText(target.id)}` },
  ];
}

function targetOf(
  comparison: Comparison,
  side: 'before' | 'after',
  { id, object }: ComparedObject,
): Workload | undefined {
  return workloadsBeside(comparison, side, id).find(
    (workload) =>
      workload.id.kind === at(object, 'spec', 'scaleTargetRef', 'kind') &&
      workload.id.name === at(object, 'spec', 'scaleTargetRef', 'name'),
  );
}

function conflictOf(
  comparison: Comparison,
  side: 'before' | 'after',
  scaler: ComparedObject,
): string | undefined {
  const most = at(scaler.object, 'spec', 'maxReplicas');
  const target = targetOf(comparison, side, scaler);
  const asked = at(target?.object, 'spec', 'replicas');
  if (target === undefined || typeof most !== 'number' || typeof asked !== 'number' || asked <= most)
    return undefined;
  return `maxReplicas ${most}, ${namesOf([target]).join()} asks for ${asked}`;
}

const SCALER = 'autoscaling/HorizontalPodAutoscaler';

/** What scales from 0, and the field that names the workload: an autoscaler with minReplicas 0, KEDA, and Argo Rollouts, which takes its pods over. */
const STARTERS = [
  [SCALER, 'scaleTargetRef'],
  ['keda.sh/ScaledObject', 'scaleTargetRef'],
  ['argoproj.io/Rollout', 'workloadRef'],
] as const;
