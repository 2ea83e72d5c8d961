import type { TraefikRoutePath } from './route-settings';

/** Rule of Traefik for the hosts and one path of a route (traefik/traefik@v3.6.12:pkg/muxer/http/matcher.go). */
export function matchRule(hosts: readonly string[], { path, pathType, methods }: TraefikRoutePath): string {
  return [
    anyOf(hosts.map(hostRule)),
    ...(path === undefined || (path === '/' && pathType !== 'Exact') ? [] : [pathRule(path, pathType)]),
    ...(methods === undefined ? [] : [anyOf(methods.map((method) => `Method(\`${method}\`)`))]),
  ].join(' && ');
}

/** Rule for the hosts alone. */
export function hostsRule(hosts: readonly string[]): string {
  return anyOf(hosts.map(hostRule));
}

/** Rule of TCP routes for the host names that TLS clients ask for; `*` is any, also of clients without TLS. */
export function sniRule(hosts: readonly string[]): string {
  return anyOf(
    hosts.map((host) =>
      host.startsWith('*.') ? `HostSNIRegexp(\`${wildcard(host)}\`)` : `HostSNI(\`${host}\`)`,
    ),
  );
}

function hostRule(host: string): string {
  return host.startsWith('*.') ? `HostRegexp(\`${wildcard(host)}\`)` : `Host(\`${host}\`)`;
}

/** `Host` knows wildcards from Traefik 3.7 on only. */
function wildcard(host: string): string {
  return `^[a-z0-9-]+\\.${host.slice(2).replaceAll('.', '\\.')}$`;
}

/** `PathPrefix` alone compares characters: `/api` would take `/apis` too. */
function pathRule(path: string, pathType: TraefikRoutePath['pathType']): string {
  if (pathType === 'Exact') return `Path(\`${path}\`)`;
  if (path.endsWith('/')) return `PathPrefix(\`${path}\`)`;
  return `(Path(\`${path}\`) || PathPrefix(\`${path}/\`))`;
}

function anyOf(rules: readonly string[]): string {
  return rules.length === 1 ? (rules[0] ?? '') : `(${rules.join(' || ')})`;
}
