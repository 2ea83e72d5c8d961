import { listOf, recordOf } from '../../../rules/object-needs-made';
import type { ObjectChange, ObjectChanged } from '../../object-change';
import type { ObjectRiskRule, RiskHit, RiskRule } from '../risk-rule';
import { lackedLabels, templateLabels } from '../lacked-labels';
import { immutableRule, isUpdate, VALIDATION } from './immutable-rule';
import { sameValue, valueAt, valueText } from './touched-fields';
import { isBefore } from './is-before';

/** Workloads but Jobs and Pods: selectors, and what else cannot change. */
export const workloadRules: readonly RiskRule[] = [
  immutableRule({
    id: 'selector-immutable',
    kinds: ['apps/Deployment', 'apps/DaemonSet', 'apps/ReplicaSet'],
    title: 'The selector of a workload changes',
    reason:
      'The selector says which pods are its own. The API server lets nobody change it, so that no pod is lost or taken over.',
    fix: 'Leave the selector as it is and change labels of the pods only, or give the workload another name and remove the old one once the new one is ready.',
    source: `${VALIDATION}/apps/validation/validation.go ValidateDeploymentUpdate, ValidateDaemonSetSpecUpdate, ValidateReplicaSetUpdate`,
    paths: [['spec', 'selector']],
  }),
  immutableRule({
    id: 'claim-template',
    kinds: ['apps/StatefulSet'],
    title: 'A claim template of a StatefulSet changes',
    reason:
      'Claims are made of the template once for each pod, and stay. The API server refuses any change of the template.',
    fix: 'Change the claims themselves, delete the StatefulSet with --cascade=orphan so that its pods and claims stay, and apply it again. Volumes grow only where their StorageClass has allowVolumeExpansion: true.',
    source: `${VALIDATION}/apps/validation/validation.go ValidateStatefulSetUpdate`,
    paths: [['spec', 'volumeClaimTemplates']],
    unless: (_field, change) => sameTemplates(change),
  }),
  immutableRule({
    id: 'stateful-set-spec',
    kinds: ['apps/StatefulSet'],
    title: 'A field of a StatefulSet changes that cannot',
    reason:
      'Of a StatefulSet only replicas, ordinals, template, updateStrategy, revisionHistoryLimit (from Kubernetes 1.33 on), persistentVolumeClaimRetentionPolicy and minReadySeconds can change.',
    fix: 'Delete the StatefulSet with --cascade=orphan, so that its pods and claims stay, and apply it again; or leave the field as it is.',
    source: `${VALIDATION}/apps/validation/validation.go ValidateStatefulSetUpdate; k8s.io/kubernetes@v1.32.13 has no revisionHistoryLimit there`,
    paths: [['spec']],
    except: [
      ['spec', 'replicas'],
      ['spec', 'ordinals'],
      ['spec', 'template'],
      ['spec', 'updateStrategy'],
      ['spec', 'persistentVolumeClaimRetentionPolicy'],
      ['spec', 'minReadySeconds'],
      // A rule of its own.
      ['spec', 'volumeClaimTemplates'],
    ],
    unless: ({ path }, _change, { after }) =>
      path[1] === 'revisionHistoryLimit' && !isBefore(after.kubernetes, 33),
  }),
  immutableRule({
    id: 'controller-revision',
    kinds: ['apps/ControllerRevision'],
    title: 'The data of a ControllerRevision change',
    reason: 'A revision is a record of what was. The API server refuses any change of its data.',
    fix: 'Leave revisions to their controller.',
    source: `${VALIDATION}/apps/validation/validation.go ValidateControllerRevisionUpdate`,
    paths: [['data']],
  }),
  selectorMismatch(),
];

/** The API server keeps no type of a template, and writes its volumeMode and phase. */
function sameTemplates({ before, after }: ObjectChanged): boolean {
  const [old, now] = [before, after].map(({ object }) =>
    listOf(valueAt(object, ['spec', 'volumeClaimTemplates'])).map((template) => ({
      metadata: valueAt(template, ['metadata']),
      spec: { volumeMode: 'Filesystem', ...recordOf(valueAt(template, ['spec'])) },
      status: { phase: 'Pending', ...recordOf(valueAt(template, ['status'])) },
    })),
  );
  return sameValue(old, now);
}

function selectorMismatch(): ObjectRiskRule {
  return {
    id: 'selector-mismatch',
    level: 'block',
    title: 'A workload does not select its own pods',
    reason:
      'The labels of the pod template have to match the selector; the API server refuses a workload that would never find its pods.',
    onApply: 'The API server refuses the workload: "`selector` does not match template `labels`".',
    fix: 'Give the pod template every label that the selector asks for.',
    source: `${VALIDATION}/apps/validation/validation.go ValidatePodTemplateSpecForStatefulSet, ValidatePodTemplateSpecForReplicaSet, ValidateDaemonSetSpec; core/validation ValidatePodTemplateSpecForRC`,
    refusedByApi: true,
    on: 'object',
    kinds: [
      'apps/Deployment',
      'apps/DaemonSet',
      'apps/ReplicaSet',
      'apps/StatefulSet',
      'ReplicationController',
    ],
    check: mismatchHits,
  };
}

function mismatchHits(change: ObjectChange): readonly RiskHit[] {
  if (change.after === undefined) return [];
  const { object } = change.after;
  const missing = lackedLabels(object);
  // What was refused before is no news.
  if (missing.length === 0 || (isUpdate(change) && lackedLabels(change.before.object).length > 0)) return [];
  return missing.map(([key, value]) => ({
    field: 'spec.template.metadata.labels',
    what: `the selector asks for ${key}=${valueText(value)}, got ${valueText(templateLabels(object)?.[key])}`,
  }));
}
