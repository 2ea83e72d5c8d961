import { listOf } from '../../../rules/object-needs-made';
import { isPlainObject } from '../../../plain-object';
import type { FieldChange } from '../../field-change';
import type { ObjectChanged } from '../../object-change';
import type { RiskRule } from '../risk-rule';
import { immutableRule, VALIDATION } from './immutable-rule';
import { sameValue, valueAt } from './touched-fields';

/** Pods that are written as such, without a workload. */
export const podRules: readonly RiskRule[] = [
  immutableRule({
    id: 'pod-spec',
    kinds: ['Pod'],
    title: 'A field of a Pod changes that cannot',
    reason:
      'Of a Pod that exists only images, a shorter activeDeadlineSeconds, more tolerations and fewer scheduling gates are taken.',
    fix: 'Use a Deployment or a Job in place of the Pod, or delete the Pod before this is applied.',
    source: `${VALIDATION}/core/validation/validation.go ValidatePodUpdate`,
    paths: [['spec']],
    except: [
      ['spec', 'containers', 'image'],
      ['spec', 'initContainers', 'image'],
    ],
    unless: mayChange,
  }),
];

function mayChange({ path }: FieldChange, { before, after }: ObjectChanged): boolean {
  const key = typeof path[1] === 'string' ? path[1] : '';
  const [old, now] = [before, after].map(({ object }) => valueAt(object, ['spec', key]));
  const gated = listOf(valueAt(before.object, ['spec', 'schedulingGates'])).length > 0;
  switch (key) {
    case 'preemptionPolicy':
      // What admission has written.
      return old === undefined && now === 'PreemptLowerPriority';
    case 'activeDeadlineSeconds':
      return now !== undefined && (old === undefined || Number(now) <= Number(old));
    case 'tolerations':
      return isSubset(listOf(old), listOf(now));
    case 'schedulingGates':
      return isSubset(listOf(now), listOf(old));
    case 'nodeSelector':
      return gated && isSubset(entriesOf(old), entriesOf(now));
    case 'affinity':
      return gated && mayNarrow(old, now);
    case 'terminationGracePeriodSeconds':
      return Number(old) < 0 && now === 1;
    default:
      return false;
  }
}

/** A gated Pod takes affinity to nodes: any where it had none that is required, else more conditions in the same terms. */
function mayNarrow(old: unknown, now: unknown): boolean {
  const others = ['podAffinity', 'podAntiAffinity'].every((key) =>
    sameValue(valueAt(old, [key]), valueAt(now, [key])),
  );
  const [from, to] = [old, now].map((affinity) => listOf(valueAt(affinity, REQUIRED_TERMS)));
  const isAboutNodes = !sameValue(valueAt(old, ['nodeAffinity']), valueAt(now, ['nodeAffinity']));
  if (!others || !isAboutNodes || from === undefined || to === undefined) return false;
  if (from.length === 0) return true;
  return (
    from.length === to.length &&
    from.every((term, index) =>
      ['matchExpressions', 'matchFields'].every((key) =>
        isSubset(listOf(valueAt(term, [key])), listOf(valueAt(to[index], [key]))),
      ),
    )
  );
}

function isSubset(some: readonly unknown[], all: readonly unknown[]): boolean {
  return some.every((item) => all.some((other) => sameValue(item, other)));
}

function entriesOf(value: unknown): readonly unknown[] {
  return isPlainObject(value) ? Object.entries(value) : [];
}

const REQUIRED_TERMS = [
  'nodeAffinity',
  'requiredDuringSchedulingIgnoredDuringExecution',
  'nodeSelectorTerms',
];
