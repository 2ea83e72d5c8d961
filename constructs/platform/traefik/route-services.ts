import type { IConstruct } from 'constructs';
import type { Connection } from '../../workloads/connection';
import type { IngressFrom } from '../../workloads/workload-network';
import { k3sClusterOf } from '../k3s-cluster-of';
import { traefikAround } from './in-cluster';

/** A Service by name. */
export interface TraefikNamedService {
  /** In the namespace of the route, unless `namespace` says another. */
  readonly name: string;

  /** Number or name of a port of the Service. */
  readonly port: number | string;

  /** Another one needs `allowCrossNamespace` of `Traefik`. @default - that of the route */
  readonly namespace?: string;
}

/** The Service of a workload of this program: Traefik is let in by its NetworkPolicy. */
export interface TraefikConnectedService {
  /** Such as `web.connection`. */
  readonly connection: Connection;
}

/** A service by its name, as `spec` of a route has it. */
export type Named<Settings> = Omit<Settings, 'connection'> & TraefikNamedService;

/** The services of a route by their names. @param namespace That of the route. */
export function namedServices<Settings extends object>(
  services: readonly (Settings & (TraefikNamedService | TraefikConnectedService))[],
  namespace: string,
): Named<Settings>[] {
  return services.map((service): Named<Settings> => {
    if (!('connection' in service)) return service;
    const { connection, ...settings } = service;
    // A workload's host is `name.namespace`.
    const [name = '', own] = connection.host.split('.');
    const other = own === undefined || own === namespace ? {} : { namespace: own };
    return { ...settings, name, ...other, port: connection.port };
  });
}

/** Lets Traefik connect to the workloads among the services of a route. */
export function admitTraefik(
  route: IConstruct,
  services: readonly (TraefikNamedService | TraefikConnectedService)[],
): void {
  for (const service of services) {
    if (!('connection' in service)) continue;
    const { target } = service.connection;
    if ('network' in target) target.network.admit(traefikPods(route), target.port);
  }
}

/** Pods of Traefik, as exactly as the program can know them: its chart labels them so, also the one of K3s. */
export function traefikPods(route: IConstruct): IngressFrom {
  const namespace = traefikAround(route)?.namespace ?? (k3sClusterOf(route) && 'kube-system');
  return { ...(namespace !== undefined && { namespace }), labels: { 'app.kubernetes.io/name': 'traefik' } };
}
