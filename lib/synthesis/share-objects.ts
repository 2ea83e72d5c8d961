import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject, Synthesis } from './synthesis';

/**
 * The same synthesis, with each object that another one has in the same way being that very object: what compares the two has nothing to look into
 * there.
 */
export function shareObjects(synthesis: Synthesis, other: Synthesis): Synthesis {
  const known = new Map<string, KubernetesObject>();
  for (const { cluster, objects } of other.manifests)
    for (const { object, path } of objects) known.set(keyOf(cluster, path, object), object);
  const manifests = synthesis.manifests.map((file) => ({
    ...file,
    objects: file.objects.map((one) => {
      const found = known.get(keyOf(file.cluster, one.path, one.object));
      return found !== undefined && isDeepStrictEqual(found, one.object) ? { ...one, object: found } : one;
    }),
  }));
  return { ...synthesis, manifests };
}

function keyOf(cluster: string, path: string, { kind, metadata }: KubernetesObject): string {
  return `${cluster}|${path}|${kind}|${metadata.name}`;
}
