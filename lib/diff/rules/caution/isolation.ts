import type { Comparison } from '../../comparison';
import type { ComparedObject } from '../../object-change';
import { isIsolated, policiesFor } from '../network-policies';
import { allows, allowancesOf, isolates, type Direction } from '../network-reach';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, some } from '../rule-text';
import { namesOf, workloadsSelected, type Workload } from '../workload-pods';

/** Traffic that pods had, and that no policy allows any more. */
export const isolationRules: readonly RiskRule[] = [
  {
    id: 'network-traffic-cut',
    level: 'caution',
    on: 'object',
    kinds: ['networking.k8s.io/NetworkPolicy'],
    title: 'A NetworkPolicy cuts traffic off',
    reason: 'A pod that a policy selects gets, or sends, only what the policies that select it allow.',
    onApply: 'At once, for the pods that run too. Without egress to port 53 they find no name either.',
    fix: 'Allow what they need in the same change: for egress also port 53, UDP and TCP, to the DNS of the cluster.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
    check: ({ kind, before, after }, comparison) =>
      DIRECTIONS.flatMap((direction): readonly RiskHit[] => {
        if (after !== undefined && kind !== 'renamed') return isolatedHits(after, direction, comparison);
        return before === undefined ? [] : withdrawnHits(before, direction, comparison);
      }),
  },
];

/** Pods that were open until now. */
function isolatedHits(
  policy: ComparedObject,
  direction: Direction,
  comparison: Comparison,
): readonly RiskHit[] {
  if (!isolates(policy, direction)) return [];
  const pods = lastingPods(policy, comparison).filter(
    ({ old }) => !isIsolated(comparison, 'before', old.id, old.labels, direction),
  );
  if (pods.length === 0) return [];
  const allowed = allowancesOf(policy, direction).map(({ text }) => text);
  const rest = allowed.length === 0 ? 'nothing of it' : `only ${some(allowed, 2)}`;
  return [
    {
      field: fieldIn('spec', direction),
      what: `${direction} of ${some(namesOf(pods.map(({ now }) => now)), 3)} was open; ${rest} is allowed now`,
    },
  ];
}

/** What a policy that goes allowed, and no other one does. */
function withdrawnHits(
  policy: ComparedObject,
  direction: Direction,
  comparison: Comparison,
): readonly RiskHit[] {
  const pods = lastingPods(policy, comparison).filter(({ now }) =>
    isIsolated(comparison, 'after', now.id, now.labels, direction),
  );
  const lost = allowancesOf(policy, direction).filter((allowance) =>
    pods.some(
      ({ now }) =>
        !policiesFor(comparison, 'after', now.id, now.labels).some((other) =>
          allowancesOf(other, direction).some((one) => allows(one, allowance)),
        ),
    ),
  );
  const texts = [...new Set(lost.map(({ text }) => text))];
  return texts.length === 0
    ? []
    : [
        {
          what: `${direction} of ${some(namesOf(pods.map(({ now }) => now)), 3)}: no more ${some(texts, 2)}`,
        },
      ];
}

/** Workloads that the policy selects, and that are there before and after. */
function lastingPods(
  { id, object }: ComparedObject,
  comparison: Comparison,
): readonly { readonly old: Workload; readonly now: Workload }[] {
  const selector = at(object, 'spec', 'podSelector');
  const before = new Map(
    workloadsSelected(comparison, 'before', id, selector).map((workload) => [
      namesOf([workload])[0],
      workload,
    ]),
  );
  return workloadsSelected(comparison, 'after', id, selector).flatMap((now) => {
    const old = before.get(namesOf([now])[0]);
    return old === undefined ? [] : [{ old, now }];
  });
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
