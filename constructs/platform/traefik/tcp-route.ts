import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps } from '../../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../../violations';
import type { Tls } from '../../workloads/tls';
import { hostViolations } from './host-rules';
import type { TraefikObjectName } from './middleware-settings';
import { referenceViolations } from './reachable';
import { nameOf } from './reference';
import { sniRule } from './route-match';
import { entryPointViolations } from './route-rules';
import {
  admitTraefik,
  namedServices,
  type TraefikConnectedService,
  type TraefikNamedService,
} from './route-services';
import { tcpRouteShape } from './route-shape';
import { routeCertificate, tlsSpec } from './route-tls';
import { servicesViolations } from './service-rules';

/** A Kubernetes Service that connections go to: by its name, or of a workload of this program. */
export type TraefikTcpService = TraefikTcpServiceSettings & (TraefikNamedService | TraefikConnectedService);

/** How connections get to a Service. */
export interface TraefikTcpServiceSettings {
  /** Its share among the services. @default 1 */
  readonly weight?: number;

  /** Speak TLS with it. @default false */
  readonly tls?: boolean;

  /** ServersTransportTCP of the route's namespace. @default - Traefik's own */
  readonly serversTransport?: string;
}

export interface TraefikTcpRouteProps {
  /** Where it listens: entry points of `Traefik`, such as one for port 5432. */
  readonly entryPoints: readonly string[];

  /** Names that TLS clients ask for; only with TLS can one port serve several. @default - every connection */
  readonly hosts?: readonly string[];

  /** One, or several that share the connections by their weights. */
  readonly services: readonly TraefikTcpService[];

  /** Certificate of the hosts; `'passthrough'` leaves TLS to the service. @default false - plain TCP */
  readonly tls?: Tls | 'passthrough';

  /** What the route asks of TLS connections. @default - what Traefik asks of all */
  readonly tlsOptions?: TraefikObjectName;

  /** @default - the id of the construct */
  readonly name?: string;

  /** @default - that of the chart around it, else 'default' */
  readonly namespace?: string;
}

/** Leads connections of an entry point to Services, as an IngressRouteTCP of Traefik: databases, brokers, and TLS that is not Traefik's to end. */
export class TraefikTcpRoute extends Construct {
  readonly name: string;
  readonly namespace: string;

  /** The IngressRouteTCP; `undefined` when the props cannot be read. */
  readonly route: ApiObject | undefined;

  /** The Certificate of cert-manager, when `tls` names an issuer. */
  readonly certificate: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: TraefikTcpRouteProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, tcpRouteShape);
    const { name = id, namespace = Chart.of(this).namespace ?? 'default' } = sound;
    this.name = name;
    this.namespace = namespace;
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    const { hosts = [], tls = false, entryPoints, services } = props;
    if (tls !== 'passthrough') this.certificate = routeCertificate(this, { name, namespace, hosts, tls });
    this.route = new ApiObject(this, 'route', {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRouteTCP',
      metadata: { name, namespace },
      spec: {
        entryPoints,
        routes: [
          {
            match: hosts.length === 0 ? 'HostSNI(`*`)' : sniRule(hosts),
            services: namedServices(services, namespace),
          },
        ],
        ...tcpTls(name, tls, props.tlsOptions),
      },
    });
    admitTraefik(this, services);
    addCheck(this, () => [
      ...hostRules(props),
      ...servicesViolations(this, namespace, services, ['services']),
      ...entryPointViolations(this, entryPoints),
      ...(props.tlsOptions === undefined
        ? []
        : referenceViolations(this, namespace, {
            property: 'tlsOptions',
            kind: 'TLSOption',
            to: props.tlsOptions,
          })),
    ]);
  }
}

function tcpTls(name: string, tls: Tls | 'passthrough', options?: TraefikObjectName): object {
  if (tls === false) return {};
  if (tls === 'passthrough')
    return { tls: { passthrough: true, ...(options && { options: nameOf(options) }) } };
  return { tls: tlsSpec(name, tls, options) };
}

/** Without TLS a client names no host, and without hosts there is nothing to make a certificate for. */
function hostRules({ hosts = [], tls = false }: TraefikTcpRouteProps): ConstructViolation[] {
  const rule = 'traefik-route';
  if (hosts.length > 0 && tls === false) {
    const problem = 'are told apart by TLS, which the route does not speak';
    return [{ rule, property: 'hosts', problem, fix: "remove hosts, or write tls: 'passthrough'" }];
  }
  if (hosts.length === 0 && typeof tls === 'object' && 'issuer' in tls) {
    const problem = 'asks for a certificate without a host';
    return [{ rule, property: 'tls', problem, fix: "write hosts: ['db.example.org']" }];
  }
  return hosts.length === 0 ? [] : hostViolations(hosts);
}
