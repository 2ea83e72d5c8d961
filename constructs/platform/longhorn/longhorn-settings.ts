import type { SecretRef } from '../../../lib/secret';
import type { HelmValues } from '../../helm/helm-values';
import type { Resources } from '../../helm/requests';

/**
 * Keys of the bucket, never as text: one secret for each, or the name of a Kubernetes Secret in namespace `longhorn-system` that has
 * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for servers other than AWS's own, `AWS_ENDPOINTS`.
 */
export type LonghornCredentials =
  | {
      readonly accessKey: SecretRef;
      readonly secretKey: SecretRef;

      /** Address of a server other than AWS's own, `https://minio.example.org:9000`. A secret too, because Longhorn reads it beside the keys. @default - AWS */
      readonly endpoint?: SecretRef;
    }
  | { readonly existingSecret: string };

/** Bucket that volumes are backed up into. */
export interface LonghornBackup {
  readonly bucket: string;
  readonly credentials: LonghornCredentials;

  /** @default 'us-east-1' */
  readonly region?: string;

  /** Folder in the bucket; each cluster its own. @default - the root of the bucket */
  readonly prefix?: string;
}

export interface LonghornProps {
  /** Copies of each volume, on as many nodes. @default - 3, or one for each node that can hold one when there are fewer */
  readonly replicas?: number;

  /** Claims that name no class get it. @default true */
  readonly isDefault?: boolean;

  /** What becomes of the data when a claim goes. @default 'Delete' */
  readonly reclaimPolicy?: 'Delete' | 'Retain';

  /** Keep one copy on the node of the pod: not, when there is room, or it alone (with one replica). @default 'disabled' */
  readonly dataLocality?: 'disabled' | 'best-effort' | 'strict-local';

  /** Directory on each node that holds the data; best a disk of its own. @default '/var/lib/longhorn' */
  readonly dataPath?: string;

  /** Names of the nodes that hold data. @default - all */
  readonly diskNodes?: readonly string[];

  /** Where volumes are backed up to, when a backup is asked for or a RecurringJob of Longhorn's makes one. @default - nowhere */
  readonly backup?: LonghornBackup;

  /** Percent of each node's processors that is kept for the processes of its volumes, 0 to 40. @default 5 */
  readonly volumeCpuPercent?: number;

  /** Of the manager on every node. Merged key by key. @default - requests of 50m and 128Mi, a limit of 512Mi */
  readonly resources?: Resources;

  /** Where the chart lies, for clusters that do not reach the internet. @default - the project's own */
  readonly repository?: string;

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}
