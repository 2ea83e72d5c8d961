import type { HostSynthesis } from '../synthesis/synthesis';

/** Addresses that the API may be reached at from outside, the best first: the one that nodes join through, then those that servers are reached at. */
export function apiUrls(registrationUrl: string, servers: readonly HostSynthesis[]): string[] {
  const { port } = new URL(registrationUrl);
  const hosts = servers.flatMap(({ transport, nodeIp }) => [
    ...('ssh' in transport ? [transport.ssh.host] : ['127.0.0.1']),
    ...(nodeIp === undefined ? [] : [nodeIp]),
  ]);
  const urls = hosts.map((host) => `https://${host.includes(':') ? `[${host}]` : host}:${port || 443}`);
  return [...new Set([registrationUrl, ...urls])];
}

/** Host and port of a URL of an API. */
export function apiAddress(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}
