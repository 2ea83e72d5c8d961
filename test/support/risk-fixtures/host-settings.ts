import { Datastore } from '../../../lib/distributions/k3s/datastore';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { server, servers } from '../k3s-model';
import { k3sSynthesis } from '../k3s-synthesis';
import type { HostRiskFixture } from './host-fixture';

const base = {
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8) },
};
const before = k3sSynthesis(base);
const changed = (props: Partial<K3sClusterProps>) => k3sSynthesis({ ...base, ...props });

const requests = { config: { server: { 'kube-apiserver-arg': { 'max-requests-inflight': 800 } } } };
const s3 = { bucket: 'snapshots', endpoint: 's3.lan', region: 'eu' };
const toS3 = { datastore: Datastore.embeddedEtcd({ s3 }) };
const hardened = { hardening: 'cis' as const };
const mirror = { registries: { mirrors: { 'docker.io': { endpoints: ['https://mirror.lan'] } } } };
const taint = (effect: 'NoExecute' | 'NoSchedule' | 'PreferNoSchedule') =>
  changed({ agents: { ...base.agents, echo: { ...server(8), taints: [{ key: 'gone', effect }] } } });

/** Options, files, backups and commands of hosts that stay. */
export const settingFixtures: readonly HostRiskFixture[] = [
  {
    rule: 'server-options-changed',
    name: 'an argument of the API server',
    before,
    after: changed(requests),
    hits: ['kube-apiserver-arg.max-requests-inflight on alfa, bravo, charlie'],
  },
  {
    rule: 'server-options-changed',
    name: 'another cluster CIDR, which is refused',
    before,
    after: changed({ network: { clusterCidr: ['10.52.0.0/16'] } }),
    hits: [],
  },
  {
    rule: 'server-options-changed',
    name: 'a label, which is applied live',
    before,
    after: changed({ servers: { ...base.servers, alfa: { ...server(1), labels: { zone: 'a' } } } }),
    hits: [],
  },
  {
    rule: 'agent-options-changed',
    name: 'an argument of the kubelet of agents',
    before,
    after: changed({ config: { agent: { 'kubelet-arg': { 'image-gc-high-threshold': 70 } } } }),
    hits: ['kubelet-arg.image-gc-high-threshold on delta, echo'],
  },
  { rule: 'agent-options-changed', name: 'of servers only', before, after: changed(requests), hits: [] },
  {
    rule: 'host-option-immutable',
    name: 'a node gets a second address',
    before,
    after: changed({ agents: { ...base.agents, echo: { ...server(8), nodeIp: ['10.0.0.8', 'fd00::8'] } } }),
    hits: ['node-ip on echo'],
  },
  {
    rule: 'host-option-immutable',
    name: 'another address, which is refused by another rule',
    before,
    after: changed({ agents: { ...base.agents, echo: { ...server(8), nodeIp: '10.0.0.9' } } }),
    hits: [],
  },
  {
    rule: 'host-protection-lost',
    name: 'hardening is taken back',
    before: changed(hardened),
    after: before,
    hits: [
      'requests to the API are not logged',
      'the API server has no admission configuration',
      'the kubelet starts whatever',
      ...Array.from({ length: 2 }, () => ['requests', 'the API server', 'the kubelet']).flat(),
      'the kubelet',
      'the kubelet',
    ],
  },
  {
    rule: 'host-protection-lost',
    name: 'the audit log is kept for longer',
    before: changed({ audit: { maxAge: 30 } }),
    after: changed({ audit: { maxAge: 60 } }),
    hits: [],
  },

  {
    rule: 'backup-removed',
    name: 'snapshots are switched off',
    before,
    after: changed({ datastore: Datastore.embeddedEtcd({ snapshots: false }) }),
    hits: ['no snapshot of etcd is taken on a schedule any more'],
  },
  {
    rule: 'backup-removed',
    name: 'snapshots are not copied any more',
    before: changed(toS3),
    after: before,
    hits: ['snapshots of etcd are not copied to bucket snapshots any more'],
  },
  {
    rule: 'backup-removed',
    name: 'another schedule and another bucket',
    before: changed(toS3),
    after: changed({
      datastore: Datastore.embeddedEtcd({
        snapshots: { schedule: '0 3 * * *' },
        s3: { ...s3, bucket: 'other' },
      }),
    }),
    hits: [],
  },

  {
    rule: 'registries-changed',
    name: 'a mirror is added',
    before,
    after: changed(mirror),
    hits: ['/etc/rancher/k3s/registries.yaml added on alfa, bravo, charlie, delta, echo'],
  },
  {
    rule: 'registries-changed',
    name: 'a new agent gets the file',
    before: changed(mirror),
    after: changed({ ...mirror, agents: { ...base.agents, foxtrot: server(9) } }),
    hits: [],
  },
  {
    rule: 'all-servers-restart',
    name: 'a mirror restarts all',
    before,
    after: changed(mirror),
    hits: ['alfa, bravo, charlie: /etc/rancher/k3s/registries.yaml'],
  },
  {
    rule: 'all-servers-restart',
    name: 'options, told by another rule',
    before,
    after: changed(requests),
    hits: [],
  },
  {
    rule: 'all-servers-restart',
    name: 'one of three',
    before,
    after: changed({ servers: { ...base.servers, alfa: { ...server(1), maxPods: 200 } } }),
    hits: [],
  },

  {
    rule: 'taint-evicts',
    name: 'NoExecute',
    before,
    after: taint('NoExecute'),
    hits: ['echo gets gone=:NoExecute'],
  },
  { rule: 'taint-evicts', name: 'NoSchedule', before, after: taint('NoSchedule'), hits: [] },
  { rule: 'taint-evicts', name: 'taken back', before: taint('NoExecute'), after: before, hits: [] },
  {
    rule: 'taint-added',
    name: 'NoSchedule',
    before,
    after: taint('NoSchedule'),
    hits: ['echo gets gone=:NoSchedule'],
  },
  { rule: 'taint-added', name: 'a preference', before, after: taint('PreferNoSchedule'), hits: [] },

  {
    rule: 'credentials-rotated',
    name: 'certificates and the key of Secrets',
    before,
    after: changed({ rotate: { certificates: 1, encryptionKey: 1 } }),
    hits: ['certificates 0 -> 1 on alfa, bravo, charlie', 'encryption-key 0 -> 1 on alfa, bravo, charlie'],
  },
  {
    rule: 'credentials-rotated',
    name: 'rotated before already',
    before: changed({ rotate: { certificates: 1 } }),
    after: changed({ rotate: { certificates: 1 } }),
    hits: [],
  },
  {
    rule: 'rotation-counter-lowered',
    name: 'counters are forgotten',
    before: changed({ rotate: { certificates: 1, encryptionKey: 2 } }),
    after: before,
    hits: ['certificates 1 -> 0', 'encryption-key 2 -> 0 on alfa, bravo, charlie'],
  },
  {
    rule: 'rotation-counter-lowered',
    name: 'a counter is raised',
    before: changed({ rotate: { encryptionKey: 2 } }),
    after: changed({ rotate: { encryptionKey: 3 } }),
    hits: [],
  },

  {
    rule: 'data-loss-allowed',
    name: 'allowed',
    before: changed({ allowDataLoss: false }),
    after: changed({ allowDataLoss: true }),
    hits: ['ALLOW_DATA_LOSS none -> yes in k3s/retire', 'ALLOW_DATA_LOSS no -> yes in k3s/nodes'],
  },
  {
    rule: 'data-loss-allowed',
    name: 'taken back',
    before: changed({ allowDataLoss: true }),
    after: before,
    hits: [],
  },
  {
    rule: 'drain-weakened',
    name: 'past PodDisruptionBudgets',
    before,
    after: changed({ upgrade: { drain: { disableEviction: true } } }),
    hits: ['DRAIN_DISABLE_EVICTION no -> yes in k3s/retire, alfa/run, bravo/run, charlie/run'],
  },
  {
    rule: 'drain-weakened',
    name: 'no drain',
    before,
    after: changed({ upgrade: { drain: false } }),
    hits: ['DRAIN yes -> no'],
  },
  {
    rule: 'drain-weakened',
    name: 'a longer timeout',
    before,
    after: changed({ upgrade: { drain: { timeout: 900 } } }),
    hits: [],
  },
  {
    rule: 'remote-commands-changed',
    name: 'a host is to be repaired',
    before,
    after: changed({ reconcile: { bravo: 1 } }),
    hits: ['RECONCILE 0 -> 1 in bravo/run'],
  },
  {
    rule: 'remote-commands-changed',
    name: 'a release and a label, told elsewhere',
    before,
    after: changed({
      version: 'v1.34.2+k3s1',
      agents: { ...base.agents, echo: { ...server(8), labels: { zone: 'a' } } },
    }),
    hits: [],
  },
];
