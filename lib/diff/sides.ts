import type { ComparisonSide } from './comparison';
import { comparedObject } from './compared-object';
import type { HiddenValues } from './hidden-value';
import type { Origin } from './object-change';
import { NEWEST_KUBERNETES } from '../kubernetes/schema';
import type { ManifestDocument } from '../manifests/manifest-document';
import type { Origins } from '../origins';
import type { KubernetesObject, KubernetesSecret, Synthesis } from '../synthesis/synthesis';

/**
 * A synthesized environment as one side of a comparison. Objects of several clusters are told apart by cluster; Secrets that are filled in when
 * they are applied are compared by what goes into them.
 *
 * @param origins Source lines by construct path. Default: none are known.
 */
export function synthesisSide(
  synthesis: Synthesis,
  hidden: HiddenValues,
  origins: Origins = new Map(),
): ComparisonSide {
  const { clusters, manifests, kubernetesSecrets } = synthesis;
  const clusterOf = (name: string): string | undefined => (clusters.length > 1 ? name : undefined);
  const originOf = (path: string): Origin => {
    const { file, line } = origins.get(path) ?? {};
    return { path, ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
  };
  return {
    objects: [
      ...manifests.flatMap(({ cluster, objects }) =>
        objects.map(({ object, path }) => comparedObject(object, originOf(path), hidden, clusterOf(cluster))),
      ),
      ...kubernetesSecrets.map((secret) =>
        comparedObject(secretObject(secret), originOf(secret.path), hidden, clusterOf(secret.cluster)),
      ),
    ],
    kubernetes: clusters[0]?.kubernetes ?? NEWEST_KUBERNETES,
    synthesis,
  };
}

/**
 * Manifests of any tool as one side of a comparison.
 *
 * @param kubernetes Minor that they are for. Default: the newest that is known.
 */
export function manifestSide(
  documents: readonly ManifestDocument[],
  hidden: HiddenValues,
  kubernetes: string = NEWEST_KUBERNETES,
): ComparisonSide {
  return {
    objects: documents.map(({ object, file, line }) => comparedObject(object, { file, line }, hidden)),
    kubernetes,
  };
}

/** A side without anything: of an environment that is new, or gone. */
export function emptySide(kubernetes: string): ComparisonSide {
  return { objects: [], kubernetes };
}

function secretObject({ namespace, name, data }: KubernetesSecret): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData: data };
}
