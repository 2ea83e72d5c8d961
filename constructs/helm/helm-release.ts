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
}

/** Whether the chart lies in a registry of container images. */
export function isOci({ repository }: HelmRelease): boolean {
  return repository.startsWith('oci://');
}
