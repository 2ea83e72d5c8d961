import { parseAddress, parseRange } from '../../../lib/cluster/ip-range';
import { withExamples } from '../../../lib/late';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import { containerPortOf, portOf } from './entry-points';
import { TraefikMiddleware } from './middleware';
import type { TraefikObjectName } from './middleware-settings';
import { tlsViolations } from './tls-option';
import type { TraefikDashboard, TraefikEntryPoint, TraefikProps } from './traefik-settings';

/** What is wrong with the props of Traefik, whatever the chart. @param namespace Traefik's own. */
export function traefikViolations(props: TraefikProps, namespace: string): ConstructViolation[] {
  const { entryPoints = {}, redirectToHttps, replicas, tls, dashboard } = props;
  return [
    ...Object.entries(entryPoints).flatMap(([name, entryPoint]) => entryPointViolations(name, entryPoint)),
    ...portConflicts(entryPoints),
    ...(redirectToHttps === true && entryPoints.websecure?.tls === false ? [redirectWithoutTls()] : []),
    ...(replicas === undefined || isReplicas(replicas) ? [] : [wrongReplicas(replicas)]),
    ...cidrViolations('loadBalancerSourceRanges', props.loadBalancerSourceRanges),
    ...exposureViolations(props),
    ...(tls === undefined ? [] : tlsViolations('tls.', tls)),
    ...(dashboard === undefined ? [] : dashboardViolations(dashboard, props, namespace)),
  ];
}

function entryPointViolations(name: string, entryPoint: TraefikEntryPoint): ConstructViolation[] {
  const property = propertyAt(['entryPoints', name]);
  const port = portOf(name, entryPoint);
  const ports = { ...entryPoint, port };
  return [
    ...(ENTRY_POINT_NAME.test(name) && !TAKEN_NAMES.includes(name) ? [] : [wrongName(property, name)]),
    ...(port === undefined ? [missingPort(property)] : []),
    ...(['port', 'containerPort', 'hostPort', 'nodePort'] as const).flatMap((key) =>
      ports[key] === undefined ? [] : portRange(`${property}.${key}`, ports[key], PORT_RANGES[key]),
    ),
    ...cidrViolations(`${property}.forwardedHeadersFrom`, entryPoint.forwardedHeadersFrom),
    ...cidrViolations(`${property}.proxyProtocolFrom`, entryPoint.proxyProtocolFrom),
  ];
}

function wrongName(property: string, name: string): ConstructViolation {
  const problem = TAKEN_NAMES.includes(name)
    ? `is named '${name}', as one that Traefik has inside the cluster`
    : "must be named by lower case letters, digits and '-', at most 15, as ports of containers are";
  return settingViolation(property, problem, 'give it another name');
}

function missingPort(property: string): ConstructViolation {
  return settingViolation(property, 'has no port', 'write the port clients connect to: port: 1883');
}

function portRange(property: string, value: number, [low, high]: readonly [number, number]) {
  if (Number.isInteger(value) && value >= low && value <= high) return [];
  const problem = `must be from ${low} to ${high}, got ${describeValue(value)}`;
  return [settingViolation(property, problem, `write a number from ${low} to ${high}`)];
}

function portConflicts(entryPoints: Readonly<Record<string, TraefikEntryPoint>>): ConstructViolation[] {
  const first = new Map<string, string>(CHART_PORTS);
  const standard: Readonly<Record<string, TraefikEntryPoint>> = { web: {}, websecure: {} };
  const all = Object.entries({ ...standard, ...entryPoints });
  return all.flatMap(([name, entryPoint]) => {
    const { protocol = 'TCP' } = entryPoint;
    const used = { port: portOf(name, entryPoint), containerPort: containerPortOf(name, entryPoint) };
    return Object.entries(used).flatMap(([key, port]) => {
      const id = `${key} ${port}/${protocol}`;
      const other = first.get(id);
      if (port !== undefined && other === undefined) first.set(id, name);
      if (port === undefined || other === undefined) return [];
      const problem = `uses ${protocol} port ${port}, as ${describeValue(other)} does`;
      return [settingViolation(propertyAt(['entryPoints', name, key]), problem, 'write another port')];
    });
  });
}

function cidrViolations(property: string, values: readonly string[] = []): ConstructViolation[] {
  return values
    .filter((value) => !isAddress(withExamples(String(value))))
    .map((value) =>
      settingViolation(
        property,
        `must be addresses or CIDRs, got ${describeValue(value)}`,
        "write ['10.0.0.0/8']",
      ),
    );
}

