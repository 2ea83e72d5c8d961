import type { Tls } from '../../workloads/tls';
import type { TraefikObjectName } from './middleware-settings';
import type { TraefikConnectedService, TraefikNamedService } from './route-services';

/** A Kubernetes Service that requests go to: by its name, or of a workload of this program. */
export type TraefikRouteService = TraefikServiceSettings & (TraefikNamedService | TraefikConnectedService);

/** How requests get to a Service. */
export interface TraefikServiceSettings {
  /** Its share among the services of the path. @default 1 */
  readonly weight?: number;

  /** How Traefik speaks to it. @default - https when the port is 443 or named `https…`, else http */
  readonly scheme?: 'http' | 'https' | 'h2c';

  /** Give it the host name that the client asked for. @default true */
  readonly passHostHeader?: boolean;

  /** A client stays with the pod that answered it first, by a cookie. @default false */
  readonly sticky?: boolean | TraefikStickyCookie;

  /** ServersTransport of the route's namespace, such as one with the authority of an `https` service. @default - Traefik's own */
  readonly serversTransport?: string;
}

/** The cookie by which a client stays with a pod. Scripts cannot read it, and with TLS it is sent over TLS only. */
export interface TraefikStickyCookie {
  /** @default - made by Traefik */
  readonly name?: string;

  /** Seconds. @default 0 - until the browser is closed */
  readonly maxAge?: number;

  /** @default 'lax' */
  readonly sameSite?: 'none' | 'lax' | 'strict';
}

/** What happens to requests for one path. */
export interface TraefikRoutePath {
  /** Starts with `/`. @default '/' - everything that no other path takes */
  readonly path?: string;

  /** `Prefix` takes the path and all below it, by whole segments: `/api` and `/api/users`, not `/apis`. @default 'Prefix' */
  readonly pathType?: 'Prefix' | 'Exact';

  /** Methods it answers to, such as `GET`. @default - all */
  readonly methods?: readonly string[];

  /** What requests go through after those of the whole route. @default - nothing more */
  readonly middlewares?: readonly TraefikObjectName[];

  /** One, or several that share the requests by their weights. */
  readonly services: readonly TraefikRouteService[];

  /** The higher one wins when several routes fit. @default - Traefik's own: the longer rule */
  readonly priority?: number;
}

export interface TraefikRouteProps {
  /** Host names that it answers to; `*.example.org` takes any one label in the place of the star. */
  readonly hosts: readonly string[];

  readonly paths: readonly TraefikRoutePath[];

  /** What every request goes through, in this order. @default - nothing */
  readonly middlewares?: readonly TraefikObjectName[];

  /** Certificate of the hosts. @default - that of `setWorkloadDefaults` around it, else `'default'`, which is Traefik's own certificate */
  readonly tls?: Tls;

  /** What the route asks of TLS connections. @default - what Traefik asks of all */
  readonly tlsOptions?: TraefikObjectName;

  /** Send plain requests on `web` to https. @default true, with TLS */
  readonly redirectToHttps?: boolean;

  /** Where it listens. @default - `websecure` with TLS, else `web` */
  readonly entryPoints?: readonly string[];

  /** @default - the id of the construct */
  readonly name?: string;

  /** @default - that of the chart around it, else 'default' */
  readonly namespace?: string;
}
