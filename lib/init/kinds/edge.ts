import type { Starter } from '../kinds';
import { WEB_APP } from './web-app';

const PROGRAM = `import {
  Cni,
  Datastore,
  environments,
  type K3sAgentPoolProps,
  K3sCluster,
  Namespace,
} from 'k3stack';
import { webApp } from './workloads/web-app';

interface Settings {
  /** Address of the hub. */
  readonly hub: string;

  /** Site to its nodes: name to address. */
  readonly sites: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const settings: Record<string, Settings> = {
  // Put the addresses of your own machines here.
  plant: {
    hub: '192.0.2.10',
    sites: {
      north: { 'north-1': '192.0.2.11', 'north-2': '192.0.2.12' },
      south: { 'south-1': '192.0.2.21' },
    },
  },
};

export default environments(settings, (env, { hub, sites }) => {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'K3S_RELEASE',
    datastore: Datastore.sqlite(),
    network: { cni: Cni.flannel({ backend: 'wireguard-native' }) }, // traffic between sites is encrypted
    servers: { hub: { ssh: { host: hub }, nodeIp: hub, capacity: { cpu: 2, memory: '4Gi' } } },
    pools: Object.fromEntries(
      Object.entries(sites).map(([name, nodes]): [string, K3sAgentPoolProps] => [
        name,
        site(name, nodes),
      ]),
    ),
    config: {
      // A site may be cut off for ten minutes before its pods are given up.
      server: { 'kube-controller-manager-arg': { 'node-monitor-grace-period': '10m' } },
    },
    upgrade: { drain: false, healthyFor: 60 }, // pods keep running while K3s restarts, and have nowhere else to go
  });
  webApp(new Namespace(cluster, 'telemetry', { podSecurity: 'restricted' }));
});

/** Agents with little memory on a thin line; only pods that tolerate the taint run there. */
function site(name: string, nodes: Readonly<Record<string, string>>): K3sAgentPoolProps {
  return {
    architecture: 'arm64',
    capacity: { cpu: 1, memory: '1Gi', disk: '8Gi' },
    labels: { 'example.org/site': name },
    taints: [{ key: 'example.org/site', value: name, effect: 'NoSchedule' }],
    maxPods: 20,
    reserved: { memory: '400Mi' },
    containerLog: { maxSize: '1Mi', maxFiles: 2 },
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([node, address]) => [
        node,
        { ssh: { host: address }, nodeIp: address },
      ]),
    ),
  };
}
`;

/** A hub, and sites behind thin lines. */
export const EDGE: Starter = {
  description: 'One server as the hub, and a pool of small agents at each site.',
  environments: ['plant'],
  secrets: ['k3s-server-token', 'k3s-agent-token'],
  remote: true,
  program: { 'environments.ts': PROGRAM, 'workloads/web-app.ts': WEB_APP },
  readme: `\`environments.ts\` lists the sites at its top; each becomes a pool of agents that are updated one at a time. WireGuard needs
UDP port 51820 open between all nodes, and agents reach TCP port 6443 of the hub.
`,
};
