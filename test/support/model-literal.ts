import type { Datastore } from '../../lib/distributions/k3s/datastore';
import type { K3sModel, K3sNode } from '../../lib/distributions/k3s/model';

/** A node written down by hand, with nothing worked out. */
export function nodeOf(name: string, role: 'server' | 'agent', over: Partial<K3sNode> = {}): K3sNode {
  return {
    name,
    path: `k3s/${name}`,
    role,
    version: 'v1.34.1+k3s1',
    transport: { ssh: { host: name } },
    architecture: 'amd64',
    nodeIps: [],
    externalIps: [],
    settings: {},
    config: {},
    files: [],
    ...over,
  };
}

/** A model of so many servers `s1`, `s2`, … and the agents given, written down by hand. */
export function modelOf(
  servers: number,
  agents: readonly K3sNode[] = [],
  over: Partial<K3sModel> = {},
): K3sModel {
  const nodes = Array.from({ length: servers }, (_, index) => nodeOf(`s${index + 1}`, 'server'));
  const datastore: Datastore = servers > 1 ? { kind: 'embedded-etcd' } : { kind: 'sqlite' };
  return {
    name: 'k3s',
    path: 'k3s',
    props: {
      version: 'v1.34.1+k3s1',
      servers: Object.fromEntries(nodes.map((node) => [node.name, {}])),
    },
    datastore,
    nodes: [...nodes, ...agents],
    components: new Map(),
    autoDeploy: [],
    ...over,
  };
}
