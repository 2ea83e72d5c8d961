import type { HelmValues } from './helm-values';

/** A Helm release, all defaults applied: what each delivery renders. */
export interface HelmRelease {
  readonly name: string;

  /** Name of the chart in its repository. */
  readonly chart: string;

  /** `https://…` or `oci://…`, without a slash at the end. */
  readonly repository: string;
  readonly version: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly values: HelmValues;

  /** What K3s's controller does when an install or upgrade failed; absent for its own default, `reinstall`. */
  readonly failurePolicy?: 'reinstall' | 'abort';
}

/** Whether the chart lies in a registry of container images. */
export function isOci({ repository }: Pick<HelmRelease, 'repository'>): boolean {
  return repository.startsWith('oci://');
}
