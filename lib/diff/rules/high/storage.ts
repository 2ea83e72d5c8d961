import { annotation } from '../../../rules/object-needs-made';
import type { Comparison } from '../../comparison';
import type { ComparedObject } from '../../object-change';
import { idText } from '../../object-id';
import type { RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt, some } from '../rule-text';

/** What becomes of volumes later on. */
export const storageRules: readonly RiskRule[] = [
  {
    id: 'volume-reclaim-delete',
    level: 'high',
    on: 'object',
    kinds: ['PersistentVolume'],
    title: 'A volume is deleted with its claim from now on',
    reason: 'Until now its data outlived the claim.',
    onApply: 'Nothing yet; when its claim is deleted, the data is.',
    fix: 'Keep persistentVolumeReclaimPolicy: Retain for data that no backup holds.',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [before, after].map(({ object }) => at(object, 'spec', RECLAIM) ?? 'Retain');
      return old !== 'Delete' && now === 'Delete'
        ? [{ field: fieldIn('spec', RECLAIM), what: fromTo(old, now) }]
        : [];
    },
  },
  {
    id: 'claim-retention-delete',
    level: 'high',
    on: 'object',
    kinds: ['apps/StatefulSet'],
    title: 'A StatefulSet deletes its claims from now on',
    reason:
      'With whenScaled: Delete a smaller number of replicas loses their data, with whenDeleted: Delete the deletion of the set loses all.',
    onApply: 'Nothing yet, unless replicas are lowered in the same change.',
    fix: 'Keep persistentVolumeClaimRetentionPolicy: Retain, and delete claims by hand.',
    source:
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      return ['whenDeleted', 'whenScaled'].flatMap((when) => {
        const [old, now] = [before, after].map(
          ({ object }) => at(object, 'spec', RETENTION, when) ?? 'Retain',
        );
        return old !== 'Delete' && now === 'Delete'
          ? [{ field: fieldIn('spec', RETENTION, when), what: `${when}: ${fromTo(old, now)}` }]
          : [];
      });
    },
  },
  {
    id: 'replicas-lose-data',
    level: 'high',
    on: 'object',
    kinds: ['apps/StatefulSet'],
    title: 'Fewer replicas, and their claims are deleted',
    reason: 'The retention policy of the StatefulSet says whenScaled: Delete.',
    onApply: 'The last pods stop, and their claims are deleted with their data.',
    fix: 'Set whenScaled: Retain before replicas are lowered.',
    source:
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [before, after].map(({ object }) => Number(at(object, 'spec', 'replicas') ?? 1));
      const isDeleted = at(after.object, 'spec', RETENTION, 'whenScaled') === 'Delete';
      const hasClaims = mapsAt(after.object, 'spec', 'volumeClaimTemplates').length > 0;
      if (!isDeleted || !hasClaims || old === undefined || now === undefined || now >= old) return [];
      return [{ field: 'spec.replicas', what: fromTo(old, now) }];
    },
  },
  {
    id: 'storage-class-removed',
    level: 'high',
    on: 'object',
    kinds: ['storage.k8s.io/StorageClass'],
    title: 'A StorageClass that claims use is deleted',
    reason: 'Volumes that exist stay, but no new one is made and none can grow.',
    onApply: 'New claims of the class stay Pending, those of new replicas of a StatefulSet too.',
    fix: 'Keep the class until no claim names it; claims cannot be moved to another class.',
    source: 'https://kubernetes.io/docs/concepts/storage/storage-classes/',
    check: ({ kind, before }, comparison) => {
      if (before === undefined || (kind !== 'removed' && kind !== 'renamed')) return [];
      const users = claimsOfClass(comparison, before.id.name);
      return users.length === 0 ? [] : [{ what: `used by ${some(users)}` }];
    },
  },
  {
    id: 'default-storage-class-lost',
    level: 'high',
    on: 'environment',
    title: 'No StorageClass is the default one any more',
    reason: 'Claims that name no class are made without one.',
    onApply: 'New claims without a class stay Pending until a class becomes the default.',
    fix: 'Annotate one class with storageclass.kubernetes.io/is-default-class: "true".',
    source: 'kubernetes/kubernetes@v1.36.3:pkg/apis/storage/util/helpers.go',
    check: (comparison) => {
      const [old, now] = (['before', 'after'] as const).map((side) =>
        comparison.ofKind(side, STORAGE_CLASS).filter(isDefault),
      );
      if (old === undefined || now === undefined) return [];
      return old
        .filter(({ id }) => !now.some((other) => other.id.cluster === id.cluster))
        .slice(0, 1)
        .map(({ id }) => ({ subject: { type: 'object', id }, what: `${id.name} was the default` }));
    },
  },
];

/** Claims and claim templates of the state after that name a class. */
function claimsOfClass(comparison: Comparison, name: string): readonly string[] {
  const claims = comparison
    .ofKind('after', 'PersistentVolumeClaim')
    .filter(({ object }) => at(object, 'spec', 'storageClassName') === name);
  const sets = comparison
    .ofKind('after', 'apps/StatefulSet')
    .filter(({ object }) =>
      mapsAt(object, 'spec', 'volumeClaimTemplates').some(
        (claim) => at(claim, 'spec', 'storageClassName') === name,
      ),
    );
  return [...claims, ...sets].map(({ id }) => idText(id)).sort();
}

function isDefault({ object }: ComparedObject): boolean {
  return DEFAULT_CLASS.some((key) => annotation(object, key) === 'true');
}

const RECLAIM = 'persistentVolumeReclaimPolicy';
const RETENTION = 'persistentVolumeClaimRetentionPolicy';
const STORAGE_CLASS = 'storage.k8s.io/StorageClass';
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
