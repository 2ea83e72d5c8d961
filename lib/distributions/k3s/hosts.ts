import type { Transport } from '../../cluster/node';
import type { HostSynthesis } from '../../synthesis/synthesis';
import type { HostContext } from '../distribution';
import { artifactsOf } from './artifacts';
import { allSettings } from './files/config';
import { hostFiles } from './host-files';
import type { K3sModel, K3sNode } from './model';

/** Every host of a cluster, in declared order, with its files exactly as they will lie there. */
export function hosts(model: K3sModel, context: HostContext): HostSynthesis[] {
  return model.nodes.map((node) => hostOf(model, node, context));
}

function hostOf(model: K3sModel, node: K3sNode, context: HostContext): HostSynthesis {
  const { name, path, role, pool, architecture, nodeIps, version } = node;
  const { labels = {}, annotations = {}, taints = [], capacity, hostname } = node.settings;
  return {
    name,
    path,
    cluster: model.name,
    role,
    ...(pool !== undefined && { pool }),
    architecture,
    transport: withHostKeys(node.transport, context),
    ...(nodeIps[0] !== undefined && { nodeIp: nodeIps[0] }),
    version,
    settings: allSettings(model, node),
    labels: sortedByKey(labels),
    annotations: sortedByKey(annotations),
    taints: taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).sort(),
    ...(capacity !== undefined && { capacity }),
    ...(hostname !== undefined && { hostname }),
    ...rotations(model, node),
    files: hostFiles(model, node),
    artifacts: artifactsOf(model, node, context),
  };
}

/** Certificates of agents are renewed by the servers whenever an agent starts. */
function rotations(
  { props: { rotate = {} } }: K3sModel,
  { role }: K3sNode,
): Pick<HostSynthesis, 'rotations'> {
  const counts = Object.entries({
    certificates: rotate.certificates,
    'encryption-key': rotate.encryptionKey,
  });
  const raised = counts.filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  return role === 'server' && raised.length > 0 ? { rotations: Object.fromEntries(raised) } : {};
}

/** Host keys that the program does not give are those of `known_hosts`. */
function withHostKeys(transport: Transport, context: HostContext): Transport {
  if (!('ssh' in transport)) return transport;
  const { bastion, ...ssh } = transport.ssh;
  return {
    ssh: {
      ...withHostKey(ssh, context),
      ...(bastion !== undefined && { bastion: withHostKey(bastion, context) }),
    },
  };
}

function withHostKey<H extends { readonly host: string; readonly port?: number; readonly hostKey?: string }>(
  hop: H,
  context: HostContext,
): H {
  const hostKey = hop.hostKey ?? context.hostKey(hop.host, hop.port ?? 22);
  return hostKey === undefined ? hop : { ...hop, hostKey };
}

function sortedByKey(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
