import {
  Cni,
  type Connection,
  Datastore,
  EdgeApp,
  environments,
  type K3sAgentPoolProps,
  K3sCluster,
  LocalPathStorage,
  Namespace,
  setWorkloadDefaults,
  WebService,
} from 'k3stack';

/** Label and taint that say which site a node stands on. */
const SITE_LABEL = 'example.org/site';

interface Site {
  /** Node name to address. */
  readonly nodes: Readonly<Record<string, string>>;
}

interface Settings {
  /** Address of the hub. */
  readonly hub: string;
  readonly sites: Readonly<Record<string, Site>>;
}

const settings: Record<string, Settings> = {
  plant: {
    hub: '10.80.0.10',
    sites: {
      north: { nodes: { 'north-1': '10.81.0.11', 'north-2': '10.81.0.12', 'north-3': '10.81.0.13' } },
      south: { nodes: { 'south-1': '10.82.0.11', 'south-2': '10.82.0.12' } },
    },
  },
};

export default environments(settings, (env, { hub, sites }) => {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    datastore: Datastore.sqlite(),
    network: { cni: Cni.flannel({ backend: 'wireguard-native' }) },
    servers: { hub: { ssh: { host: hub, user: 'ops' }, nodeIp: hub, capacity: { cpu: 2, memory: '4Gi' } } },
    pools: Object.fromEntries(Object.entries(sites).map(([name, site]) => [name, agents(name, site)])),
    registries: {
      // The DNS server of each site answers with the site's own mirror; the registry itself is asked last.
      mirrors: {
        'docker.io': { endpoints: ['http://registry.site.internal:5000'] },
        'ghcr.io': { endpoints: ['http://registry.site.internal:5000'] },
      },
    },
    config: { server: PATIENT_CONTROL_PLANE },
    upgrade: { drain: false, healthyFor: 60 }, // pods keep running while K3s restarts, and have nowhere else to go
  });

  new LocalPathStorage(cluster, 'local-path');

  const namespace = new Namespace(cluster, 'telemetry', { podSecurity: 'restricted' });
  setWorkloadDefaults(namespace, { user: 65532 });
  const collector = new WebService(namespace, 'collector', {
    image: 'ghcr.io/acme/collector:0.4.1',
    replicas: 1,
    healthPath: '/healthz',
    nodeSelector: { 'kubernetes.io/hostname': 'hub' },
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
  });
  for (const [site, { nodes }] of Object.entries(sites))
    for (const node of Object.keys(nodes)) sensors(namespace, site, node, collector.connection);
});

/** Reads the sensors of one node; what cannot be sent while the line is down waits on the node's disk. */
function sensors(namespace: Namespace, site: string, node: string, collector: Connection): void {
  new EdgeApp(namespace, `reader-${node}`, {
    image: 'ghcr.io/acme/sensor-reader:0.4.1',
    site: { [SITE_LABEL]: site },
    nodeSelector: { 'kubernetes.io/hostname': node },
    upstream: { connection: collector, path: '/messages' },
    queue: { size: '256Mi', lifetime: '14d', bandwidth: '16Ki' },
    resources: { requests: { cpu: '20m', memory: '24Mi' }, limits: { memory: '24Mi' } },
  });
}

/** Agents with 512 MB on a thin line. */
function agents(site: string, { nodes }: Site): K3sAgentPoolProps {
  return {
    architecture: 'arm64',
    capacity: { cpu: 1, memory: '512Mi', disk: '8Gi' },
    labels: { [SITE_LABEL]: site },
    taints: [{ key: SITE_LABEL, value: site, effect: 'NoSchedule' }],
    maxPods: 10,
    reserved: { memory: '300Mi' }, // K3s as an agent takes about 270 MB
    ceiling: { memory: '340Mi' },
    containerLog: { maxSize: '1Mi', maxFiles: 2 },
    logLevel: 0,
    config: { 'kubelet-arg': THRIFTY_KUBELET },
    maxUnavailable: 1,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([name, address]) => [
        name,
        { ssh: { host: address, user: 'ops' }, nodeIp: address },
      ]),
    ),
  };
}

/** A node is given up after 10 minutes of silence, and pods that say nothing else stay on it for another hour. */
const PATIENT_CONTROL_PLANE = {
  'kube-controller-manager-arg': { 'node-monitor-grace-period': '10m' },
  'kube-apiserver-arg': {
    'default-not-ready-toleration-seconds': 3600,
    'default-unreachable-toleration-seconds': 3600,
  },
} as const;

/** One status a minute, ten of which may be lost; images stay until the disk needs the room. */
const THRIFTY_KUBELET = {
  'node-status-update-frequency': '1m',
  'image-gc-high-threshold': 90,
  'image-gc-low-threshold': 85,
} as const;
