import { isPlainObject } from '../../../plain-object';
import type { Comparison } from '../../comparison';
import type { FieldChange, FieldPath } from '../../field-change';
import type { ObjectChanged } from '../../object-change';
import type { RiskRule } from '../risk-rule';
import { immutableRule, VALIDATION } from './immutable-rule';
import { isBefore } from './is-before';
import { sameValue, valueAt } from './touched-fields';

/** Jobs: what they run and how they count cannot change. */
export const jobRules: readonly RiskRule[] = [
  immutableRule({
    id: 'job-template',
    kinds: ['batch/Job'],
    title: 'The pods of a Job change',
    reason:
      'A Job runs to its end with the pods it was made with. Only while it is suspended may scheduling and, from Kubernetes 1.36 on, the resources of its containers change.',
    fix: 'Give the Job a name with the version in it, so that each version is a Job of its own, or delete the old one before this is applied (ttlSecondsAfterFinished does that by itself).',
    source: `${VALIDATION}/batch/validation/validation.go validatePodTemplateUpdate; pkg/registry/batch/job/strategy.go validationOptionsForJob`,
    paths: [['spec', 'template']],
    unless: mayChangeWhileSuspended,
  }),
  immutableRule({
    id: 'job-spec',
    kinds: ['batch/Job'],
    title: 'A field of a Job changes that cannot',
    reason:
      'selector, completionMode, podFailurePolicy, backoffLimitPerIndex, managedBy and successPolicy stay what they were; completions too, but for indexed Jobs together with parallelism.',
    fix: 'Give the Job another name, or delete the old one before this is applied.',
    source: `${VALIDATION}/batch/validation/validation.go ValidateJobSpecUpdate, validateCompletions`,
    paths: [
      ['spec', 'selector'],
      ['spec', 'completions'],
      ['spec', 'completionMode'],
      ['spec', 'podFailurePolicy'],
      ['spec', 'backoffLimitPerIndex'],
      ['spec', 'managedBy'],
      ['spec', 'successPolicy'],
    ],
    unless: ({ path }, { after: { object } }) => path[1] === 'completions' && growsWithParallelism(object),
  }),
];

/** Indexed Jobs count as many completions as they have pods at a time. */
function growsWithParallelism(object: unknown): boolean {
  const spec = valueAt(object, ['spec']);
  const completions = valueAt(spec, ['completions']);
  return (
    valueAt(spec, ['completionMode']) === 'Indexed' &&
    completions !== undefined &&
    completions === (valueAt(spec, ['parallelism']) ?? 1)
  );
}

function mayChangeWhileSuspended(
  { path, before: old, after: now }: FieldChange,
  { before }: ObjectChanged,
  { after: { kubernetes } }: Comparison,
): boolean {
  if (valueAt(before.object, ['spec', 'suspend']) !== true) return false;
  const keys = keysBelowTemplate(path);
  if (keys === 'spec.affinity') return sameValue(withoutNodes(old), withoutNodes(now));
  const isOneOf = (paths: readonly string[]): boolean =>
    paths.some((allowed) => keys === allowed || keys.startsWith(`${allowed}.`));
  return isOneOf(SCHEDULING) || (!isBefore(kubernetes, 36) && isOneOf(RESOURCES));
}

/** What is left of an affinity when nodes are left out; none is the same as an empty one. */
function withoutNodes(affinity: unknown): unknown {
  const rest = isPlainObject(affinity) ? Object.entries(affinity) : [];
  return Object.fromEntries(rest.filter(([key]) => key !== 'nodeAffinity'));
}

/** `spec.containers.resources` of `spec.template.spec.containers[name=a].resources`. */
function keysBelowTemplate(path: FieldPath): string {
  return path
    .filter((segment) => typeof segment === 'string')
    .slice(2)
    .join('.');
}

/** While a Job is suspended and has not started: no matter which minor. */
const SCHEDULING = [
  'metadata.labels',
  'metadata.annotations',
  'spec.nodeSelector',
  'spec.tolerations',
  'spec.schedulingGates',
  'spec.affinity.nodeAffinity',
];

/** MutablePodResourcesForSuspendedJobs is on from 1.36 on (k8s.io/kubernetes@v1.36.3:pkg/features/kube_features.go). */
const RESOURCES = ['metadata', 'spec.containers.resources', 'spec.initContainers.resources'];
