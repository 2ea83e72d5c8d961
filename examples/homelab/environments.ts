import {
  Accelerators,
  Bot,
  Datastore,
  type Environment,
  environments,
  ExternalHost,
  ExternalService,
  Gitea,
  K3sCluster,
  LocalPathStorage,
  LocalRegistry,
  MetricsServer,
  Namespace,
  PostgresDatabase,
  SecretRef,
  Traefik,
  WebService,
} from 'k3stack';

interface Settings {
  readonly domain: string;

  /** First three bytes of the home network. */
  readonly network: string;
}

const settings: Record<string, Settings> = {
  home: { domain: 'home.arpa', network: '192.168.10' },
};

export default environments(settings, (env, { domain, network }) => {
  const cluster = rack(env, network);
  const ollama = { address: `${network}.50`, port: 11434 };
  new ExternalHost(env, 'workstation', {
    address: ollama.address,
    ports: { ollama: ollama.port },
    accelerators: [Accelerators.nvidiaGpu()],
  });

  const models = new Namespace(cluster, 'models', { podSecurity: 'restricted' });
  const model = new ExternalService(models, 'language-model', {
    ...ollama,
    servicePort: 80,
    health: { path: '/api/version' },
  }).connection;

  const apps = new Namespace(cluster, 'apps', { podSecurity: 'restricted' });
  const database = new PostgresDatabase(apps, 'database', { version: '17', size: '20Gi' }).connection;
  const host = `app.${domain}`;
  new WebService(apps, 'web', { image: 'ghcr.io/acme/web:2.3.0', host, healthPath: '/healthz', user: 65532 });
  new WebService(apps, 'api', {
    image: 'ghcr.io/acme/api:2.3.0',
    host,
    path: '/api',
    healthPath: '/healthz',
    user: 65532,
    resources: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '192Mi' } },
    connections: { database, model },
  });
  new Bot(apps, 'chat-bot', {
    image: 'ghcr.io/acme/chat-bot:0.9.3',
    user: 65532,
    env: { CHAT_TOKEN: SecretRef.fromConfig('chat-bot-token') },
    connections: { model },
  });

  const registries = new Namespace(cluster, 'registry', { podSecurity: 'restricted' });
  new Gitea(new Namespace(cluster, 'git', { podSecurity: 'restricted' }), 'gitea', {
    host: `git.${domain}`,
    registry: new LocalRegistry(registries, 'registry'),
    deployTo: [apps],
    runner: { nodeSelector: { 'example.org/ci': 'true' }, cacheSize: '10Gi' },
  });
});

/** One server and three agents, all Raspberry Pi 5 with an NVMe disk. */
function rack(env: Environment, network: string): K3sCluster {
  const pi = (lastByte: number) => ({
    ssh: { host: `${network}.${lastByte}`, user: 'pi' },
    nodeIp: `${network}.${lastByte}`,
  });
  const cluster = new K3sCluster(env, 'rack', {
    version: 'v1.34.1+k3s1',
    datastore: Datastore.sqlite(),
    nodes: {
      architecture: 'arm64',
      capacity: { cpu: 4, memory: '8Gi', disk: '230Gi' },
      reserved: { cpu: '250m', memory: '512Mi' },
      containerLog: { maxSize: '5Mi', maxFiles: 2 },
    },
    servers: { 'pi-1': pi(11) },
    agents: {
      'pi-2': pi(12),
      'pi-3': pi(13),
      'pi-4': { ...pi(14), labels: { 'example.org/ci': 'true' } }, // builds run here and slow nothing else down
    },
  });
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');
  new MetricsServer(cluster, 'metrics-server');
  return cluster;
}
