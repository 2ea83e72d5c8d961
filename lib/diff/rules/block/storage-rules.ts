import type { FieldChange } from '../../field-change';
import type { ObjectChanged } from '../../object-change';
import type { RiskRule } from '../risk-rule';
import { immutableRule, VALIDATION } from './immutable-rule';
import { isBefore } from './is-before';
import { sameValue, valueAt } from './touched-fields';

/** Volumes, and the classes that they are made by. */
export const storageRules: readonly RiskRule[] = [
  immutableRule({
    id: 'storage-class',
    kinds: ['storage.k8s.io/StorageClass'],
    title: 'A StorageClass changes what it makes',
    reason: 'What a class says of the volumes that it made has to stay true of them.',
    fix: 'Make a class of another name for new volumes. Deleting a class does no harm to the volumes that exist, so this one can also be deleted and made again.',
    source: `${VALIDATION}/storage/validation/validation.go ValidateStorageClassUpdate`,
    paths: [['provisioner'], ['parameters'], ['reclaimPolicy'], ['volumeBindingMode']],
    defaults: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  }),
  immutableRule({
    id: 'persistent-volume',
    kinds: ['PersistentVolume'],
    title: 'A PersistentVolume points elsewhere',
    reason:
      'Where a volume lies, and which nodes reach it, is said once: pods may be using it. Capacity, access modes, class, reclaim policy and mount options can change.',
    fix: 'Make a volume of another name for the other place, and keep this one until nothing uses it.',
    source: `${VALIDATION}/core/validation/validation.go ValidatePersistentVolumeUpdate, validatePvNodeAffinity`,
    paths: [['spec']],
    except: [
      ['spec', 'capacity'],
      ['spec', 'accessModes'],
      ['spec', 'claimRef'],
      ['spec', 'persistentVolumeReclaimPolicy'],
      ['spec', 'storageClassName'],
      ['spec', 'mountOptions'],
    ],
    unless: (field, change, { after }) => mayChange(field, change, after.kubernetes),
  }),
  immutableRule({
    id: 'volume-attributes-class',
    kinds: ['storage.k8s.io/VolumeAttributesClass'],
    title: 'A VolumeAttributesClass changes what it asks for',
    reason: 'Volumes that were given these attributes would no longer have them.',
    fix: 'Make a class of another name, and name it in the claims.',
    source: `${VALIDATION}/storage/validation/validation.go ValidateVolumeAttributesClassUpdate`,
    paths: [['driverName'], ['parameters']],
  }),
  immutableRule({
    id: 'csi-driver',
    kinds: ['storage.k8s.io/CSIDriver'],
    title: 'A field of a CSIDriver changes that cannot',
    reason: 'Volumes that are in use were attached as the driver was described.',
    fix: 'Delete the CSIDriver and make it again while no pod starts or stops that uses it.',
    source: `${VALIDATION}/storage/validation/validation.go ValidateCSIDriverUpdate`,
    paths: [
      ['spec', 'attachRequired'],
      ['spec', 'volumeLifecycleModes'],
    ],
  }),
  immutableRule({
    id: 'csi-node',
    kinds: ['storage.k8s.io/CSINode'],
    title: 'A driver of a CSINode changes',
    reason: 'What a driver calls its node stays for as long as it is registered there.',
    fix: 'Leave CSINodes to the kubelet.',
    source: `${VALIDATION}/storage/validation/validation.go ValidateCSINodeUpdate; MutableCSINodeAllocatableCount is on from 1.35 on`,
    paths: [
      ['spec', 'drivers', 'nodeID'],
      ['spec', 'drivers', 'topologyKeys'],
      ['spec', 'drivers', 'allocatable'],
    ],
    unless: ({ path }, _change, { after }) =>
      // A driver that comes or goes as a whole is no change of it.
      path.length < 4 || (path.includes('allocatable') && !isBefore(after.kubernetes, 35)),
  }),
  immutableRule({
    id: 'csi-storage-capacity',
    kinds: ['storage.k8s.io/CSIStorageCapacity'],
    title: 'A CSIStorageCapacity is about another place',
    reason: 'Which class and which nodes a capacity is about stays; only the amounts change.',
    fix: 'Leave these objects to the driver.',
    source: `${VALIDATION}/storage/validation/validation.go ValidateCSIStorageCapacityUpdate`,
    paths: [['nodeTopology'], ['storageClassName']],
  }),
  immutableRule({
    id: 'volume-attachment',
    kinds: ['storage.k8s.io/VolumeAttachment'],
    title: 'A VolumeAttachment changes',
    reason: 'An attachment is one volume at one node.',
    fix: 'Leave attachments to the controller.',
    source: `${VALIDATION}/storage/validation/validation.go ValidateVolumeAttachmentUpdate`,
    paths: [['spec']],
  }),
];

function mayChange(
  { path, ...values }: FieldChange,
  { before, after }: ObjectChanged,
  kubernetes: string,
): boolean {
  // In no source is a switch that is off another thing than none.
  if ((values.before ?? false) === false && (values.after ?? false) === false) return true;
  const key = typeof path[1] === 'string' ? path[1] : '';
  const [old, now] = [before, after].map(({ object }) => valueAt(object, ['spec', key]));
  switch (key) {
    case 'nodeAffinity':
      return old === undefined || onlyRenamesLabels(old, now);
    case 'volumeAttributesClassName':
      // Volumes did not keep it before.
      return now !== undefined || isBefore(kubernetes, 34);
    case 'csi':
      return (
        path[2] === 'controllerExpandSecretRef' && valueAt(old, ['controllerExpandSecretRef']) === undefined
      );
    default:
      return false;
  }
}

/** Labels of nodes may be exchanged for those that they became, and not back. */
function onlyRenamesLabels(old: unknown, now: unknown): boolean {
  const [former, left] = [old, now].map((affinity) => oldLabels(affinity));
  if (left?.some((label) => !former?.includes(label))) return false;
  return sameValue(withStableLabels(old), withStableLabels(now));
}

function oldLabels(affinity: unknown): readonly string[] {
  const text = JSON.stringify(affinity ?? null);
  return Object.keys(STABLE_LABELS).filter((label) => text.includes(JSON.stringify(label)));
}

function withStableLabels(affinity: unknown): unknown {
  return JSON.parse(JSON.stringify(affinity ?? null), (_key, value: unknown) =>
    typeof value === 'string' ? (STABLE_LABELS[value] ?? value) : value,
  ) as unknown;
}

/** k8s.io/kubernetes@v1.36.3:pkg/apis/core/validation/validation.go betaToGALabel. */
const STABLE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};
