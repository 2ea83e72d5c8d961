import type { ManifestFile, SynthesizedObject } from '../../lib/synthesis/synthesis';
import { phase } from './apply-order';
import type { TreeObject } from './walk';

/**
 * Cuts objects in apply order into files `NN-name.yaml`: a new file wherever the group, or the cluster, changes.
 *
 * @param objects Objects that are applied through the API, each with its data.
 * @param clusters Number of clusters in the environment; with several, files carry the cluster's name.
 */
export function manifestFiles(
  objects: readonly { readonly tree: TreeObject; readonly synthesized: SynthesizedObject }[],
  clusters: number,
): ManifestFile[] {
  const files: { name: string; cluster: string; objects: SynthesizedObject[] }[] = [];
  for (const { tree, synthesized } of objects) {
    const cluster = tree.group.cluster?.name ?? '';
    const name = fileName(tree, clusters > 1 ? cluster : '');
    const last = files.at(-1);
    if (last?.name === name && last.cluster === cluster) last.objects.push(synthesized);
    else files.push({ name, cluster, objects: [synthesized] });
  }
  const digits = Math.max(2, String(files.length - 1).length);
  return files.map(({ name, ...file }, index) => ({
    file: `${String(index).padStart(digits, '0')}-${name}.yaml`,
    ...file,
  }));
}

function fileName(object: TreeObject, cluster: string): string {
  const name = PHASE_NAMES[phase(object)] ?? (object.group.name || 'environment');
  return (cluster === '' ? name : `${cluster}-${name}`).toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
}

const PHASE_NAMES = ['namespaces', 'custom-resource-definitions'];
