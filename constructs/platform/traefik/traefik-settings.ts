import type { HelmValues } from '../../helm/helm-values';
import type { TraefikObjectName } from './middleware-settings';
import type { TlsOptionSettings } from './tls-option';

/**
 * How clients reach Traefik: through K3s's ServiceLB, through another controller of load balancers (MetalLB, a cloud), on a port of every node,
 * on ports 80 and 443 of the nodes it runs on, or not from outside (behind a tunnel).
 */
export type TraefikExposure = 'servicelb' | 'loadbalancer' | 'nodePort' | 'hostPort' | 'clusterIp';

export type TraefikLogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** One port on which Traefik listens. */
export interface TraefikEntryPoint {
  /** On the Service, or on the host. @default - 80 for `web`, 443 for `websecure`; others must say it */
  readonly port?: number;

  /** Inside the pod. @default - 8000 for `web`, 8443 for `websecure`, else `port`, plus 8000 when it is below 1024 */
  readonly containerPort?: number;

  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP';

  /** Reachable from outside the pod. @default true */
  readonly exposed?: boolean;

  /** Fixed port on every node, from 30000 to 32767. @default - chosen by Kubernetes */
  readonly nodePort?: number;

  /** Port on the host, with any exposure. @default - `port` when the exposure is 'hostPort', else none */
  readonly hostPort?: number;

  /** Routes use TLS. @default - true for `websecure`, else false */
  readonly tls?: boolean;

  /** What every request goes through first. @default - nothing */
  readonly middlewares?: readonly TraefikObjectName[];

  /** Proxies in front whose `X-Forwarded-*` is believed: addresses and CIDRs. @default - none */
  readonly forwardedHeadersFrom?: readonly string[];

  /** Proxies in front that speak the PROXY protocol: addresses and CIDRs. @default - none */
  readonly proxyProtocolFrom?: readonly string[];
}

/** The dashboard; it shows every route, so it is never open. */
export interface TraefikDashboard {
  /** Host name it answers to. */
  readonly host: string;

  /** Middleware that asks who is there, in Traefik's namespace (`kube-system` on K3s): basicAuth, digestAuth or forwardAuth. */
  readonly auth: TraefikObjectName;

  /** @default 'websecure' */
  readonly entryPoint?: string;
}

export interface TraefikProps {
  /** On clusters other than K3s `'servicelb'` is the same as `'loadbalancer'`. @default 'servicelb' */
  readonly exposure?: TraefikExposure;

  /** @default 1 - one on every node when the exposure is 'hostPort' */
  readonly replicas?: number | 'every-node';

  /** Changes to `web` and `websecure`, and further ones, by name. @default - `web` on 80 and `websecure` on 443 */
  readonly entryPoints?: Readonly<Record<string, TraefikEntryPoint>>;

  /** Send clients of `web` to `websecure` for good. @default false */
  readonly redirectToHttps?: boolean;

  /** `Local` keeps the client's address, and only nodes that run Traefik answer. @default 'Cluster' */
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';

  /** CIDRs that may connect. @default - any */
  readonly loadBalancerSourceRanges?: readonly string[];

  /** @default - none */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;

  /** Such as `svccontroller.k3s.cattle.io/lbpool`, which chooses the nodes ServiceLB uses. @default - none */
  readonly serviceLabels?: Readonly<Record<string, string>>;

  /** Ingress objects without a class are Traefik's. @default true */
  readonly isDefaultClass?: boolean;

  /** What every route without options of its own asks of TLS connections. @default - Traefik's own: TLS 1.2 and newer */
  readonly tls?: TlsOptionSettings;

  /** TLS Secret in Traefik's namespace for hosts that no other certificate fits. @default - self-signed by Traefik */
  readonly defaultCertificate?: string;

  /** @default - off */
  readonly dashboard?: TraefikDashboard;

  /** @default 'INFO' */
  readonly logLevel?: TraefikLogLevel;

  /** A line per request, in the pod's log. @default - off */
  readonly accessLog?: boolean | { readonly format: 'common' | 'json' };

  /** Metrics for Prometheus, inside the cluster. @default true */
  readonly metrics?: boolean;

  /** Serve Gateway API routes as well, by GatewayClass `traefik`. Outside of K3s its CRDs must be there. @default false */
  readonly gatewayApi?: boolean;

  /** Routes may use middlewares, TLS options and services of other namespaces. @default false */
  readonly allowCrossNamespace?: boolean;

  /** Routes may lead to Services of type ExternalName. @default false */
  readonly allowExternalNameServices?: boolean;

  /** Merged key by key. @default - none in K3s's own Traefik; elsewhere requests of 50m and 64Mi and a limit of 256Mi */
  readonly resources?: TraefikResources;

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;

  /** Where the chart is installed; K3s's own is in `kube-system`. @default 'traefik' */
  readonly namespace?: string;
}

/** Kubernetes quantities. */
export interface TraefikResources {
  /** @default - none */
  readonly requests?: { readonly cpu?: string; readonly memory?: string };

  /** @default - none */
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
}
