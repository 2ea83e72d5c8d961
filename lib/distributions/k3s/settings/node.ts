import { hostPaths } from '../host-paths';
import type { K3sNode } from '../model';
import { partOf, type SettingsPart } from './part';

/** A node's own name, addresses and directories. */
export function nodeParts(node: K3sNode): SettingsPart[] {
  const { dataDir, logLevel } = node.settings;
  return [
    partOf(undefined, { 'node-name': node.name, 'token-file': hostPaths.token }),
    partOf(undefined, node.role === 'server' ? { 'agent-token-file': hostPaths.agentToken } : {}),
    partOf('nodeIp', node.nodeIps.length > 0 ? { 'node-ip': node.nodeIps } : {}),
    partOf('externalIp', node.externalIps.length > 0 ? { 'node-external-ip': node.externalIps } : {}),
    partOf('dataDir', { 'data-dir': dataDir }),
    partOf('logLevel', { v: logLevel }),
  ];
}
