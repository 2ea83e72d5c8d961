import fc from 'fast-check';
import type { Link, Topology, TopologyCluster, TopologyNode } from '../../lib/synthesis/topology';

/** Any text, hostile ones included. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('<script>alert(1)</script>', '"&\'>', ']]>', 'W'.repeat(90), '\u0000\ud800', 'alfa'),
);

const clusters = fc.record({
  nodes: fc.array(
    fc.record({
      text,
      agent: fc.boolean(),
      pool: fc.option(fc.constantFrom('a', 'b', 'gpu'), { nil: undefined }),
      gpu: fc.boolean(),
    }),
    { maxLength: 20 },
  ),
  ingress: fc.array(text, { maxLength: 3 }),
  hosts: fc.array(text, { maxLength: 14 }),
  backups: fc.array(text, { maxLength: 3 }),
  storage: fc.array(fc.record({ name: text, isDefault: fc.boolean() }), { maxLength: 3 }),
  datastore: fc.option(text, { nil: undefined }),
  extra: fc.constantFrom(0, 50),
});

const outside = fc.array(
  fc.record({
    name: text,
    address: text,
    serves: fc.array(text, { maxLength: 2 }),
    accelerators: fc.array(text, { maxLength: 1 }),
  }),
  {
    maxLength: 12,
  },
);

/** Topologies of any size with any names. */
export const topologies: fc.Arbitrary<Topology> = fc
  .tuple(fc.array(clusters, { maxLength: 4 }), outside)
  .map(([made, externalHosts]) => {
    const nodes = made.flatMap((cluster, c) => [
      ...cluster.nodes.map(({ text: name, agent, pool, gpu }, n): TopologyNode => ({
        name: `${name}${c}${n}`,
        cluster: `c${c}`,
        role: agent ? 'agent' : 'server',
        ...(agent && pool !== undefined && { pool }),
        address: name,
        architecture: 'arm64',
        accelerators: gpu ? [name] : [],
      })),
      ...Array.from({ length: cluster.extra }, (_, n): TopologyNode => ({
        name: `extra-${c}-${n}`,
        cluster: `c${c}`,
        role: 'agent',
        architecture: 'amd64',
        accelerators: [],
      })),
    ]);
    const entries = made.map(({ ingress, hosts, backups, storage, datastore }, c): TopologyCluster => ({
      name: `c${c}`,
      distribution: 'k3s',
      version: 'v1.34.1+k3s1',
      ...(datastore !== undefined && { datastore }),
      ingress,
      hosts,
      backups,
      storage,
    }));
    const links = [
      ...entries.flatMap(({ name, backups }) =>
        backups.map((to): Link => ({ from: name, to, kind: 'backup' })),
      ),
      ...entries.flatMap(({ name }) =>
        externalHosts.map((host): Link => ({ from: name, to: host.name, kind: 'uses' })),
      ),
      ...nodes.map((node): Link =>
        node.role === 'agent'
          ? { from: node.name, to: node.cluster, kind: 'join' }
          : { from: node.name, to: 'postgres db', kind: 'datastore' },
      ),
    ];
    return { clusters: entries, nodes, externalHosts, links };
  });
