import type { K3sModel, K3sNode } from '../model';
import { fixedAddress } from '../registration';
import { partOf, type SettingsPart } from './part';

/**
 * Where the API listens, and the names in its certificate. A server puts its own addresses there by itself, and K3s shares one certificate
 * among all servers, so the addresses of the others are left out: a new server must not change the files of those that run.
 */
export function apiParts(model: K3sModel, node: K3sNode): SettingsPart[] {
  const { tlsSans = [], port } = model.props.api ?? {};
  const fixed = fixedAddress(model);
  const ssh = 'ssh' in node.transport ? [node.transport.ssh.host] : [];
  const own = new Set([node.name, ...node.nodeIps, ...node.externalIps]);
  const sans = [...new Set([...tlsSans, ...(fixed === undefined ? [] : [fixed]), ...ssh])].filter(
    (san) => !own.has(san),
  );
  return [
    partOf('api.port', { 'https-listen-port': port }),
    partOf(undefined, sans.length > 0 ? { 'tls-san': sans } : {}),
  ];
}
