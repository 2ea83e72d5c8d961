import type { Link, Topology, TopologyNode } from '../../synthesis/topology';
import type { K3sModel, K3sNode } from './model';

/** Nodes of a cluster, and who talks to whom. */
export function topology(model: K3sModel): Pick<Topology, 'nodes' | 'links'> {
  const servers = model.nodes.filter((node) => node.role === 'server');
  const agents = model.nodes.filter((node) => node.role === 'agent');
  return {
    nodes: model.nodes.map((node) => topologyNode(model, node)),
    links: [
      ...(model.datastore.kind === 'embedded-etcd' ? quorumLinks(servers) : []),
      ...agents.map((agent): Link => ({ from: agent.name, to: model.name, kind: 'join' })),
      ...(model.datastore.kind === 'external'
        ? servers.map((server): Link => ({ from: server.name, to: datastoreName(model), kind: 'datastore' }))
        : []),
    ],
  };
}

function topologyNode(model: K3sModel, node: K3sNode): TopologyNode {
  const { name, role, pool, architecture, settings } = node;
  const address = node.nodeIps[0] ?? ('ssh' in node.transport ? node.transport.ssh.host : undefined);
  return {
    name,
    cluster: model.name,
    role,
    ...(pool !== undefined && { pool }),
    ...(address !== undefined && { address }),
    architecture,
    ...(settings.capacity && { capacity: settings.capacity }),
    accelerators: (settings.accelerators ?? []).map(({ resource, count = 1 }) =>
      count === 1 ? resource : `${count} × ${resource}`,
    ),
  };
}

/** Each pair once. */
function quorumLinks(servers: readonly K3sNode[]): Link[] {
  return servers.flatMap((from, index) =>
    servers.slice(index + 1).map((to): Link => ({ from: from.name, to: to.name, kind: 'quorum' })),
  );
}

/** Where an external datastore is; never more of it than its host, as the rest may hold credentials. */
function datastoreName({ datastore }: K3sModel): string {
  if (datastore.kind !== 'external') return datastore.kind;
  const { external } = datastore;
  if ('postgres' in external) return `postgres ${external.postgres.host}`;
  if ('mysql' in external) return `mysql ${external.mysql.host}`;
  if ('etcd' in external) return `etcd ${external.etcd.endpoints.join(', ')}`;
  return 'external datastore';
}
