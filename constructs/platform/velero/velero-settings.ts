import type { SecretRef } from '../../../lib/secret';
import type { HelmValues } from '../../helm/helm-values';

/**
 * Keys of the bucket, never as text: one secret that holds a whole AWS credentials file (`[default]`, `aws_access_key_id=…`,
 * `aws_secret_access_key=…`), one secret per key, or the name of a Kubernetes Secret in namespace `velero` whose key `cloud` is such a file.
 */
export type VeleroCredentials =
  | SecretRef
  | { readonly accessKey: SecretRef; readonly secretKey: SecretRef }
  | { readonly existingSecret: string };

/** Where backups go: a bucket of S3, or of anything that speaks its protocol. */
export interface VeleroBucket {
  readonly name: string;
  readonly credentials: VeleroCredentials;

  /** Folder in the bucket; each cluster its own. @default - the root of the bucket */
  readonly prefix?: string;

  /** @default - asked of AWS; 'us-east-1' when there is an endpoint */
  readonly region?: string;

  /** Address of a server other than AWS's own, such as `https://minio.example.org:9000`; buckets are then part of the path. @default - AWS */
  readonly endpoint?: string;

  /** The endpoint as the operator's machine reaches it, for `velero backup logs`. @default - `endpoint` */
  readonly publicEndpoint?: string;

  /** Certificate of the authority that signed the endpoint's, as PEM text. @default - the system's authorities */
  readonly caCertificate?: string;

  /** Of uploads; `''` is none, which Ceph, Backblaze B2 and IBM want. @default 'CRC32' - `''` when there is an endpoint */
  readonly checksumAlgorithm?: '' | 'CRC32' | 'CRC32C' | 'SHA1' | 'SHA256';
}

export interface VeleroProps {
  readonly bucket: VeleroBucket;

  /** When, as five fields of cron in UTC, or such as `@every 6h`. @default '0 3 * * *' */
  readonly schedule?: string;

  /** Days until a backup is deleted. @default 30 */
  readonly retentionDays?: number;

  /** @default - all */
  readonly includedNamespaces?: readonly string[];

  /** @default - none */
  readonly excludedNamespaces?: readonly string[];

  /**
   * Back up the files of volumes that running pods mount, by an agent on every node; a pod leaves some out by the annotation
   * `backup.velero.io/backup-volumes-excludes`. Volumes of type hostPath are never in.
   *
   * @default true
   */
  readonly volumes?: boolean;

  /** Merged key by key. @default - requests of 50m and 96Mi, a limit of 512Mi */
  readonly resources?: VeleroResources;

  /** Of the agent on every node. Merged key by key. @default - requests of 25m and 64Mi, a limit of 512Mi */
  readonly nodeAgentResources?: VeleroResources;

  /** Image of the plugin for S3. @default 'velero/velero-plugin-for-aws:v1.14.2' */
  readonly pluginImage?: string;

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}

/** Kubernetes quantities. */
export interface VeleroResources {
  /** @default - none */
  readonly requests?: { readonly cpu?: string; readonly memory?: string };

  /** @default - none */
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
}

/** Days that a backup is kept unless said otherwise. */
export const DEFAULT_RETENTION_DAYS = 30;

/** When a backup is made unless said otherwise. */
export const DEFAULT_SCHEDULE = '0 3 * * *';
