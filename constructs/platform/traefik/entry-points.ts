import type { HelmValue, HelmValues } from '../../helm/helm-values';
import { kubernetesCrdReference } from './reference';
import type { TraefikEntryPoint, TraefikProps } from './traefik-settings';
import type { TraefikValuePaths } from './value-paths';

/** `ports` of Traefik's chart: only what differs from the chart's own entry points. */
export function portValues(props: TraefikProps, paths: TraefikValuePaths): HelmValues {
  const { entryPoints = {}, redirectToHttps = false, exposure } = props;
  const names = [...new Set([...STANDARD.keys(), ...Object.keys(entryPoints)])];
  const ports = names.map((name): [string, HelmValues] => {
    const entryPoint = entryPoints[name] ?? {};
    const redirect = name === 'web' && redirectToHttps ? REDIRECT : {};
    const http = { ...redirect, ...httpValues(entryPoint) };
    return [
      name,
      {
        ...listenValues(name, entryPoint),
        ...hostPortValues(name, entryPoint, exposure === 'hostPort'),
        ...(Object.keys(http).length > 0 && paths.http(http)),
        ...trustValues(entryPoint),
      },
    ];
  });
  return Object.fromEntries(ports.filter(([, values]) => Object.keys(values).length > 0));
}

/** Port of an entry point on the Service. */
export function portOf(name: string, { port }: TraefikEntryPoint): number | undefined {
  return port ?? STANDARD.get(name)?.port;
}

/** Port of an entry point inside the pod. */
export function containerPortOf(name: string, entryPoint: TraefikEntryPoint): number | undefined {
  const { containerPort = STANDARD.get(name)?.containerPort } = entryPoint;
  if (containerPort !== undefined) return containerPort;
  const port = portOf(name, entryPoint);
  // Traefik runs without root, and with every capability dropped it cannot count on ports below 1024.
  return port !== undefined && port < 1024 ? port + 8000 : port;
}

function listenValues(name: string, entryPoint: TraefikEntryPoint): HelmValues {
  const { port, containerPort, protocol, exposed, nodePort } = entryPoint;
  const own = !STANDARD.has(name);
  const expose = exposed ?? (own ? true : undefined);
  const defined = {
    port: own ? containerPortOf(name, entryPoint) : containerPort,
    exposedPort: port,
    expose: expose === undefined ? undefined : { default: expose },
    protocol: protocol ?? (own ? 'TCP' : undefined),
    nodePort,
  };
  return Object.fromEntries(Object.entries(defined).filter(([, value]) => value !== undefined));
}

function hostPortValues(name: string, entryPoint: TraefikEntryPoint, onHosts: boolean): HelmValues {
  const { hostPort, exposed = true } = entryPoint;
  const port = hostPort ?? (onHosts && exposed ? portOf(name, entryPoint) : undefined);
  return port === undefined ? {} : { hostPort: port };
}

function httpValues({ tls, middlewares }: TraefikEntryPoint): HelmValues {
  return {
    ...(tls !== undefined && { tls: { enabled: tls } }),
    ...(middlewares !== undefined && { middlewares: middlewares.map(kubernetesCrdReference) }),
  };
}

function trustValues({ forwardedHeadersFrom, proxyProtocolFrom }: TraefikEntryPoint): HelmValues {
  return {
    ...(forwardedHeadersFrom !== undefined && { forwardedHeaders: { trustedIPs: forwardedHeadersFrom } }),
    ...(proxyProtocolFrom !== undefined && { proxyProtocol: { trustedIPs: proxyProtocolFrom } }),
  };
}

/** `to` is a key of `ports`; the chart refuses a target with TLS unless the scheme is said. */
const REDIRECT: { readonly [key: string]: HelmValue } = {
  redirections: { entryPoint: { to: 'websecure', scheme: 'https', permanent: true } },
};

/** The chart's own (traefik-helm-chart v34.2.0 to v40.3.0:traefik/values.yaml). */
const STANDARD: ReadonlyMap<string, { readonly port: number; readonly containerPort: number }> = new Map([
  ['web', { port: 80, containerPort: 8000 }],
  ['websecure', { port: 443, containerPort: 8443 }],
]);
