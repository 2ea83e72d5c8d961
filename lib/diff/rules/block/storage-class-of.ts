import type { Comparison } from '../../comparison';
import type { ObjectChanged } from '../../object-change';
import { valueAt } from './touched-fields';

/** Name of the class that a claim names, by field or by the annotation that came before it. */
export function claimClass(claim: unknown): string | undefined {
  const name = annotatedClass(claim) ?? valueAt(claim, ['spec', 'storageClassName']);
  return typeof name === 'string' ? name : undefined;
}

/** The class that the annotation names. */
export function annotatedClass(claim: unknown): unknown {
  return valueAt(claim, ['metadata', 'annotations', LEGACY_CLASS]);
}

/** Whether the class of a claim lets it grow; `undefined` when nothing is known of the class. */
export function mayExpand({ before }: ObjectChanged, comparison: Comparison): boolean | undefined {
  const name = claimClass(before.object);
  // Nothing provisions such a volume, so nothing can expand it.
  if (name === '') return false;
  if (name === undefined) return undefined;
  const found = comparison
    .ofKind('after', 'storage.k8s.io/StorageClass')
    .find(({ object }) => object.metadata.name === name);
  if (found !== undefined) return valueAt(found.object, ['allowVolumeExpansion']) === true;
  return name === LOCAL_PATH ? false : undefined;
}

/** What claims had before there was a field. */
export const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** Its StorageClass has no allowVolumeExpansion: k3s, manifests/local-storage.yaml (github.com/dereknola/k3s@af977adf). */
const LOCAL_PATH = 'local-path';
