/** An option that older releases of K3s had, and what is written today. */
export interface RemovedOption {
  /** First minor without it. */
  readonly removedIn: string;

  readonly instead: string;

  /** Environment variable it was read from. */
  readonly env?: string;
}

/**
 * Options that people still have in their files. Source: history of `pkg/cli/cmds/{server,agent}.go` in k3s-io/k3s; the commit
 * that removed each stands beside it.
 */
export const removedOptions: Readonly<Record<string, RemovedOption>> = {
  'no-deploy': { removedIn: 'v1.26', instead: 'disable' }, // d72377579
  'no-flannel': { removedIn: 'v1.26', instead: "flannel-backend: 'none'" }, // d72377579
  'cluster-secret': { removedIn: 'v1.26', instead: 'token', env: 'K3S_CLUSTER_SECRET' }, // d72377579
  'disable-selinux': { removedIn: 'v1.26', instead: 'selinux, which is off unless set' }, // d72377579
  'multi-cluster-cidr': { removedIn: 'v1.29', instead: 'nothing: Kubernetes dropped the feature' }, // 941119640
  'disable-api-server': { removedIn: 'v1.22', instead: 'disable-apiserver' }, // 24474c573
  'http-listen-port': { removedIn: 'v1.0', instead: 'https-listen-port' }, // ba240d061
  'bootstrap-save': { removedIn: 'v1.0', instead: 'nothing: bootstrap data is always stored' }, // ba240d061
  'storage-endpoint': { removedIn: 'v1.0', instead: 'datastore-endpoint' }, // 99b8222e8
  'storage-cafile': { removedIn: 'v1.0', instead: 'datastore-cafile' }, // 99b8222e8
  'storage-certfile': { removedIn: 'v1.0', instead: 'datastore-certfile' }, // 99b8222e8
  'storage-keyfile': { removedIn: 'v1.0', instead: 'datastore-keyfile' }, // 99b8222e8
};
