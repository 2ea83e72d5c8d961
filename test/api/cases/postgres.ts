import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import type {
  DumpBucket,
  PostgresDatabaseProps,
  PostgresDumps,
} from '../../../constructs/workloads/postgres/postgres-settings';
import { WebService } from '../../../constructs/workloads/web-service';
import { ExistingSecret } from '../../../lib/existing-secret';
import { SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const bucket: DumpBucket = {
  name: 'backups',
  endpoint: 'https://minio.example.org:9000',
  credentials: {
    accessKey: SecretRef.fromConfig('s3-access-key'),
    secretKey: SecretRef.existing({ name: 's3', key: 'secret' }),
  },
};

/** CloudNativePG's `Cluster` is not tried here: its CustomResourceDefinition is in no module that can be had. */
const databases = pairs<Omit<PostgresDatabaseProps, 'operator'>>({
  version: ['15', '16', '17', '18'],
  size: ['1Gi', '20Gi'],
  storageClass: [undefined, 'local-path'],
  database: [undefined, 'orders'],
  owner: [undefined, 'shop'],
  password: [
    undefined,
    SecretRef.fromConfig('db-password'),
    SecretRef.existing({ name: 'db-login', key: 'password' }),
    SecretRef.generated({ name: 'db-password', rotation: 2 }),
  ],
  image: [undefined, 'ghcr.io/acme/postgis:17-3.5'],
  resources: [undefined, { requests: { memory: '512Mi' }, limits: { memory: '2Gi', cpu: '2' } }],
  parameters: [
    undefined,
    { work_mem: '8MB', max_connections: 50, jit: false, 'auto_explain.log_min_duration': '1s' },
  ],
  dumps: [undefined, { bucket }],
  allowFrom: [undefined, ['namespace', { cidr: '10.0.0.0/8' }]],
  replicas: [undefined, 1],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
  tolerations: [undefined, [{ key: 'disk', effect: 'NoSchedule' }]],
  terminationGracePeriodSeconds: [undefined, 600],
});

const dumps = pairs<PostgresDumps>({
  bucket: [
    bucket,
    { ...bucket, endpoint: undefined, region: 'eu-central-1', folder: 'shop/db' },
    { ...bucket, endpoint: 'http://minio.storage.svc:9000' },
    { ...bucket, endpoint: 'https://10.0.0.5:9000', caCertificate: '-----BEGIN CERTIFICATE-----\n' },
    { ...bucket, egress: [{ cidr: '10.0.0.0/24', ports: [443] }] },
  ],
  schedule: [undefined, '@hourly', '30 1 * * 0'],
  timeZone: [undefined, 'Europe/Berlin'],
  keepDays: [undefined, 90],
  scratch: [undefined, '5Gi'],
});

function place(cluster: Parameters<ApiCase['build']>[0]): Namespace {
  new LocalPathStorage(cluster, 'local-path', { isDefault: true });
  return new Namespace(cluster, 'shop', {
    podSecurity: 'restricted',
    defaultDeny: true,
    allowFrom: ['front'],
  });
}

export const cases: readonly ApiCase[] = [
  ...databases.map((props): ApiCase => ({
    name: `PostgresDatabase ${describePair({ ...props, dumps: props.dumps !== undefined, password: undefined })}`,
    build: (cluster) => {
      const shop = place(cluster);
      const db = new PostgresDatabase(shop, 'db', props);
      const image = 'ghcr.io/acme/shop:1.4.2';
      const isGiven = props.password instanceof ExistingSecret; // which is only in its own namespace
      const front = isGiven ? shop : new Namespace(cluster, 'front', { podSecurity: 'restricted' });
      new WebService(front, 'web', { image, connections: { db: db.connection } });
    },
  })),
  ...dumps.map((settings): ApiCase => ({
    name: `dumps of PostgresDatabase ${describePair({ ...settings, bucket: settings.bucket.endpoint })}`,
    build: (cluster) =>
      void new PostgresDatabase(place(cluster), 'db', { version: '17', size: '1Gi', dumps: settings }),
  })),
];
