import type { Comparison } from '../../comparison';
import { pathText } from '../../field-change';
import type { ObjectChange, ObjectChanged } from '../../object-change';
import { amountOf } from './amount-of';
import type { ObjectRiskRule, RiskHit, RiskRule } from '../risk-rule';
import { isBefore } from './is-before';
import { immutableRule, isUpdate, REFUSED_UPDATE, VALIDATION } from './immutable-rule';
import { annotatedClass, claimClass, LEGACY_CLASS, mayExpand } from './storage-class-of';
import { stepText, touchedFields, valueAt } from './touched-fields';

/** PersistentVolumeClaims: a claim that is bound can only grow, where its class allows it. */
export const claimRules: readonly RiskRule[] = [
  claimShrinks(),
  claimGrows(),
  immutableRule({
    id: 'claim-spec',
    kinds: ['PersistentVolumeClaim'],
    title: 'A field of a volume claim changes that cannot',
    reason:
      'A claim was bound to a volume by what it asked for. Of its spec only the size can grow, and the VolumeAttributesClass can change.',
    fix: 'Make a claim of another name, copy the data, and let the workload use that one.',
    source: `${VALIDATION}/core/validation/validation.go ValidatePersistentVolumeClaimUpdate`,
    paths: [['spec'], ['metadata', 'annotations', LEGACY_CLASS]],
    except: [
      ['spec', 'resources', 'requests', 'storage'],
      ['spec', 'volumeAttributesClassName'],
    ],
    unless: ({ path, before }, change) =>
      // The controller writes the name of the volume; so may somebody else, while nobody has.
      (path[1] === 'volumeName' && before === undefined) ||
      (path[1] === 'storageClassName' && before === undefined) ||
      (path.includes(LEGACY_CLASS) && movesClass(change)),
  }),
  immutableRule({
    id: 'storage-class-of-claim',
    kinds: ['PersistentVolumeClaim'],
    title: 'A volume claim gets another class than the default one',
    reason: 'A claim without a class got the default one when it was made, and keeps it.',
    fix: 'Make a claim of another name, copy the data, and let the workload use that one; or write the class that it has.',
    source: `${VALIDATION}/core/validation/validation.go validateStorageClassUpgradeFromNil; plugin/pkg/admission/storage/storageclass/setdefault/admission.go Admit`,
    paths: [['spec', 'storageClassName']],
    unless: ({ before }, change, comparison) => before !== undefined || !losesDefault(change, comparison),
  }),
  immutableRule({
    id: 'volume-attributes-class-removed',
    kinds: ['PersistentVolumeClaim'],
    title: 'A volume claim loses its VolumeAttributesClass',
    reason:
      'A class of attributes that was applied to a volume cannot be taken back, only exchanged for another one.',
    fix: 'Write the class with the attributes that the volume is to have.',
    source: `${VALIDATION}/core/validation/validation.go ValidatePersistentVolumeClaimUpdate`,
    paths: [['spec', 'volumeAttributesClassName']],
    unless: ({ before, after: now }, _change, { after }) =>
      // Claims did not keep it: VolumeAttributesClass is on from 1.34 on.
      isBefore(after.kubernetes, 34) || before === undefined || (now !== undefined && now !== ''),
  }),
];

function claimShrinks(): ObjectRiskRule {
  return {
    id: 'claim-shrinks',
    level: 'block',
    title: 'A volume claim shrinks',
    reason: 'Volumes only grow. The API server refuses a claim that asks for less than its volume has.',
    onApply: REFUSED_UPDATE,
    fix: 'Write the size that it has; or make a smaller claim of another name and copy the data.',
    source: `${VALIDATION}/core/validation/validation.go ValidatePersistentVolumeClaimUpdate`,
    refusedByApi: true,
    needsReplacement: true,
    on: 'object',
    kinds: ['PersistentVolumeClaim'],
    check: (change) => (sizeStep(change) < 0 ? [sizeHit(change)] : []),
  };
}

function claimGrows(): ObjectRiskRule {
  return {
    id: 'claim-cannot-grow',
    level: 'block',
    title: 'A volume claim grows where its class does not let it',
    reason:
      'The API server takes a larger claim only when its StorageClass has allowVolumeExpansion: true. That of the local-path provisioner of K3s has not.',
    onApply:
      'The API server refuses it: "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize".',
    fix: 'Set allowVolumeExpansion: true in the StorageClass where its provisioner can expand volumes; else make a larger claim of another name and copy the data.',
    source:
      'k8s.io/kubernetes@v1.36.3:plugin/pkg/admission/storage/persistentvolume/resize/admission.go allowResize',
    refusedByApi: true,
    needsReplacement: true,
    on: 'object',
    kinds: ['PersistentVolumeClaim'],
    check: (change, comparison) => {
      if (sizeStep(change) <= 0 || !isUpdate(change)) return [];
      // Unknown is not refused: the class may be made by something that is not in the set.
      if (mayExpand(change, comparison) !== false) return [];
      const { field, what } = sizeHit(change);
      const name = claimClass(change.before.object);
      return [{ field, what: name === undefined ? what : `${what}, of class ${name}` }];
    },
  };
}

/** Positive for a claim that grows, 0 for one that does not change or that nothing can be said of. */
function sizeStep(change: ObjectChange): number {
  if (!isUpdate(change) || touchedFields(change, STORAGE).length === 0) return 0;
  const [old, now] = [change.before, change.after].map(({ object }) => amountOf(valueAt(object, STORAGE)));
  return old === undefined || now === undefined ? 0 : now - old;
}

function sizeHit(change: ObjectChange): RiskHit {
  const [old, now] = [change.before, change.after].map((side) => valueAt(side?.object, STORAGE));
  return { field: pathText(STORAGE), what: stepText(old, now) };
}

/** The class moves from the old annotation to the field. */
function movesClass({ before, after }: ObjectChanged): boolean {
  const [old, now] = [before, after].map(({ object }) => annotatedClass(object));
  const field = valueAt(after.object, ['spec', 'storageClassName']);
  return old !== undefined && field === old && (now === undefined || now === old);
}

/** Whether the set has a default class, and the claim gets another one. */
function losesDefault({ before, after }: ObjectChanged, comparison: Comparison): boolean {
  if (claimClass(before.object) !== undefined) return false;
  const defaults = comparison
    .ofKind('before', 'storage.k8s.io/StorageClass')
    .filter(({ object }) => DEFAULT_CLASS.some((key) => object.metadata.annotations?.[key] === 'true'));
  const [only] = defaults;
  return (
    only !== undefined &&
    defaults.length === 1 &&
    only.object.metadata.name !== valueAt(after.object, ['spec', 'storageClassName'])
  );
}

const STORAGE = ['spec', 'resources', 'requests', 'storage'];

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
