import type { ManifestSet } from '../manifests/manifest-document';
import type { ComparisonSide } from './comparison';
import { idKey } from './object-id';

/**
 * A side of manifests without the objects that only it has, where the other side may have them in what could not be read: nobody knows whether they come
 * or go, so nothing is said of them.
 *
 * @param read What was read of the other side.
 */
export function knownObjects(
  side: ComparisonSide,
  other: ComparisonSide,
  { documents, problems }: Pick<ManifestSet, 'documents' | 'problems'>,
): ComparisonSide {
  if (problems.length === 0) return side;
  const there = new Set(other.objects.map(({ id }) => idKey(id)));
  // Of two single files, which may have any names, the one is the other.
  const isOneFile =
    new Set([...documents, ...problems].map(({ file }) => file)).size === 1 ||
    new Set(side.objects.map(({ origin }) => origin.file)).size === 1;
  const mayHold = (file = ''): boolean =>
    isOneFile || problems.some((problem) => file === problem.file || file.startsWith(`${problem.file}/`));
  return {
    ...side,
    objects: side.objects.filter(({ id, origin }) => there.has(idKey(id)) || !mayHold(origin.file)),
  };
}
