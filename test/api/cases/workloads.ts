import { ApiObject } from 'cdk8s';
import type { Cluster } from '../../../constructs/cluster/cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { MetricsServer } from '../../../constructs/platform/metrics-server';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { TraefikMiddleware } from '../../../constructs/platform/traefik/middleware';
import { Bot, type BotProps } from '../../../constructs/workloads/bot';
import { connectionTo, type Connection } from '../../../constructs/workloads/connection';
import { ExternalService, type ExternalServiceProps } from '../../../constructs/workloads/external-service';
import { Ingress } from '../../../constructs/workloads/ingress';
import { InferenceRuntime } from '../../../constructs/workloads/inference-runtime';
import { InferenceServer, type InferenceServerProps } from '../../../constructs/workloads/inference-server';
import type { PodSettings } from '../../../constructs/workloads/pod';
import { Job, type JobProps } from '../../../constructs/workloads/job';
import { ScheduledJob, type ScheduledJobProps } from '../../../constructs/workloads/scheduled-job';
import { WebService, type WebServiceProps } from '../../../constructs/workloads/web-service';
import { Worker, type WorkerProps } from '../../../constructs/workloads/worker';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { Accelerators } from '../../../lib/cluster/node';
import { SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs, type OptionValues } from '../pairs';

const IMAGE = 'ghcr.io/acme/app:1.4.2';

/** A namespace of a cluster with everything presets can ask for, where nothing but restricted pods is admitted. */
function place(cluster: Cluster, networkPolicy: boolean | undefined = true): Namespace {
  new Traefik(cluster, 'traefik', { gatewayApi: true });
  new LocalPathStorage(cluster, 'local-path');
  new MetricsServer(cluster, 'metrics-server');
  const namespace = new Namespace(cluster, 'shop', { podSecurity: 'restricted', defaultDeny: networkPolicy });
  new ApiObject(namespace, 'account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'app' },
  });
  return namespace;
}

