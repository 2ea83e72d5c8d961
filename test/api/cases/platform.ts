import { Datastore } from '../../../lib/distributions/k3s/datastore';
import { ExistingCluster } from '../../../constructs/cluster/existing-cluster';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import type { LocalPathStorageProps } from '../../../constructs/platform/local-path/local-path-settings';
import { KubeVip } from '../../../constructs/platform/kube-vip';
import { MetricsServer } from '../../../constructs/platform/metrics-server';
import { ServiceLb } from '../../../constructs/platform/service-lb';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { Velero } from '../../../constructs/platform/velero/velero';
import type { VeleroProps } from '../../../constructs/platform/velero/velero-settings';
import { secret } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const storage = pairs<LocalPathStorageProps>({
  className: [undefined, 'fast'],
  isDefault: [undefined, false],
  path: [undefined, '/mnt/ssd/volumes'],
  pathsPerNode: [undefined, { alfa: ['/mnt/a', '/mnt/b'], bravo: [] }],
  reclaimPolicy: [undefined, 'Retain'],
  volumeBindingMode: [undefined, 'Immediate'],
  volumeType: [undefined, 'hostPath'],
});

const bucket = { name: 'backups', credentials: secret('velero') };
const backups = pairs<VeleroProps>({
  bucket: [
    bucket,
    { ...bucket, credentials: { accessKey: secret('access-key'), secretKey: secret('secret-key') } },
    { ...bucket, credentials: { existingSecret: 'bucket' }, prefix: 'shop', region: 'eu-central-1' },
    { ...bucket, endpoint: 'https://minio.example.org:9000', checksumAlgorithm: '' },
  ],
  schedule: [undefined, '@every 6h'],
  retentionDays: [undefined, 7],
  includedNamespaces: [undefined, ['shop']],
  excludedNamespaces: [undefined, ['kube-system']],
  volumes: [undefined, false],
  resources: [undefined, { limits: { memory: '256Mi' } }],
  nodeAgentResources: [undefined, { limits: { memory: '256Mi' } }],
  pluginImage: [undefined, 'registry.example.org/velero-plugin-for-aws:v1.14.2'],
  values: [undefined, { priorityClassName: 'system-cluster-critical' }],
});

export const cases: readonly ApiCase[] = [
  ...storage.map((props): ApiCase => ({
    name: `LocalPathStorage ${describePair(props)}`,
    ...(Object.keys(props).every((name) => name === 'path') && {
      makesNothing: 'K3s packages it, and is told by its own options',
    }),
    build: (cluster) => void new LocalPathStorage(cluster, 'storage', props),
  })),
  ...backups.map((props): ApiCase => ({
    name: `Velero ${describePair({ ...props, bucket: Object.keys(props.bucket).join('+') })} ${Object.keys(props.bucket.credentials).join('+')}`,
    build: (cluster) => void new Velero(cluster, 'velero', props),
  })),
  ...[{ address: '10.0.0.10' }, { address: 'fd00::10', interface: 'eth1', port: 8443 }].map(
    (props): ApiCase => ({
      name: `KubeVip ${describePair(props)}`,
      props: { datastore: Datastore.embeddedEtcd() },
      build: (cluster) => void new KubeVip(cluster, 'kube-vip', props),
    }),
  ),
  {
    name: 'ServiceLb on some nodes, with MetricsServer',
    makesNothing: 'K3s packages both',
    build: (cluster) => {
      new Traefik(cluster, 'traefik');
      new ServiceLb(cluster, 'service-lb', { nodes: ['alfa'] });
      new MetricsServer(cluster, 'metrics-server');
    },
  },
  {
    name: 'LocalPathStorage in a cluster that something else made',
    cluster: (environment) =>
      new ExistingCluster(environment, 'laptop', {
        kubeconfig: { context: 'laptop' },
        kubernetesVersion: '1.34',
      }),
    build: (cluster) => void new LocalPathStorage(cluster, 'storage'),
  },
];
