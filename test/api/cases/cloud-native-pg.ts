import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import type { PostgresDatabaseProps } from '../../../constructs/workloads/postgres/postgres-settings';
import { WebService } from '../../../constructs/workloads/web-service';
import { SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const databases = pairs<Omit<PostgresDatabaseProps, 'operator' | 'dumps'>>({
  version: ['18'], // the others want an image
  size: ['1Gi', '20Gi'],
  storageClass: [undefined, 'local-path'],
  database: [undefined, 'orders'],
  owner: [undefined, 'shop'],
  password: [undefined, SecretRef.existing({ name: 'db-login', key: 'password' })],
  image: [undefined, 'ghcr.io/cloudnative-pg/postgis:18-3.6'],
  resources: [undefined, { requests: { memory: '512Mi' }, limits: { memory: '2Gi', cpu: '2' } }],
  parameters: [undefined, { work_mem: '8MB', max_connections: 50, jit: false }],
  allowFrom: [undefined, ['namespace', { cidr: '10.0.0.0/8' }]],
  replicas: [undefined, 3],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
  tolerations: [undefined, [{ key: 'disk', effect: 'NoSchedule' }]],
  terminationGracePeriodSeconds: [undefined, 600],
});

export const cases: readonly ApiCase[] = databases.map((props): ApiCase => ({
  name: `PostgresDatabase of CloudNativePG ${describePair({ ...props, password: undefined })}`,
  needs: 'CloudNativePG',
  build: (cluster) => {
    new LocalPathStorage(cluster, 'local-path');
    const namespace = new Namespace(cluster, 'shop', { podSecurity: 'restricted', defaultDeny: true });
    const { connection } = new PostgresDatabase(namespace, 'db', { ...props, operator: 'cloudnative-pg' });
    new WebService(namespace, 'web', { image: 'ghcr.io/acme/app:1.4.2', connections: { db: connection } });
  },
}));
