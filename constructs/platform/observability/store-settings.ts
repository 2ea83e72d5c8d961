import type { ContainerResources } from '../../workloads/resources';

/** Where a database keeps its data. */
export interface StoreVolume {
  /** @default '5Gi' */
  readonly size?: string;

  /** @default - the cluster's default class */
  readonly storageClass?: string;
}

/** What the databases of metrics and of logs have in common, defaults applied. */
export interface StoreSettings {
  readonly retention: string;
  readonly volume: 'scratch' | { readonly size: string; readonly storageClass?: string };
  readonly resources?: ContainerResources;
  readonly nodeSelector?: Readonly<Record<string, string>>;
}
