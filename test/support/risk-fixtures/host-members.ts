import type { KubernetesObject, Synthesis } from '../../../lib/synthesis/synthesis';
import { server, servers } from '../k3s-model';
import { k3sSynthesis } from '../k3s-synthesis';
import type { HostRiskFixture } from './host-fixture';

const three = servers('alfa', 'bravo', 'charlie');
const agents = { delta: server(7), echo: server(8) };
const before = k3sSynthesis({ servers: three, agents });
const without = k3sSynthesis({ servers: three, agents: { delta: server(7) } });
const single = k3sSynthesis({ agents });

const claim = object('v1', 'PersistentVolumeClaim', 'data', { storageClassName: 'local-path' });
const replicated = object('v1', 'PersistentVolumeClaim', 'data', { storageClassName: 'longhorn' });
const volume = object('v1', 'PersistentVolume', 'disk', {
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['echo'] }] },
      ],
    },
  },
});
const database = object('apps/v1', 'StatefulSet', 'db', {
  volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'local-path' } }],
  template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'echo' } } },
});

const key = (end: string): string => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${end}`;
const keyed = (hostKey?: string) =>
  k3sSynthesis({
    servers: { alfa: { nodeIp: '10.0.0.1', ssh: { host: '10.0.0.1', ...(hostKey && { hostKey }) } } },
  });
const reached = (host: string) => k3sSynthesis({ servers: { alfa: { nodeIp: '10.0.0.1', ssh: { host } } } });

/** Hosts that come and go, and how they are known. */
export const memberFixtures: readonly HostRiskFixture[] = [
  {
    rule: 'server-removed',
    name: 'one of three',
    before,
    after: k3sSynthesis({ servers: servers('alfa', 'bravo'), agents }),
    hits: ['charlie leaves: 3 -> 2 servers; 2 of 2 must agree, none may be lost'],
  },
  {
    rule: 'server-removed',
    name: 'two of five',
    before: k3sSynthesis({ servers: servers('a', 'b', 'c', 'd', 'e') }),
    after: k3sSynthesis({ servers: servers('a', 'b', 'c') }),
    hits: ['d leaves: 5 -> 3 servers; 2 of 3 must agree, 1 may be lost', 'e leaves: 5 -> 3'],
  },
  {
    rule: 'server-removed',
    name: 'with a claim of a local volume',
    before: withObjects(before, claim),
    after: k3sSynthesis({ servers: servers('alfa', 'bravo'), agents }),
    hits: ['none may be lost; may lie on it: PersistentVolumeClaim shop/data'],
  },
  { rule: 'server-removed', name: 'an agent', before, after: without, hits: [] },
  { rule: 'server-removed', name: 'the whole environment', before, after: undefined, hits: [] },

  {
    rule: 'cluster-removed',
    name: 'the whole environment',
    before,
    after: undefined,
    hits: ['alfa, bravo, charlie, delta, echo will be uninstalled'],
  },
  { rule: 'cluster-removed', name: 'a new environment', before: undefined, after: before, hits: [] },

  {
    rule: 'only-server-restarts',
    name: 'a new release',
    before: single,
    after: k3sSynthesis({ agents, version: 'v1.34.2+k3s1' }),
    hits: ['version v1.34.1+k3s1 -> v1.34.2+k3s1'],
  },
  {
    rule: 'only-server-restarts',
    name: 'one of three',
    before,
    after: k3sSynthesis({ servers: three, agents, version: 'v1.34.2+k3s1' }),
    hits: [],
  },
  {
    rule: 'only-server-restarts',
    name: 'only an agent',
    before: single,
    after: k3sSynthesis({ agents: { ...agents, echo: { ...server(8), maxPods: 200 } } }),
    hits: [],
  },

  {
    rule: 'agent-removed-with-data',
    name: 'with a claim of a local volume',
    before: withObjects(before, claim),
    after: withObjects(without, claim),
    hits: ['echo leaves; may lie on it: PersistentVolumeClaim shop/data'],
  },
  {
    rule: 'agent-removed-with-data',
    name: 'that something is tied to',
    before: withObjects(before, volume, database),
    after: without,
    hits: [
      'echo leaves; tied to it: PersistentVolume shop/disk, StatefulSet shop/db; may lie on it: StatefulSet shop/db',
    ],
  },
  {
    rule: 'agent-removed-with-data',
    name: 'with a claim that is replicated',
    before: withObjects(before, replicated),
    after: withObjects(without, replicated),
    hits: [],
  },
  {
    rule: 'agent-removed-with-data',
    name: 'while the data is tied to another',
    before: withObjects(before, volume),
    after: k3sSynthesis({ servers: three, agents: { echo: server(8) } }),
    hits: [],
  },
  { rule: 'agent-removed', name: 'without data', before, after: without, hits: ['echo leaves'] },
  {
    rule: 'agent-removed',
    name: 'with a claim of a local volume',
    before: withObjects(before, claim),
    after: without,
    hits: [],
  },

  {
    rule: 'host-key-changed',
    name: 'another key',
    before: keyed(key('ONE')),
    after: keyed(key('TWO')),
    hits: ['ssh-ed25519 …1NTE5AAAAONE -> ssh-ed25519 …1NTE5AAAATWO'],
  },
  { rule: 'host-key-changed', name: 'the first key', before: keyed(), after: keyed(key('TWO')), hits: [] },
  {
    rule: 'host-key-unknown',
    name: 'the key is lost',
    before: keyed(key('ONE')),
    after: keyed(),
    hits: ['the host of alfa had a key and has none'],
  },
  { rule: 'host-key-unknown', name: 'never known', before: keyed(), after: keyed(), hits: [] },
  {
    rule: 'host-reached-elsewhere',
    name: 'through another address',
    before: reached('10.0.0.1'),
    after: reached('alfa.example.org'),
    hits: ['alfa: 10.0.0.1 -> alfa.example.org'],
  },
  {
    rule: 'host-reached-elsewhere',
    name: 'with another address of its own, which is refused',
    before: reached('10.0.0.1'),
    after: k3sSynthesis({ servers: { alfa: { nodeIp: '10.0.0.2', ssh: { host: '10.0.0.2' } } } }),
    hits: [],
  },

  {
    rule: 'backup-removed',
    name: 'a schedule is removed, another is paused',
    before: withObjects(before, schedule('daily'), schedule('weekly')),
    after: withObjects(before, schedule('weekly', { paused: true })),
    hits: ['Schedule shop/daily is removed', 'Schedule shop/weekly is paused'],
  },
  {
    rule: 'backup-removed',
    name: 'a schedule at another hour',
    before: withObjects(before, schedule('daily', { schedule: '0 3 * * *' })),
    after: withObjects(before, schedule('daily', { schedule: '0 4 * * *' })),
    hits: [],
  },
];

function object(apiVersion: string, kind: string, name: string, spec: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, spec };
}

function schedule(name: string, spec: object = {}): KubernetesObject {
  return object('velero.io/v1', 'Schedule', name, spec);
}

function withObjects(synthesis: Synthesis, ...objects: readonly KubernetesObject[]): Synthesis {
  const entries = objects.map((one) => ({
    path: `k3s/${one.metadata.name}`,
    owner: 'workloads' as const,
    object: one,
  }));
  return { ...synthesis, manifests: [{ file: '10-shop.yaml', cluster: 'k3s', objects: entries }] };
}
