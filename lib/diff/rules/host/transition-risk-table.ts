import type { RiskLevel } from '../risk-rule';

/** Which findings of a transition rule are a risk of which level. */
export interface TransitionRisk {
  /** Id of the risk. @default - that of the transition rule */
  readonly id?: string;

  /** Id of the transition rule. */
  readonly rule: string;

  /** What its findings stop. One that stops `provision` is refused before any host is touched. */
  readonly blocks: 'provision' | 'nothing';
  readonly level: Exclude<RiskLevel, 'routine'>;

  /** What was found. */
  readonly title: string;

  /** Why that is a risk. @default - what the transition rule says */
  readonly reason?: string;

  /** What happens when it is applied. */
  readonly onApply: string;
}

const REFUSED = 'It is refused before any host is touched.';

/** Every kind of finding of every transition rule. */
export const TRANSITION_RISKS: readonly TransitionRisk[] = [
  {
    rule: 'cluster-renamed',
    blocks: 'provision',
    level: 'block',
    title: 'A cluster gets another name',
    onApply: REFUSED,
  },
  {
    rule: 'cluster-removed',
    blocks: 'nothing',
    level: 'high',
    title: 'A cluster is removed',
    onApply:
      'Its hosts are uninstalled, and its datastore and local volumes go with them; of a cluster that something else made, the workloads are deleted.',
  },
  {
    rule: 'cluster-distribution-changed',
    blocks: 'provision',
    level: 'block',
    title: 'A cluster becomes another distribution',
    onApply: REFUSED,
  },
  {
    rule: 'host-address-changed',
    blocks: 'provision',
    level: 'block',
    title: 'A host gets another address',
    onApply: REFUSED,
  },
  {
    rule: 'host-renamed',
    blocks: 'provision',
    level: 'block',
    title: 'A machine gets another name',
    onApply: REFUSED,
  },
  {
    rule: 'host-role-changed',
    blocks: 'provision',
    level: 'block',
    title: 'A server becomes an agent, or an agent a server',
    onApply: REFUSED,
  },
  {
    rule: 'host-moved',
    blocks: 'provision',
    level: 'block',
    title: 'A host moves to another cluster',
    onApply: REFUSED,
  },
  {
    rule: 'pool-changed',
    blocks: 'nothing',
    level: 'caution',
    title: 'Agents move to another pool',
    onApply: 'The agents are counted against the limit of their new pool from this update on.',
  },
  {
    rule: 'servers-all-replaced',
    blocks: 'provision',
    level: 'block',
    title: 'No server stays',
    onApply: REFUSED,
  },
  {
    rule: 'etcd-quorum-removal',
    blocks: 'provision',
    level: 'block',
    title: 'Removing servers takes the majority of etcd away',
    onApply: REFUSED,
  },
  {
    rule: 'etcd-replace-order',
    blocks: 'nothing',
    level: 'high',
    title: 'A member of etcd leaves before its replacement joins',
    onApply:
      'The old server is removed first: until the new one has joined, the datastore tolerates one failure less, or none.',
  },
  {
    rule: 'etcd-even-members',
    blocks: 'nothing',
    level: 'caution',
    title: 'The number of etcd members becomes even',
    onApply: 'It works, and tolerates no more failures than one server less.',
  },
  {
    rule: 'coordinator-removed',
    blocks: 'nothing',
    level: 'caution',
    title: 'The first server is removed',
    onApply: 'Work on the cluster as a whole moves to the next server in the same update.',
  },
  {
    rule: 'datastore-changed',
    blocks: 'provision',
    level: 'block',
    title: 'A cluster gets another datastore',
    onApply: REFUSED,
  },
  {
    id: 'datastore-becomes-etcd',
    rule: 'datastore-changed',
    blocks: 'nothing',
    level: 'high',
    title: 'The datastore moves from sqlite to etcd',
    reason:
      'With cluster-init K3s takes the state of sqlite over into etcd, once. It never goes the other way.',
    onApply: 'K3s moves its state at the next start of the server; back to sqlite there is no way.',
  },
  {
    rule: 'k3s-minor-skip',
    blocks: 'provision',
    level: 'block',
    title: 'A release of K3s skips a minor',
    onApply: REFUSED,
  },
  {
    rule: 'k3s-downgrade',
    blocks: 'provision',
    level: 'block',
    title: 'K3s goes back to an older minor',
    onApply: REFUSED,
  },
  {
    id: 'k3s-patch-downgrade',
    rule: 'k3s-downgrade',
    blocks: 'nothing',
    level: 'caution',
    title: 'K3s goes back to an older patch release',
    reason:
      'Kubernetes is the same minor, but what K3s packages with it goes back too, and faults that were mended return.',
    onApply: 'Every node restarts in the older release.',
  },
  {
    rule: 'k3s-agent-newer',
    blocks: 'provision',
    level: 'block',
    title: 'An agent becomes newer than a server',
    onApply: REFUSED,
  },
  {
    rule: 'k3s-etcd-step',
    blocks: 'provision',
    level: 'block',
    title: 'A release step that etcd does not survive safely',
    onApply: REFUSED,
  },
  {
    rule: 'token-secret-changed',
    blocks: 'provision',
    level: 'block',
    title: 'The token comes from another secret',
    onApply: REFUSED,
  },
  {
    rule: 'agent-token-secret-changed',
    blocks: 'nothing',
    level: 'high',
    title: 'The token of agents comes from another secret',
    onApply: 'An agent that restarts before it has the new token does not come back until it has.',
  },
  {
    rule: 'secrets-encryption-changed',
    blocks: 'provision',
    level: 'block',
    title: 'Encryption of Secrets is switched on or off',
    onApply: REFUSED,
  },
  {
    id: 'encryption-cipher-changed',
    rule: 'secrets-encryption-changed',
    blocks: 'nothing',
    level: 'caution',
    title: 'Secrets get another cipher',
    reason: 'What is stored stays as it was encrypted until it is written again.',
    onApply: 'Only Secrets that are written from now on have it.',
  },
  {
    rule: 'network-immutable',
    blocks: 'provision',
    level: 'block',
    title: 'The address ranges or the DNS name of a cluster change',
    onApply: REFUSED,
  },
  {
    id: 'pod-network-provider-changed',
    rule: 'flannel-backend-changed',
    blocks: 'provision',
    level: 'block',
    title: 'The pod network is made by another provider',
    onApply: REFUSED,
  },
  {
    rule: 'flannel-backend-changed',
    blocks: 'nothing',
    level: 'high',
    title: 'The pod network changes its backend',
    onApply:
      'Pods on nodes with different backends do not reach each other until every node has the new one.',
  },
  {
    rule: 'registration-address-changed',
    blocks: 'nothing',
    level: 'caution',
    title: 'The address of the API changes',
    onApply: 'Kubeconfigs and nodes that join use the new address; it has to answer before.',
  },
  {
    rule: 'data-dir-changed',
    blocks: 'provision',
    level: 'block',
    title: 'A node gets another data directory',
    onApply: REFUSED,
  },
  {
    id: 'must-match-while-joining',
    rule: 'must-match-changed',
    blocks: 'provision',
    level: 'block',
    title: 'Options that servers must share change while a server joins',
    onApply: REFUSED,
  },
  {
    rule: 'must-match-changed',
    blocks: 'nothing',
    level: 'caution',
    title: 'Options that servers must share change',
    onApply: 'Servers differ until the last one has restarted.',
  },
  {
    rule: 'auto-deploy-removed',
    blocks: 'nothing',
    level: 'caution',
    title: 'Objects leave the manifests on the servers',
    onApply: 'K3s does not delete them: they live on without an owner.',
  },
];
