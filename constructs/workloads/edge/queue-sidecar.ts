import { createHash } from 'node:crypto';
import { ApiObject } from 'cdk8s';
import { isSecretSource, type SecretSource } from '../../../lib/secret';
import { OFFLINE_QUEUE_PROGRAM } from '../../../lib/workloads/offline-queue/program';
import { addCheck } from '../../violations';
import { CONTAINER_SECURITY, imageViolations } from '../pod';
import { diskResources, mergedResources, resourceViolations, type ContainerResources } from '../resources';
import { workloadSecret } from '../secrets/workload-secret';
import type { Workload } from '../workload';
import {
  cacheNumbers,
  queueNumbers,
  type OfflineCacheSettings,
  type OfflineQueueSettings,
} from './queue-settings';
import { rootOf, upstreamUrl, type EdgeUpstream } from './upstream';

/** What the queue is made of, and what the pod needs for it. */
export interface QueueSidecar {
  /** The program and its settings. */
  readonly configMap: ApiObject;

  /** What queue and cache lie on. */
  readonly claim: ApiObject;

  /** A container that starts before the app and stops after it. */
  readonly container: Readonly<Record<string, unknown>>;
  readonly volumes: readonly object[];

  /** Changes when pods have to start anew. */
  readonly digest: string;
}

/** Everything that the queue is told. */
export interface QueueSidecarSettings {
  readonly upstream: EdgeUpstream;
  readonly queue: OfflineQueueSettings;
  readonly cache: OfflineCacheSettings | undefined;

  /** Numeric user and group of its process. */
  readonly user: number;
}

/** Makes the queue beside an app. */
export function queueSidecar(workload: Workload, settings: QueueSidecarSettings): QueueSidecar {
  const { upstream, queue, cache } = settings;
  const headers = headersOf(workload, upstream);
  const config = JSON.stringify(configOf(workload, settings, headers.config), undefined, 2);
  const data = { ...OFFLINE_QUEUE_PROGRAM, 'config.json': `${config}\n` };
  const metadata = { name: `${workload.name}-${QUEUE_NAME}`, labels: workload.labels };
  const configMap = new ApiObject(workload, 'queue-program', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data,
  });
  const claim = new ApiObject(workload, 'queue-claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(queue.storageClass !== undefined && { storageClassName: queue.storageClass }),
      resources: { requests: { storage: claimSize(queue, cache) } },
    },
  });
  return {
    configMap,
    claim,
    container: container(workload, settings, headers.env),
    volumes: volumesOf(metadata.name, upstream),
    digest: createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16),
  };
}

function volumesOf(name: string, { caSecret }: EdgeUpstream): object[] {
  const items = [{ key: 'ca.crt', path: 'ca.crt' }];
  return [
    { name: QUEUE_NAME, persistentVolumeClaim: { claimName: name } },
    { name: PROGRAM, configMap: { name } },
    ...(caSecret === undefined ? [] : [{ name: CA, secret: { secretName: caSecret, items } }]),
  ];
}

/** What the program reads (programs/offline-queue/config.ts). */
function configOf(
  workload: Workload,
  { upstream, queue, cache }: QueueSidecarSettings,
  headers: object,
): object {
  const numbers = queueNumbers(queue);
  const url = upstreamUrl(upstream);
  const { format = 'batch', timeoutSeconds = 30 } = upstream;
  const copies = cache && cacheNumbers(cache);
  return {
    directory: `${ROOT}/data`,
    port: QUEUE_PORT,
    monitorPort: MONITOR_PORT,
    limits: { bytes: numbers.size, messageBytes: numbers.maxMessage, maxAge: numbers.lifetime },
    upstream: { url, headers, timeout: timeoutSeconds * 1000, format },
    source: `/namespaces/${workload.namespace}/edgeapps/${workload.name}`,
    syncInterval: numbers.syncInterval,
    maxRetryDelay: numbers.maxRetryDelay,
    batch: { messages: numbers.maxMessages, bytes: numbers.maxBytes },
    bandwidth: numbers.bandwidth,
    ...(copies && {
      cache: {
        url: (cache.url ?? rootOf(url)).replace(/\/$/, ''),
        bytes: copies.size,
        lifetime: copies.lifetime,
        freshFor: copies.freshFor,
      },
    }),
  };
}