/** Each option of every pod once at least; `connections` are made by the case. */
const pod: OptionValues<Required<Omit<PodSettings, 'image' | 'connections'>>> = {
  command: [undefined as never, ['/app']],
  args: [undefined as never, ['--verbose']],
  env: [
    undefined as never,
    { LEVEL: 'info', COUNT: 3, DEBUG: true, NODE: { field: 'spec.nodeName' } },
    { TOKEN: SecretRef.fromConfig('token'), KEY: SecretRef.existing({ name: 'keys', key: 'k' }) },
    { PASSWORD: SecretRef.generated({ name: 'app-password' }) },
  ],
  egress: [
    undefined as never,
    ['internet', 'kubernetes-api'],
    ['anything'],
    [{ cidr: '10.0.0.5/32', ports: [25] }, { namespace: 'mail' }],
  ],
  networkPolicy: [undefined as never, false],
  volumes: [
    undefined as never,
    { '/data': { persistent: '1Gi' }, '/cache': { scratch: '1Gi' } },
    { '/etc/app': { files: { 'app.conf': 'a = 1\n' } }, '/dev/shm': { memory: '64Mi' } },
    {
      '/shared': { claim: 'shared', readOnly: true },
      '/keys': { secret: 'keys' },
      '/tmp': { scratch: '2Gi' },
    },
  ],
  resources: [
    undefined as never,
    { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  ],
  user: [undefined as never, 1000],
  architectures: [undefined as never, ['amd64']],
  nodeSelector: [undefined as never, { 'kubernetes.io/os': 'linux' }],
  tolerations: [
    undefined as never,
    [{ key: 'edge', value: 'a', effect: 'NoExecute', tolerationSeconds: 60 }, { key: 'b' }],
  ],
  podAnnotations: [undefined as never, { 'example.org/note': 'x' }],
  serviceAccountName: [undefined as never, 'app'],
  terminationGracePeriodSeconds: [undefined as never, 5],
};

/** Either a number of pods, or how it is decided: both are refused. */
type Scaled<Props> = Omit<Props, 'image' | 'connections' | 'middlewares' | 'replicas' | 'autoscaling'> & {
  readonly scale: Partial<Pick<WebServiceProps, 'replicas' | 'autoscaling'>>;
};

const webServices = pairs<Scaled<WebServiceProps>>({
  ...pod,
  volumes: pod.volumes.filter((volumes) => volumes === undefined || !('/data' in volumes)),
  port: [undefined, 3000],
  scale: [
    {},
    { replicas: 1 },
    { replicas: 0 },
    { autoscaling: { max: 3 } },
    { autoscaling: { min: 2, max: 4, cpu: 50, memory: 80 } },
  ],
  healthPath: [undefined, '/healthz'],
  startupSeconds: [undefined, 300],
  host: [undefined, 'shop.example.org', ['a.example.org', '*.b.example.org']],
  path: [undefined, '/api'],
  tls: [
    undefined,
    { issuer: 'letsencrypt' },
    { issuer: { name: 'own', kind: 'Issuer' } },
    { secretName: 'tls' },
    'default',
    false,
  ],
  ingress: [
    undefined,
    Ingress.traefik(),
    Ingress.className('traefik', { annotations: { a: 'b' }, controllerNamespace: 'x' }),
  ],
  allowFrom: [
    undefined,
    ['namespace', 'cluster'],
    ['anywhere', { cidr: '10.0.0.0/8' }, { namespace: 'monitoring' }, { labels: { a: 'b' } }],
  ],
});

const workers = pairs<Scaled<WorkerProps>>({
  ...pod,
  volumes: [
    undefined,
    { '/data': { persistent: '1Gi', accessMode: 'ReadWriteMany', storageClass: 'local-path' } },
  ],
  scale: [{}, { replicas: 3 }, { autoscaling: { max: 2 } }],
  aliveCommand: [undefined, ['alive']],
});

const bots = pairs<Omit<BotProps, 'image' | 'connections'>>({ ...pod, aliveCommand: [undefined, ['alive']] });

const jobs = pairs<Omit<ScheduledJobProps, 'image' | 'connections'>>({
  ...pod,
  schedule: ['0 3 * * *', '@daily', '*/5 1-3 1,15 jan mon-fri'],
  timeZone: [undefined, 'Europe/Berlin'],
  concurrencyPolicy: [undefined, 'Replace', 'Allow'],
  backoffLimit: [undefined, 0],
  activeDeadlineSeconds: [undefined, 60],
  startingDeadlineSeconds: [undefined, 30],
  suspend: [undefined, true],
});

const migrations = pairs<Omit<JobProps, 'image' | 'connections'>>({
  ...pod,
  backoffLimit: [undefined, 0],
  activeDeadlineSeconds: [undefined, 60],
});

const externals = pairs<Omit<ExternalServiceProps, 'middlewares' | 'ingress'>>({
  address: ['192.168.10.50', ['192.168.10.50', '192.168.10.51', 'fd00::50']],
  port: [11434, 443],
  servicePort: [undefined, 80],
  appProtocol: [undefined, 'https'], // tcp has neither host nor path
  health: [undefined, {}, { path: '/healthz', periodSeconds: 60 }],
  host: [undefined, 'ai.example.org'],
  path: [undefined, '/v1'],
  tls: [undefined, { issuer: 'letsencrypt' }, { secretName: 'tls' }],
});

const servers = pairs<
  Omit<InferenceServerProps, 'connections' | 'middlewares' | 'ingress' | 'architectures'>
>({
  runtime: [
    InferenceRuntime.ollama({ models: ['llama3.2:3b', 'qwen3:4b'], keepAlive: '-1' }),
    InferenceRuntime.llamaCpp({ huggingFace: 'ggml-org/gemma-3-1b-it-GGUF' }),
    InferenceRuntime.llamaCpp({ file: 'a.gguf', image: 'ghcr.io/acme/llama:1' }),
    InferenceRuntime.vllm({
      model: 'Qwen/Qwen2.5-1.5B-Instruct',
      image: 'ghcr.io/acme/vllm:1',
      token: SecretRef.fromConfig('hugging-face'),
      apiKey: SecretRef.generated({ name: 'vllm-key' }),
    }),
    InferenceRuntime.custom({
      image: 'ghcr.io/acme/ovms:1',
      port: 9000,
      healthPath: '/ready',
      user: 5000,
      env: { A: 'b' },
    }),
  ],
  accelerator: [undefined, Accelerators.nvidiaGpu()],
  models: [undefined, '10Gi', { claim: 'models' }, { scratch: '20Gi' }],
  sharedMemory: [undefined, '2Gi'],
  startupSeconds: [undefined, 120],
  offline: [undefined, true],
  host: [undefined, 'llm.example.org'],
  tls: [undefined, { issuer: 'letsencrypt' }],
  allowFrom: [undefined, ['namespace']],
  env: [undefined, { EXTRA: 'x' }],
  resources: [undefined, { requests: { memory: '1Gi' }, limits: { memory: '2Gi' } }],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
  tolerations: [undefined, [{ key: 'gpu' }]],
  volumes: [undefined, { '/extra': { scratch: '1Gi' } }],
  egress: [undefined, ['anything']],
});

/** Nodes that have what model servers ask for. */
const GPU_NODES = {
  agents: {
    bravo: {
      ssh: { host: '10.0.0.12' },
      nodeIp: '10.0.0.12',
      labels: { 'nvidia.com/gpu.present': 'true' },
      accelerators: [Accelerators.nvidiaGpu()],
    },
  },
};

/** K3s makes it itself (k3s-io/k3s: manifests/runtimes.yaml). */
const NVIDIA = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'nvidia' },
  handler: 'nvidia',
};

