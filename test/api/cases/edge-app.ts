import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import type { Connection } from '../../../constructs/workloads/connection';
import { EdgeApp, type EdgeAppProps } from '../../../constructs/workloads/edge-app';
import type {
  OfflineCacheSettings,
  OfflineQueueSettings,
} from '../../../constructs/workloads/edge/queue-settings';
import { WebService } from '../../../constructs/workloads/web-service';
import { SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const queues = pairs<OfflineQueueSettings>({
  size: [undefined, '1Gi'],
  maxMessage: [undefined, '1Mi'],
  lifetime: [undefined, '30d'],
  syncInterval: [undefined, '0s', '1h30m'],
  maxRetryDelay: [undefined, '1h'],
  batch: [undefined, { maxMessages: 1 }, { maxBytes: '64Ki' }],
  bandwidth: [undefined, '16Ki'],
  storageClass: [undefined, 'local-path'],
  metricsFrom: [undefined, [{ namespace: 'monitoring' }]],
  image: [undefined, 'registry.example.org/node:22.23.2-alpine3.24'],
  resources: [undefined, { requests: { cpu: '20m' }, limits: { memory: '160Mi', cpu: '500m' } }],
});

const caches = pairs<OfflineCacheSettings>({
  lifetime: [undefined, '7d'],
  freshFor: [undefined, '5m'],
  size: [undefined, '256Mi'],
  url: [undefined, 'https://files.example.org/v1'],
});

const apps = pairs<
  Pick<
    EdgeAppProps,
    'upstream' | 'cache' | 'site' | 'port' | 'allowFrom' | 'aliveCommand' | 'user' | 'volumes' | 'env'
  >
>({
  upstream: [
    { url: 'https://collect.example.org/messages' },
    {
      url: 'https://10.80.0.10/in',
      token: SecretRef.fromConfig('token'),
      format: 'single',
      timeoutSeconds: 5,
    },
    {
      url: 'https://collect.example.org',
      headers: { 'X-Site': 'north', 'X-Key': SecretRef.existing({ name: 'keys', key: 'k' }) },
      caSecret: 'site-ca',
    },
  ],
  cache: [undefined, {}],
  site: [undefined, { 'example.org/site': 'north' }],
  port: [undefined, 8080],
  allowFrom: [undefined, ['namespace', { cidr: '10.81.0.0/24' }]],
  aliveCommand: [undefined, ['alive']],
  user: [undefined, 1000],
  volumes: [undefined, { '/data': { scratch: '10Mi' } }],
  env: [undefined, { LEVEL: 'info', KEY: SecretRef.fromConfig('key') }],
});

const IMAGE = 'ghcr.io/acme/reader:0.4.1';

/** An app in a namespace where nothing but restricted pods is admitted. */
function edgeCase(name: string, props: Partial<EdgeAppProps>): ApiCase {
  return {
    name,
    props: {
      agents: {
        bravo: {
          ssh: { host: '10.0.0.12' },
          nodeIp: '10.0.0.12',
          labels: { 'example.org/site': 'north' },
          taints: [{ key: 'example.org/site', value: 'north', effect: 'NoSchedule' }],
        },
      },
    },
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      const namespace = new Namespace(cluster, 'telemetry', { podSecurity: 'restricted', defaultDeny: true });
      const upstream = { url: 'https://collect.example.org/messages' };
      new EdgeApp(namespace, 'reader', { image: IMAGE, upstream, ...props });
    },
  };
}

export const cases: readonly ApiCase[] = [
  ...queues.map((queue) => edgeCase(`EdgeApp with queue ${describePair(queue)}`, { queue })),
  ...caches.map((cache) => edgeCase(`EdgeApp with cache ${describePair(cache)}`, { cache })),
  ...apps.map((props) => edgeCase(`EdgeApp ${describePair(props)}`, props)),
  {
    name: 'EdgeApp that sends to a workload of the same cluster',
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      const namespace = new Namespace(cluster, 'telemetry', { podSecurity: 'restricted', defaultDeny: true });
      const collector = new WebService(namespace, 'collector', { image: 'ghcr.io/acme/collector:0.4.1' });
      const upstream = { connection: collector.connection, path: '/messages' };
      const app = new EdgeApp(namespace, 'reader', { image: IMAGE, upstream, port: 8080 });
      const connections: Record<string, Connection> =
        app.connection === undefined ? {} : { reader: app.connection };
      new WebService(namespace, 'panel', { image: 'ghcr.io/acme/panel:0.4.1', connections });
    },
  },
];
