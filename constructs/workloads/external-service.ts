import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { parseAddress } from '../../lib/cluster/ip-range';
import { withExamples } from '../../lib/late';
import {
  checkProps,
  describeValue,
  either,
  list,
  object,
  oneOf,
  text,
  wholeNumber,
} from '../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../violations';
import type { Connection } from './connection';
import { HealthWatch, healthShape, type HealthCheck } from './health-watch';
import { ingressShape, middlewareShape, type IngressChoice } from './ingress';
import { makeRoute } from './route';
import { tlsShape, type Tls } from './tls';
import { Workload } from './workload';

export interface ExternalServiceProps {
  /** Addresses of what it leads to, IPv4 or IPv6; requests are spread over several. */
  readonly address: string | readonly string[];

  /** Port there. */
  readonly port: number;

  /** Port inside of the cluster. @default - `port` */
  readonly servicePort?: number;

  /** What it speaks. @default 'http' */
  readonly appProtocol?: 'http' | 'https' | 'tcp';

  /** Watch whether it answers. @default - nobody watches */
  readonly health?: HealthCheck;

  /** Names it is served under from outside of the cluster, by HTTP. @default - only reached inside of it */
  readonly host?: string | readonly string[];

  /** Beginning of the path that requests must have. @default '/' */
  readonly path?: string;

  /** @default - of the defaults around it, else none, which is refused in production */
  readonly tls?: Tls;

  /** @default - of the defaults around it, else an Ingress of the cluster's first ingress class */
  readonly ingress?: IngressChoice;

  /** What requests go through first, in this order; Traefik only. @default - nothing */
  readonly middlewares?: readonly { readonly reference: string }[];
}

/**
 * Something outside of the cluster, such as a workstation with a GPU, as an ordinary service inside of it: a Service without a selector, and an
 * EndpointSlice that says where its endpoints are.
 */
export class ExternalService extends Workload {
  readonly service: ApiObject;

  /** One for each address family. */
  readonly endpointSlices: readonly ApiObject[];

  /** Ingress, or HTTPRoute; `undefined` without a host. */
  readonly route: ApiObject | undefined;

  /** Its pod is ready while the other end answers; `undefined` without `health`. */
  readonly healthWatch: HealthWatch | undefined;

  /** Gives consumers `HOST`, `PORT` and, unless it is plain TCP, `URL`. */
  readonly connection: Connection;

  constructor(scope: Construct, id: string, props: ExternalServiceProps) {
    super(scope, id, 'external');
    const { problems, sound } = checkProps(props, externalServiceShape);
    const { address = [], port = 80, appProtocol = 'http', health } = sound;
    const { servicePort = port } = sound;
    const addresses = typeof address === 'string' ? [address] : address;
    addCheck(this, () => [
      ...problems,
      ...addressViolations(addresses, 'address' in sound),
      ...(appProtocol === 'tcp' ? tcpViolations(sound) : []),
    ]);

    const name = appProtocol === 'tcp' ? 'tcp' : 'http';
    this.service = this.makeService(name, servicePort, appProtocol);
    this.endpointSlices = this.makeSlices(addresses, { name, port });
    this.route = this.routeTo(sound, { name, number: servicePort });
    this.healthWatch =
      health === undefined
        ? undefined
        : new HealthWatch(this, `${id}-health`, { targets: addresses, port, appProtocol, check: health });
    const host = `${this.name}.${this.namespace}`;
    const isUsual = servicePort === (appProtocol === 'https' ? 443 : 80);
    this.connection = {
      host,
      port: servicePort,
      ...(appProtocol !== 'tcp' && {
        variables: { URL: `${appProtocol}://${host}${isUsual ? '' : `:${servicePort}`}` },
      }),
      target: { construct: this, cidrs: addresses.map(cidrOf), port },
    };
  }

