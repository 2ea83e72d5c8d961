import { recordOf } from '../../../rules/object-needs-made';
import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import { idKey } from '../../object-id';
import { selects, type Labels } from '../label-selector';
import { lackedLabels } from '../lacked-labels';
import { isIsolated, policiesFor } from '../network-policies';
import { allows, allowancesOf, isolates, type Direction } from '../network-reach';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, cut, fieldIn, some } from '../rule-text';
import { canonicalText } from '../../canonical-text';
import { namesOf, WORKLOAD_KINDS, workloadOf, workloadsSelected, type Workload } from '../workload-pods';

/** Traffic that was kept out, or in, and is no more. */
export const networkRules: readonly RiskRule[] = [
  {
    id: 'network-isolation-lost',
    level: 'high',
    on: 'object',
    kinds: [...WORKLOAD_KINDS, 'networking.k8s.io/NetworkPolicy'],
    title: 'Pods are no longer isolated by a NetworkPolicy',
    reason: 'Without any policy that selects them, everything may talk to such pods, or they to everything.',
    onApply: 'At once, for the pods that run too.',
    fix: 'Keep a policy that selects them, or one that denies by default: podSelector {} and the policyTypes.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
    check: (change, comparison) =>
      (change.id.kind === 'NetworkPolicy' ? isolationHits : relabelHits)(change, comparison),
  },
  {
    id: 'network-policy-opened',
    level: 'high',
    on: 'object',
    kinds: ['networking.k8s.io/NetworkPolicy'],
    title: 'A NetworkPolicy lets more through',
    reason: 'Policies add up: what one of them allows is allowed, and none of those before allowed this.',
    onApply: 'At once, for the pods that run too.',
    fix: 'Name the peers by podSelector and namespaceSelector, and the ports.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
    check: openingHits,
  },
  {
    id: 'add-on-policy-removed',
    level: 'high',
    on: 'object',
    kinds: [
      'cilium.io/CiliumNetworkPolicy',
      'cilium.io/CiliumClusterwideNetworkPolicy',
      'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy',
      'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
    ],
    title: 'A policy of the network add-on is deleted',
    reason:
      'Traffic that it denied may be allowed now. What it means together with other policies is not computed.',
    onApply: 'At once, for the pods that run too.',
    fix: 'Look what else selects the same pods before it goes.',
    source: 'https://docs.cilium.io/en/stable/security/policy/',
    check: ({ kind, before }) =>
      kind === 'removed' && before !== undefined
        ? [
            {
              what: `it selected ${cut(JSON.stringify(at(before.object, 'spec', 'endpointSelector') ?? at(before.object, 'spec', 'selector') ?? at(before.object, 'spec', 'subject') ?? 'every pod'), 120)}`,
            },
          ]
        : [],
  },
];

function isolationHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined || isSameSpec(before, after)) return [];
  const { id } = after ?? before;
  return DIRECTIONS.flatMap((direction): RiskHit[] => {
    if (!isolates(before, direction)) return [];
    const open = subjectsOf(comparison, before).filter(
      ({ labels }) =>
        selects(at(before.object, 'spec', 'podSelector'), labels) &&
        !isIsolated(comparison, 'after', id, labels, direction),
    );
    if (open.length === 0) return [];
    const pods = open.some(({ workload }) => workload === undefined)
      ? 'every pod that it selected'
      : some(namesOf(open.flatMap(({ workload }) => workload ?? [])));
    return [{ ...(after !== undefined && { field: 'spec' }), what: `${direction} of ${pods} is open` }];
  });
}

/** A policy stays, but the labels of the pods that it selected do not. */
function relabelHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  // The API server refuses it: its pods stay as they are.
  if (after !== undefined && lackedLabels(after.object).length > 0) return [];
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (old === undefined || now === undefined || canonicalText(old.labels) === canonicalText(now.labels))
    return [];
  return DIRECTIONS.filter(
    (direction) =>
      isIsolated(comparison, 'before', old.id, old.labels, direction) &&
      isIsolated(comparison, 'after', now.id, old.labels, direction) &&
      !isIsolated(comparison, 'after', now.id, now.labels, direction),
  ).map((direction) => ({
    field: fieldIn(now.property.replace(/spec$/, 'metadata.labels')),
    what: `no policy selects its pods any more: ${direction} is open`,
  }));
}

function openingHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (after === undefined || isSameSpec(before, after)) return [];
  return DIRECTIONS.flatMap((direction): RiskHit[] => {
    const allowed = allowancesOf(after, direction);
    const picked = subjectsOf(comparison, after).filter(
      ({ labels }) =>
        selects(at(after.object, 'spec', 'podSelector'), labels) &&
        isIsolated(comparison, 'before', after.id, labels, direction) &&
        isIsolated(comparison, 'after', after.id, labels, direction),
    );
    const opened = allowed.filter((allowance) =>
      picked.some(
        ({ labels }) =>
          !policiesFor(comparison, 'before', after.id, labels).some((policy) =>
            allowancesOf(policy, direction).some((one) => allows(one, allowance)),
          ),
      ),
    );
    const texts = [...new Set(opened.map(({ text }) => text))];
    return texts.length === 0
      ? []
      : [{ field: fieldIn('spec', direction), what: `${direction} ${some(texts, 3)}` }];
  });
}

/** Of a policy that stays where it is and has another label or annotation there is nothing to compute. */
function isSameSpec(before: ComparedObject | undefined, after: ComparedObject | undefined): boolean {
  if (before === undefined || after === undefined || idKey(before.id) !== idKey(after.id)) return false;
  return canonicalText(before.object['spec']) === canonicalText(after.object['spec']);
}

interface PolicySubject {
  readonly labels: Labels;

  /** @default - a pod that nobody knows, with the labels that the policy asks for */
  readonly workload?: Workload;
}

/** Pods that a policy is about: known ones that are there before and after, else one as its selector describes it. */
function subjectsOf(comparison: Comparison, { id, object }: ComparedObject): readonly PolicySubject[] {
  const selector = at(object, 'spec', 'podSelector');
  const known = workloadsSelected(comparison, 'after', id, selector);
  const isLater =
    comparison.find('before', namespaceOf(id)) !== undefined &&
    comparison.find('after', namespaceOf(id)) === undefined;
  if (isLater) return []; // the namespace goes
  const lasting = known.filter((workload) => comparison.find('before', workload.id) !== undefined);
  if (known.length > 0) return lasting.map((workload) => ({ labels: workload.labels, workload }));
  // Its pods go with it.
  if (workloadsSelected(comparison, 'before', id, selector).length > 0) return [];
  return [{ labels: recordOf(recordOf(selector)['matchLabels']) }];
}

function namespaceOf({ cluster, namespace = '' }: ComparedObject['id']): ComparedObject['id'] {
  return { ...(cluster !== undefined && { cluster }), group: '', kind: 'Namespace', name: namespace };
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
