import type { ObjectChange } from '../../object-change';
import { selects } from '../label-selector';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt, some, textsAt } from '../rule-text';
import { namesOf, objectsBeside, workloadsBeside } from '../workload-pods';

/** Jobs that do not run, and what guards or scales workloads. */
export const operationRules: readonly RiskRule[] = [
  {
    id: 'job-suspended',
    level: 'caution',
    on: 'object',
    kinds: ['batch/CronJob', 'batch/Job'],
    title: 'A job is suspended',
    reason: 'Nothing fails; what it did is not done any more.',
    onApply: 'A CronJob starts no new run; of a Job the pods that run are stopped.',
    fix: 'Note who turns it on again, and when.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension',
    check: suspendedHits,
  },
  {
    id: 'sync-suspended',
    level: 'caution',
    on: 'object',
    kinds: ['kustomize.toolkit.fluxcd.io/Kustomization', 'helm.toolkit.fluxcd.io/HelmRelease'],
    title: 'Flux no longer applies what is in Git',
    reason: 'Changes that are merged from now on have no effect, and nobody is told.',
    onApply: 'At once; what runs stays as it is.',
    fix: 'Note who turns it on again, and when.',
    source: 'https://fluxcd.io/flux/components/kustomize/kustomizations/#suspend',
    check: suspendedHits,
  },
  {
    id: 'job-concurrency-changed',
    level: 'caution',
    on: 'object',
    kinds: ['batch/CronJob'],
    title: 'Runs of a job may overlap, or are cut off',
    reason: 'With Allow two runs may work on the same data; with Replace a long run never ends.',
    onApply: 'At the next start.',
    fix: 'Keep Forbid unless the program is made for it.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [before, after].map(({ object }) => at(object, 'spec', CONCURRENCY) ?? 'Allow');
      return old === now || now === 'Forbid'
        ? []
        : [{ field: fieldIn('spec', CONCURRENCY), what: fromTo(old, now) }];
    },
  },
  {
    id: 'budget-removed',
    level: 'caution',
    on: 'object',
    kinds: ['policy/PodDisruptionBudget'],
    title: 'A PodDisruptionBudget is deleted while its pods stay',
    reason: 'A drain may stop all of them at once.',
    onApply: 'Nothing yet; the next drain or upgrade of nodes is free to.',
    fix: 'Keep a budget with maxUnavailable: 1.',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets',
    check: (change, comparison) => {
      const { before, kind } = change;
      if (before === undefined || kind !== 'removed') return [];
      const budgets = objectsBeside(comparison, 'after', before.id, 'policy/PodDisruptionBudget');
      const pods = workloadsBeside(comparison, 'after', before.id).filter(
        ({ labels }) =>
          isGuarding(before.object, labels) && !budgets.some(({ object }) => isGuarding(object, labels)),
      );
      return pods.length === 0 ? [] : [{ what: some(namesOf(pods)) }];
    },
  },
  {
    id: 'autoscaler-lowered',
    level: 'caution',
    on: 'object',
    kinds: ['autoscaling/HorizontalPodAutoscaler'],
    title: 'An autoscaler keeps fewer pods',
    reason: 'At the next peak there are fewer of them, or no more than so many.',
    onApply:
      'What is above a lower maxReplicas is stopped within seconds; down to a lower minReplicas it goes after five minutes of little load.',
    fix: 'Compare it with the replicas of the last peak: kubectl get hpa.',
    source: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      return ['minReplicas', 'maxReplicas'].flatMap((key): RiskHit[] => {
        const [old = 1, now = 1] = [before, after].map(({ object }) => Number(at(object, 'spec', key) ?? 1));
        return now < old ? [{ field: fieldIn('spec', key), what: `${key} ${fromTo(old, now)}` }] : [];
      });
    },
  },
  {
    id: 'finalizers-changed',
    level: 'caution',
    on: 'object',
    title: 'An object has other finalizers',
    reason:
      'Without one, nobody cleans up what belongs to the object; with one whose controller is away, it can never be deleted.',
    onApply: 'Nothing yet; it counts when the object is deleted.',
    fix: 'Leave finalizers to the controllers that own them.',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old = [], now = []] = [before, after].map(({ object }) =>
        [...textsAt(object, 'metadata', 'finalizers')].sort(),
      );
      return old.join() === now.join()
        ? []
        : [
            {
              field: 'metadata.finalizers',
              what: fromTo(old.join(', ') || 'none', now.join(', ') || 'none'),
            },
          ];
    },
  },
  {
    id: 'owner-changed',
    level: 'caution',
    on: 'object',
    title: 'An object has another owner',
    reason: 'When its owner is deleted, or is not there, the garbage collector deletes the object.',
    onApply: 'Within a minute the object goes, if no owner of this uid is in its namespace.',
    fix: 'Leave ownerReferences to controllers: a manifest cannot know a uid.',
    source: 'https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents',
    check: ({ after, before }) => {
      if (after === undefined) return [];
      const had = new Set(mapsAt(before?.object, 'metadata', 'ownerReferences').map(({ uid }) => uid));
      const gained = mapsAt(after.object, 'metadata', 'ownerReferences').filter(({ uid }) => !had.has(uid));
      return gained.length === 0
        ? []
        : [
            {
              field: 'metadata.ownerReferences',
              what: some(gained.map(({ kind, name }) => `${String(kind)} ${String(name)}`)),
            },
          ];
    },
  },
];

function suspendedHits({ before, after }: ObjectChange): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const [old, now] = [before, after].map(({ object }) => at(object, 'spec', 'suspend') === true);
  return now && !old ? [{ field: 'spec.suspend', what: fromTo(old, now) }] : [];
}

function isGuarding(
  budget: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, unknown>>,
): boolean {
  const selector = at(budget, 'spec', 'selector');
  return selector !== undefined && selects(selector, labels);
}

const CONCURRENCY = 'concurrencyPolicy';