function isAddress(text: string): boolean {
  return (parseRange(text) ?? parseAddress(text)) !== undefined;
}

/** What the API server refuses for a Service of another type. */
function exposureViolations(props: TraefikProps): ConstructViolation[] {
  const { exposure = 'servicelb', entryPoints = {} } = props;
  const inside = exposure === 'hostPort' || exposure === 'clusterIp';
  const balanced = exposure === 'servicelb' || exposure === 'loadbalancer';
  const refused = [
    ...(balanced || props.loadBalancerSourceRanges === undefined ? [] : ['loadBalancerSourceRanges']),
    ...(inside && props.externalTrafficPolicy !== undefined ? ['externalTrafficPolicy'] : []),
    ...Object.entries(entryPoints)
      .filter(([, { nodePort }]) => inside && nodePort !== undefined)
      .map(([name]) => propertyAt(['entryPoints', name, 'nodePort'])),
  ];
  return refused.map((property) =>
    settingViolation(property, `cannot be set when the exposure is '${exposure}'`, `remove ${property}`),
  );
}

function redirectWithoutTls(): ConstructViolation {
  return settingViolation(
    'redirectToHttps',
    'sends clients to websecure, whose TLS is off',
    'remove tls: false from entryPoints.websecure',
  );
}

function isReplicas(replicas: number | 'every-node'): boolean {
  return replicas === 'every-node' || (Number.isInteger(replicas) && replicas >= 1);
}

function wrongReplicas(replicas: unknown): ConstructViolation {
  return settingViolation(
    'replicas',
    `must be 1 or more, or 'every-node', got ${describeValue(replicas)}`,
    "write replicas: 2, or 'every-node'",
  );
}

function dashboardViolations(
  { host, auth, entryPoint = 'websecure' }: TraefikDashboard,
  { entryPoints = {}, allowCrossNamespace = false }: TraefikProps,
  namespace: string,
): ConstructViolation[] {
  const names = ['web', 'websecure', ...Object.keys(entryPoints)];
  const wrongEntryPoint = `must be one of ${names.map((name) => describeValue(name)).join(', ')}, got ${describeValue(entryPoint)}`;
  return [
    ...(typeof host === 'string' && host !== ''
      ? []
      : [dashboardViolation('.host', 'has no host name', "write host: 'traefik.example.org'")]),
    ...(auth === undefined
      ? [
          dashboardViolation(
            '.auth',
            'is open to everyone who reaches it',
            'write auth: new TraefikMiddleware(…)',
          ),
        ]
      : authViolations(auth, allowCrossNamespace ? auth.namespace : namespace)),
    ...(names.includes(entryPoint)
      ? []
      : [dashboardViolation('.entryPoint', wrongEntryPoint, "write 'websecure'")]),
  ];
}

/** @param reachable Namespace that the dashboard's route may look into. */
function authViolations(auth: TraefikObjectName, reachable: string): ConstructViolation[] {
  const elsewhere = `is a middleware in namespace ${describeValue(auth.namespace)}, where Traefik's own routes may not look`;
  const open =
    auth instanceof TraefikMiddleware && !AUTHENTICATION.includes(auth.kind) ? auth.kind : undefined;
  return [
    ...(auth.namespace === reachable
      ? []
      : [dashboardViolation('.auth', elsewhere, `write namespace: '${reachable}' in its props`)]),
    ...(open === undefined
      ? []
      : [
          dashboardViolation(
            '.auth',
            `is a middleware of kind ${open}, which asks nobody who they are`,
            'use one of kind basicAuth, digestAuth or forwardAuth',
          ),
        ]),
  ];
}

function dashboardViolation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'traefik-dashboard', property: `dashboard${property}`, problem, fix };
}

function settingViolation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'traefik-settings', property, problem, fix };
}

const ENTRY_POINT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** Entry points of the chart that are for the cluster only, and their ports (traefik-helm-chart v34.2.0 to v40.3.0:traefik/values.yaml). */
const TAKEN_NAMES = ['traefik', 'metrics'];
const CHART_PORTS: readonly [string, string][] = [
  ['containerPort 8080/TCP', 'traefik'],
  ['containerPort 9100/TCP', 'metrics'],
];

const PORT_RANGES = {
  port: [1, 65535],
  containerPort: [1024, 65535],
  hostPort: [1, 65535],
  nodePort: [30000, 32767],
} as const;

/** Kinds of middlewares that ask who is there; what a chain or a plugin does cannot be told from here. */
const AUTHENTICATION = ['basicAuth', 'digestAuth', 'forwardAuth', 'chain', 'plugin'];
