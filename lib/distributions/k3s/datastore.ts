import type { SecretRef } from '../../secret';

/** Where snapshots are copied to, in the words of K3s's `etcd-s3-*` options. */
export interface SnapshotS3 {
  readonly bucket: string;

  /** Host and port, without a scheme. @default 's3.amazonaws.com' */
  readonly endpoint?: string;

  /** @default 'us-east-1' */
  readonly region?: string;

  /** @default - the bucket's root */
  readonly folder?: string;

  /** Written to the 0600 environment file of the service, never to config.yaml. @default - the host's own instance role */
  readonly credentials?: { readonly accessKey: SecretRef; readonly secretKey: SecretRef };

  /** Snapshots kept in S3. @default - as many as locally */
  readonly retention?: number;

  /** Path on the host or PEM text of the CA that signed the endpoint's certificate. @default - the system's CAs */
  readonly endpointCa?: string;

  /** Speak plain HTTP. @default false */
  readonly insecure?: boolean;
}

/** Scheduled snapshots of embedded etcd. */
export interface SnapshotSettings {
  /** Cron expression in the server's time zone. @default - every 12 hours (K3s's own) */
  readonly schedule?: string;

  /** Snapshots kept on each server. @default 5 (K3s's own) */
  readonly retention?: number;

  /** @default - `<data directory>/server/db/snapshots` */
  readonly dir?: string;

  /** @default false */
  readonly compress?: boolean;
}

/** PEM files that lie on every server before K3s starts. */
export interface DatastoreTls {
  /** Absolute path on the servers. @default - the system's CAs */
  readonly caFile?: string;

  /** Absolute path on the servers; needs `keyFile`. @default - no client certificate */
  readonly certFile?: string;

  /** Absolute path on the servers; needs `certFile`. @default - no client certificate */
  readonly keyFile?: string;
}

/** An SQL database outside the cluster. */
export interface SqlDatastore {
  readonly host: string;

  /** @default 5432 for Postgres, 3306 for MySQL and MariaDB */
  readonly port?: number;

  /** @default 'k3s' */
  readonly database?: string;

  readonly user: string;
  readonly password: SecretRef;
  readonly tls?: DatastoreTls;
}

/** An etcd cluster outside this one. */
export interface EtcdDatastore {
  /** `https://host:2379`, one for each member. */
  readonly endpoints: readonly string[];
  readonly tls?: DatastoreTls;
}

/** External datastore, by kind; `endpoint` takes a whole connection string that only a secret holds. */
export type ExternalDatastore =
  | { readonly postgres: SqlDatastore }
  | { readonly mysql: SqlDatastore }
  | { readonly etcd: EtcdDatastore }
  | { readonly endpoint: SecretRef; readonly tls?: DatastoreTls };

/** Where the cluster keeps its state. */
export type Datastore =
  | { readonly kind: 'sqlite' }
  | {
      readonly kind: 'embedded-etcd';
      readonly snapshots?: SnapshotSettings | false;
      readonly s3?: SnapshotS3;
    }
  | { readonly kind: 'external'; readonly external: ExternalDatastore };

/** Makers of {@link Datastore}. */
export const Datastore = {
  /** One server only; K3s's default. */
  sqlite: (): Datastore => ({ kind: 'sqlite' }),

  /**
   * etcd inside the servers: an odd number of them, three or more to survive the loss of one.
   *
   * @param options.snapshots Schedule and retention; `false` switches scheduled snapshots off. Default: K3s's own, every 12 hours, five kept.
   * @param options.s3 Where snapshots are copied to. Default: nowhere.
   */
  embeddedEtcd: (
    options: { readonly snapshots?: SnapshotSettings | false; readonly s3?: SnapshotS3 } = {},
  ): Datastore => ({
    kind: 'embedded-etcd',
    ...options,
  }),

  /** A database that something else runs and backs up; any number of servers. */
  external: (external: ExternalDatastore): Datastore => ({ kind: 'external', external }),

  /** sqlite for one server, embedded etcd for more. */
  forServers: (servers: Readonly<Record<string, unknown>>): Datastore =>
    Object.keys(servers).length > 1 ? { kind: 'embedded-etcd' } : { kind: 'sqlite' },
} as const;
