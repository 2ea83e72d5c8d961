import type { KubernetesObject } from './synthesis';

/** What an object is called that stands for a Helm release of Pulumi's, and that no API server knows. */
export const PULUMI_RELEASE = { apiVersion: 'helm.sh/v3', kind: 'Release' } as const;

/** Whether an object stands for a Helm release of Pulumi's. */
export function isPulumiRelease({
  apiVersion,
  kind,
}: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === PULUMI_RELEASE.apiVersion && kind === PULUMI_RELEASE.kind;
}