/** Plain headers as they are, secret ones by the variable that Kubernetes puts them into. */
function headersOf(workload: Workload, { token, headers = {} }: EdgeUpstream) {
  const entries = Object.entries(headers);
  const secrets: readonly (readonly [name: string, value: SecretSource, prefix: string])[] = [
    ...(token === undefined ? [] : [['Authorization', token, 'Bearer '] as const]),
    ...entries.flatMap(([name, value]) => (isSecretSource(value) ? [[name, value, ''] as const] : [])),
  ];
  const keys =
    secrets.length === 0
      ? {}
      : workloadSecret(workload, {
          namespace: workload.namespace,
          name: `${workload.name}-${QUEUE_NAME}`,
          data: Object.fromEntries(secrets.map(([name, value]) => [name.toLowerCase(), value])),
        });
  const variables = secrets.map(([name, , prefix], index) => ({
    name,
    prefix,
    env: `UPSTREAM_SECRET_${index}`,
    key: keys[name.toLowerCase()],
  }));
  return {
    env: variables.map(({ env, key }) => ({ name: env, valueFrom: { secretKeyRef: key } })),
    config: {
      ...Object.fromEntries(entries.filter(([, value]) => !isSecretSource(value))),
      ...Object.fromEntries(variables.map(({ name, env, prefix }) => [name, { env, prefix }])),
    },
  };
}

function container(
  workload: Workload,
  { upstream, queue, user }: QueueSidecarSettings,
  secrets: readonly object[],
): Record<string, unknown> {
  const { image = IMAGE, resources } = queue;
  const merged = mergedResources(mergedResources(diskResources([]), RESOURCES), resources);
  const ca =
    upstream.caSecret === undefined ? [] : [{ name: 'NODE_EXTRA_CA_CERTS', value: `${ROOT}/ca/ca.crt` }];
  const env = [...secrets, ...ca];
  addCheck(workload, () => [
    ...imageViolations(image, 'queue.image'),
    ...resourceViolations({ resources: merged }).map((found) => ({
      ...found,
      property: `queue.${found.property}`,
    })),
  ]);
  const health = { httpGet: { path: '/healthz', port: 'queue-metrics' } };
  return {
    name: QUEUE_NAME,
    image,
    imagePullPolicy: workload.defaults.imagePullPolicy ?? 'IfNotPresent',
    restartPolicy: 'Always', // among init containers: starts before the app, and stops after it
    command: ['node', '--max-old-space-size=32', `${ROOT}/program/main.js`, `${ROOT}/program/config.json`],
    ...(env.length > 0 && { env }),
    ports: [{ name: 'queue-metrics', containerPort: MONITOR_PORT }],
    startupProbe: { ...health, periodSeconds: 2, failureThreshold: 150 }, // it may wait for its predecessor
    livenessProbe: { ...health, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    resources: merged,
    securityContext: { ...CONTAINER_SECURITY, runAsUser: user, runAsGroup: user },
    volumeMounts: [
      { name: QUEUE_NAME, mountPath: `${ROOT}/data` },
      { name: PROGRAM, mountPath: `${ROOT}/program`, readOnly: true },
      ...(ca.length > 0 ? [{ name: CA, mountPath: `${ROOT}/ca`, readOnly: true }] : []),
    ],
  };
}

/** Both limits, and some room for what a file system takes itself. */
function claimSize(queue: OfflineQueueSettings, cache: OfflineCacheSettings | undefined): string {
  const bytes = queueNumbers(queue).size + (cache === undefined ? 0 : cacheNumbers(cache).size);
  return `${Math.ceil((bytes * 1.1) / MEBIBYTE) + 8}Mi`;
}

/**
 * The newest of the oldest release line that is kept up, as there is no newer one for 32-bit ARM
 * (docker-library/official-images@37079fb33:library/node; nodejs/docker-node@f27d936f7:22/alpine3.24/Dockerfile).
 */
const IMAGE = 'docker.io/library/node:22.23.2-alpine3.24';

/** Measured: 54 MB at rest, of which 12 MB are its own (docs/presets/edge-app.md). */
const RESOURCES: ContainerResources = {
  requests: { cpu: '10m', memory: '48Mi' },
  limits: { memory: '128Mi' },
};

/** Where the app finds the queue, and where its health and metrics are. */
export const QUEUE_PORT = 7070;
export const MONITOR_PORT = 7071;

/** Name of the container and its volume, and end of the names of its objects. */
export const QUEUE_NAME = 'offline-queue';
const PROGRAM = 'offline-queue-program';
const CA = 'offline-queue-ca';

/** Names of volumes that the queue has. */
export const QUEUE_VOLUMES: readonly string[] = [QUEUE_NAME, PROGRAM, CA];

/** Where the queue's container has its files. */
const ROOT = '/offline-queue';
const MEBIBYTE = 1024 * 1024;