  private makeService(name: string, port: number, appProtocol: string): ApiObject {
    return new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...this.metadata,
        // Without it Traefik speaks HTTP to any port but 443 (traefik/traefik@v3.5.3:pkg/provider/kubernetes/ingress/annotations.go).
        ...(appProtocol === 'https' && {
          annotations: { 'traefik.ingress.kubernetes.io/service.serversscheme': 'https' },
        }),
      },
      spec: { ports: [{ name, port, targetPort: name }] },
    });
  }

  private makeSlices(addresses: readonly string[], port: { name: string; port: number }): ApiObject[] {
    const families = FAMILIES.filter(({ family }) =>
      addresses.some((address) => familyOf(address) === family),
    );
    return families.map(
      ({ family, addressType }) =>
        new ApiObject(this, `endpoints-${addressType.toLowerCase()}`, {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: {
            name: `${this.name}-${addressType.toLowerCase()}`,
            labels: {
              ...this.labels,
              'kubernetes.io/service-name': this.name,
              'endpointslice.kubernetes.io/managed-by': 'k3stack', // the controller's own slices carry its name
            },
          },
          addressType,
          endpoints: addresses
            .filter((address) => familyOf(address) === family)
            .map((address) => ({ addresses: [address], conditions: { ready: true } })),
          ports: [{ ...port, protocol: 'TCP' }],
        }),
    );
  }

  private routeTo(
    props: Partial<ExternalServiceProps>,
    servicePort: { name: string; number: number },
  ): ApiObject | undefined {
    const {
      host,
      path = '/',
      tls = this.defaults.tls,
      ingress = this.defaults.ingress,
      middlewares = [],
    } = props;
    const hosts = typeof host === 'string' ? [host] : (host ?? []);
    if (hosts.length === 0) return undefined;
    return makeRoute(this, { hosts, path, tls, ingress, middlewares }, { servicePort });
  }
}

function addressViolations(addresses: readonly string[], isSound: boolean): ConstructViolation[] {
  const rule = 'external-address';
  if (!isSound) return [];
  if (addresses.length === 0) {
    return [
      { rule, property: 'address', problem: 'is an empty list', fix: "write address: '192.168.10.50'" },
    ];
  }
  return addresses.flatMap((address) => {
    const at = { rule, property: 'address' };
    const text = withExamples(address);
    if (parseAddress(text) === undefined) {
      const problem = `must be an IP address, got ${describeValue(address)}`;
      return [
        {
          ...at,
          problem,
          fix: 'write its address; pods can use a name directly: connectionTo({ host, port, cidrs })',
        },
      ];
    }
    if (!REFUSED.test(text)) return [];
    const problem = `${describeValue(address)} means another thing on every machine, and the API server refuses it`;
    return [{ ...at, problem, fix: 'write the address by which the nodes reach it' }];
  });
}

/** A host and a path are HTTP's. */
function tcpViolations({ host, health }: Partial<ExternalServiceProps>): ConstructViolation[] {
  const rule = 'external-protocol';
  const found: ConstructViolation[] = [];
  if (host !== undefined && host.length > 0) {
    const problem = "is served by HTTP, and appProtocol is 'tcp'";
    const fix = 'remove it, and make a TraefikTcpRoute to this service';
    found.push({ rule, property: 'host', problem, fix });
  }
  if (health?.path !== undefined) {
    const problem = "is asked for by HTTP, and appProtocol is 'tcp'";
    found.push({ rule, property: 'health.path', problem, fix: 'write health: {}, which tries the port' });
  }
  return found;
}

function familyOf(address: string): 4 | 6 {
  return parseAddress(withExamples(address))?.family ?? 4;
}

function cidrOf(address: string): string {
  return `${address}/${familyOf(address) === 6 ? 128 : 32}`;
}

const FAMILIES = [
  { family: 4, addressType: 'IPv4' },
  { family: 6, addressType: 'IPv6' },
] as const;

/** Unspecified, loopback, link-local and multicast (kubernetes/kubernetes@v1.36.3:pkg/apis/core/validation/validation.go, ValidateEndpointIP). */
const REFUSED = /^(0\.0\.0\.0|127\.|169\.254\.|22[4-9]\.|23\d\.|::1?$|fe[89ab][0-9a-f]:|ff)/i;

const port = wholeNumber(1, 65_535);
const externalServiceShape = object(
  {
    address: either(text, list(text)),
    port,
    servicePort: port,
    appProtocol: oneOf('http', 'https', 'tcp'),
    health: healthShape,
    host: either(text, list(text)),
    path: text,
    tls: tlsShape,
    ingress: ingressShape,
    middlewares: middlewareShape,
  },
  'address',
  'port',
);