/** Made where everything is denied that no policy allows, a workload without one is refused once it connects to something. */
const connected = (networkPolicy: boolean | undefined): Readonly<Record<string, Connection>> =>
  networkPolicy === false ? {} : { smtp: connectionTo({ host: '192.0.2.25', port: 587 }) };

export const cases: readonly ApiCase[] = [
  ...webServices.map(({ scale, ...props }): ApiCase => ({
    name: `WebService ${describePair({ ...props, ...scale })}`,
    build: (cluster) => {
      const namespace = place(cluster, props.networkPolicy);
      const limit = new TraefikMiddleware(namespace, 'limit', { rateLimit: { average: 5 } });
      new WebService(namespace, 'web', {
        image: IMAGE,
        ...props,
        ...scale,
        middlewares: [limit],
        connections: connected(props.networkPolicy),
      });
    },
  })),
  {
    name: 'WebService behind a Gateway',
    build: (cluster) =>
      void new WebService(place(cluster), 'web', {
        image: IMAGE,
        host: 'shop.example.org',
        ingress: Ingress.gateway('public', {
          namespace: 'edge',
          sectionName: 'https',
          controllerNamespace: 'edge',
        }),
      }),
  },
  {
    name: 'all defaults that a namespace can set',
    build: (cluster) => {
      const namespace = place(cluster);
      setWorkloadDefaults(namespace, {
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
        replicas: 2,
        imagePullPolicy: 'Always',
        imagePullSecrets: ['ghcr'],
        user: 1000,
        ingress: Ingress.traefik(),
        tls: { secretName: 'tls' },
        labels: { team: 'shop' },
        podAnnotations: { a: 'b' },
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [{ key: 'edge' }],
        architectures: ['amd64'],
        terminationGracePeriodSeconds: 10,
      });
      const api = new WebService(namespace, 'api', { image: IMAGE, host: 'api.example.org' });
      new Worker(namespace, 'worker', { image: IMAGE, connections: { api: api.connection } });
    },
  },
  ...workers.map(({ scale, ...props }): ApiCase => ({
    name: `Worker ${describePair({ ...props, ...scale })}`,
    build: (cluster) =>
      void new Worker(place(cluster, props.networkPolicy), 'worker', {
        image: IMAGE,
        ...props,
        ...scale,
        connections: connected(props.networkPolicy),
      }),
  })),
  ...bots.map((props): ApiCase => ({
    name: `Bot ${describePair(props)}`,
    build: (cluster) =>
      void new Bot(place(cluster), 'bot', {
        image: IMAGE,
        ...props,
        connections: connected(props.networkPolicy),
      }),
  })),
  ...jobs.map((props): ApiCase => ({
    name: `ScheduledJob ${describePair(props)}`,
    build: (cluster) =>
      void new ScheduledJob(place(cluster), 'job', {
        image: IMAGE,
        ...props,
        connections: connected(props.networkPolicy),
      }),
  })),
  ...migrations.map((props): ApiCase => ({
    name: `Job ${describePair(props)}`,
    build: (cluster) =>
      void new Job(place(cluster), 'migrate', {
        image: IMAGE,
        ...props,
        connections: connected(props.networkPolicy),
      }),
  })),
  ...externals.map((props): ApiCase => ({
    name: `ExternalService ${describePair(props)}`,
    build: (cluster) => void new ExternalService(place(cluster), 'model', props),
  })),
  ...servers.map((props): ApiCase => ({
    name: `InferenceServer ${props.runtime.images['*'] ?? props.runtime.images.cpu} ${describePair({ ...props, runtime: undefined })}`,
    props: GPU_NODES,
    given: [NVIDIA],
    build: (cluster) => void new InferenceServer(place(cluster), 'llm', props),
  })),
];
