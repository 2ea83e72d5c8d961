import { architecture, capacity, role } from './host-schema';
import { list, name, oneOf, shape, type JsonSchema } from './json-schema';
import type { ExternalHostEntry, Link, Topology, TopologyCluster, TopologyNode } from './topology';

const cluster: JsonSchema = shape<TopologyCluster>(
  {
    name,
    distribution: name,
    version: name,
    ingress: list(name),
    storage: list(shape<TopologyCluster['storage'][number]>({ name, isDefault: { type: 'boolean' } }, {})),
    backups: list(name),
    hosts: list(name),
  },
  { datastore: name, endpoint: name },
);

const node: JsonSchema = shape<TopologyNode>(
  { name, cluster: name, role, architecture, accelerators: list(name) },
  { pool: name, address: name, capacity },
);

const externalHost: JsonSchema = shape<ExternalHostEntry>(
  { name, address: name, serves: list(name), accelerators: list(name) },
  {},
);

const link: JsonSchema = shape<Link>(
  { from: name, to: name, kind: oneOf<Link['kind']>('quorum', 'join', 'datastore', 'uses', 'backup') },
  {},
);

/** What the machines are and how they are joined. */
export const topologySchema: JsonSchema = shape<Topology>(
  { clusters: list(cluster), nodes: list(node), externalHosts: list(externalHost), links: list(link) },
  {},
);
