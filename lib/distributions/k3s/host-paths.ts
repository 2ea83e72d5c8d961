import type { NodeRole } from '../../cluster/node';
import type { K3sNode } from './model';

/** Where K3s keeps all its state unless told otherwise. */
export const DEFAULT_DATA_DIR = '/var/lib/rancher/k3s';

/** The node's data directory. */
export function dataDirOf(node: K3sNode): string {
  return node.settings.dataDir ?? DEFAULT_DATA_DIR;
}

const CONFIG_DIR = '/etc/rancher/k3s';

/** Paths on hosts that do not depend on the data directory. */
export const hostPaths = {
  binary: '/usr/local/bin/k3s',
  config: `${CONFIG_DIR}/config.yaml`,

  /** What K3s reads only when the node registers: labels and taints. */
  registration: `${CONFIG_DIR}/config.yaml.d/40-registration.yaml`,

  /**
   * How the node comes into the cluster: `server` or `cluster-init`. On agents it is a file like others; on servers it is a fact that only
   * a run knows (docs/decisions/0003-bootstrap-drop-in.md).
   */
  bootstrap: `${CONFIG_DIR}/config.yaml.d/50-bootstrap.yaml`,

  /** Written by a run on servers whose datastore has been there once. */
  initialised: `${CONFIG_DIR}/initialised`,

  /**
   * The token K3s reads. Written by a run, from one of the next two: `K10<hash of the CA>::server:<token>` (agents: `node`), or the token
   * alone on the server that makes the cluster, before there is a CA.
   */
  token: `${CONFIG_DIR}/token`,

  /** What servers join with. */
  serverToken: `${CONFIG_DIR}/server-token`,

  /** What agents join with. */
  agentToken: `${CONFIG_DIR}/agent-token`,
  registries: `${CONFIG_DIR}/registries.yaml`,
  flannel: `${CONFIG_DIR}/flannel.json`,
  auditPolicy: `${CONFIG_DIR}/audit-policy.yaml`,
  admission: `${CONFIG_DIR}/admission.yaml`,
  eventRateLimit: `${CONFIG_DIR}/event-rate-limit.yaml`,
  snapshotCa: `${CONFIG_DIR}/etcd-s3-ca.crt`,
  sysctl: '/etc/sysctl.d/90-k3stack.conf',
} as const;

/** Paths of the systemd unit that runs K3s in a role. */
export function unitPaths(role: NodeRole): {
  readonly unit: string;
  readonly ceiling: string;
  readonly environment: string;
} {
  const unit = `/etc/systemd/system/${serviceName(role)}.service`;
  return { unit, ceiling: `${unit}.d/50-ceiling.conf`, environment: `${unit}.env` };
}

/** Name of the systemd unit that runs K3s in a role. */
export function serviceName(role: NodeRole): string {
  return role === 'server' ? 'k3s' : 'k3s-agent';
}
