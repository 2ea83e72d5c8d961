import { withExamples } from '../../late';
import type { K3sModel } from './model';

/** Port that the API and the supervisor listen on unless told otherwise. */
export const DEFAULT_API_PORT = 6443;

/** Port that nodes join through. */
export function apiPort(model: K3sModel): number {
  return model.props.api?.port ?? DEFAULT_API_PORT;
}

/** The one name or address in front of all servers, when there is one. */
export function fixedAddress(model: K3sModel): string | undefined {
  return model.props.api?.registrationAddress ?? model.props.api?.kubeVip?.address;
}

/** Name or address that agents join through: the one in front of all servers, else the first server's. */
export function registrationAddress(model: K3sModel): string {
  const fixed = fixedAddress(model);
  if (fixed !== undefined) return fixed;
  const first = model.nodes.find((node) => node.role === 'server');
  if (first === undefined) return '';
  const ssh = 'ssh' in first.transport ? first.transport.ssh.host : first.name;
  return first.nodeIps[0] ?? ssh;
}

/** What `server` of a joining node says. */
export function registrationUrl(model: K3sModel): string {
  return httpsUrl(registrationAddress(model), apiPort(model));
}

/** `https://host:port`, with brackets around IPv6 addresses; a late value is one when its example is. */
export function httpsUrl(host: string, port: number): string {
  return `https://${withExamples(host).includes(':') ? `[${host}]` : host}:${port}`;
}
