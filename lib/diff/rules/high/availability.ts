import type { Comparison } from '../../comparison';
import type { RiskRule, SubjectHit } from '../risk-rule';
import { at, fromTo, shown, some } from '../rule-text';
import { scaled } from '../scaled-value';
import { leastReplicas, namesOf, objectsBeside, workloadsSelected, type Workload } from '../workload-pods';
import type { ComparedObject } from '../../object-change';

/** Workloads that stop, and nodes that cannot be emptied. */
export const availabilityRules: readonly RiskRule[] = [
  {
    id: 'replicas-zero',
    level: 'high',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'ReplicationController'],
    title: 'A workload is scaled to no pods',
    reason: 'Nothing of it runs any more, and an autoscaler does nothing at 0.',
    onApply: 'All its pods are stopped.',
    fix: 'Write the number of replicas that it needs, or waive it with the reason why it stops.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment',
    check: ({ before, after, id }, comparison) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [before, after].map(({ object }) => at(object, 'spec', 'replicas') ?? 1);
      if (now !== 0 || old === 0) return [];
      // KEDA scales from 0 by itself.
      const isScaled = objectsBeside(comparison, 'after', id, 'keda.sh/ScaledObject').some(
        ({ object }) => at(object, 'spec', 'scaleTargetRef', 'name') === id.name,
      );
      return isScaled ? [] : [{ field: 'spec.replicas', what: fromTo(old, now) }];
    },
  },
  {
    id: 'budget-blocks-drain',
    level: 'high',
    on: 'environment',
    title: 'A PodDisruptionBudget lets no pod be moved',
    reason: 'A drain waits until it may evict every pod: upgrades of nodes hang.',
    onApply: 'Nothing yet; the next drain of a node with such a pod does not end.',
    fix: 'Set maxUnavailable: 1, or run more replicas than minAvailable.',
    source: 'kubernetes/kubernetes@v1.36.3:pkg/controller/disruption/disruption.go, getExpectedPodCount',
    check: (comparison) =>
      comparison.ofKind('after', BUDGET).flatMap((budget): SubjectHit[] => {
        const now = blocking(comparison, 'after', budget);
        if (now === undefined) return [];
        const old = comparison.find('before', budget.id);
        if (old !== undefined && blocking(comparison, 'before', old) !== undefined) return [];
        return [{ subject: { type: 'object', id: budget.id }, what: now }];
      }),
  },
];

/** Why no pod of a budget may be evicted; `undefined` when one may, or when its pods are not known. */
function blocking(
  comparison: Comparison,
  side: 'before' | 'after',
  { id, object }: ComparedObject,
): string | undefined {
  const selector = at(object, 'spec', 'selector');
  if (selector === undefined) return undefined;
  const pods = workloadsSelected(comparison, side, id, selector).filter((workload) =>
    COUNTED.includes(workload.id.kind),
  );
  const expected = pods.reduce((sum, workload) => sum + leastReplicas(comparison, side, workload), 0);
  if (pods.length === 0 || expected === 0) return undefined;
  const { maxUnavailable, minAvailable } = (object['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  const text = textOf(pods, expected);
  // Both round up: a budget of 30% of one pod keeps it or lets it go as a whole.
  if (maxUnavailable !== undefined)
    return scaled(maxUnavailable, expected, 'up') <= 0
      ? `maxUnavailable ${shown(maxUnavailable)}, ${text}`
      : undefined;
  if (minAvailable === undefined) return undefined;
  return scaled(minAvailable, expected, 'up') >= expected
    ? `minAvailable ${shown(minAvailable)}, ${text}`
    : undefined;
}

function textOf(pods: readonly Workload[], expected: number): string {
  return `${some(namesOf(pods), 2)} with ${expected === 1 ? '1 replica' : `${expected} replicas`}`;
}

const BUDGET = 'policy/PodDisruptionBudget';
const COUNTED = ['Deployment', 'StatefulSet', 'ReplicaSet'];
