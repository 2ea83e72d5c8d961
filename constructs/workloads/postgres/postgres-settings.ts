import type { ParameterValue } from '../../../lib/workloads/postgres/server-parameters';
import type { PostgresVersion } from '../../../lib/workloads/postgres/images';
import type { SecretSource } from '../../../lib/secret';
import type { ContainerResources } from '../resources';
import type { Toleration } from '../toleration';
import type { Egress, IngressFrom } from '../workload-network';

export interface PostgresDatabaseProps {
  /** Major release. A change of it is refused by the server: its data is of one release. */
  readonly version: PostgresVersion;

  /** Space for the data. No claim can be made smaller later, and most classes of small clusters cannot make one larger. */
  readonly size: string;

  /** @default - the cluster's default class */
  readonly storageClass?: string;

  /** Database that is made. @default 'app' */
  readonly database?: string;

  /** Role that owns the database, and that consumers log in as. @default 'app' */
  readonly owner?: string;

  /** Of the owner; with `operator`, only `SecretRef.existing`. @default SecretRef.generated() - with `operator`, what the operator makes */
  readonly password?: SecretSource;

  /** An image with Postgres of the same major release, such as one with PostGIS: made from the official one, or with `operator` from CloudNativePG's. @default - the official one */
  readonly image?: string;

  /** Merged with the defaults; the server's settings follow the memory limit. @default - requests of 50m and 128Mi, a memory limit of 256Mi */
  readonly resources?: ContainerResources;

  /** Settings as `postgresql.conf` spells them. @default - what fits the memory limit and the size */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;

  /** Dumps into a bucket, and a job that restores one. @default - none */
  readonly dumps?: PostgresDumps;

  /** Who may connect besides consumers of `connection`. @default - nobody */
  readonly allowFrom?: readonly IngressFrom[];

  /** Have CloudNativePG run it; its operator has to be in the cluster. @default - a StatefulSet of one pod */
  readonly operator?: 'cloudnative-pg';

  /** Servers, of which one writes; more than one needs `operator`. @default 1 */
  readonly replicas?: number;

  /** Node label to value, merged with the defaults around it. @default - of the defaults around it, else any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /** @default - of the defaults around it, else none */
  readonly tolerations?: readonly Toleration[];

  /** Seconds in which the server may write down what it has in memory before it is killed. @default 120 */
  readonly terminationGracePeriodSeconds?: number;
}

/** Dumps of one database: made by `pg_dump`, read back, uploaded, compared; only then are old ones removed. */
export interface PostgresDumps {
  readonly bucket: DumpBucket;

  /** When, as five fields of cron. @default '0 2 * * *' */
  readonly schedule?: string;

  /** Name of the time zone the schedule is in. @default 'Etc/UTC' */
  readonly timeZone?: string;

  /** Days until a dump is removed, which happens after the next one is safe. @default 14 */
  readonly keepDays?: number;

  /** Space for one dump on the node's disk, while a job runs. @default - `size` */
  readonly scratch?: string;
}

/** A bucket of S3, or of anything that speaks its protocol. */
export interface DumpBucket {
  readonly name: string;

  /** Keys that may list, read, write and delete in the folder. */
  readonly credentials: { readonly accessKey: SecretSource; readonly secretKey: SecretSource };

  /** Folder in the bucket, of this database alone. @default - environment, cluster, namespace and name: `production/k3s/shop/db` */
  readonly folder?: string;

  /** Address of a server other than AWS's own, such as `https://minio.example.org:9000`. @default - AWS */
  readonly endpoint?: string;

  /** Needed without `endpoint`. @default 'us-east-1' */
  readonly region?: string;

  /** Certificate of the authority that signed the endpoint's, as PEM text. @default - the system's authorities */
  readonly caCertificate?: string;

  /** The way to the bucket; needed for names of a private network, such as `nas.lan`. @default - what `endpoint` says: an address, a namespace (`minio.storage.svc`), else the internet */
  readonly egress?: readonly Egress[];
}
