import type { IConstruct } from 'constructs';
import { isDnsLabel, isPort } from '../../../lib/cluster/names';
import { withExamples } from '../../../lib/late';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import type { ConstructViolation } from '../../violations';
import { elsewhere } from './reachable';
import { namedServices, type TraefikConnectedService, type TraefikNamedService } from './route-services';

/** What is wrong with the services that requests or connections go to. */
export function servicesViolations(
  route: IConstruct,
  namespace: string,
  given: readonly ({ readonly weight?: number } & (TraefikNamedService | TraefikConnectedService))[],
  at: readonly string[],
): ConstructViolation[] {
  const services = namedServices(given, namespace);
  const none = {
    rule: 'traefik-route',
    property: propertyAt(at),
    problem: 'names no service',
    fix: "write services: [{ name: 'web', port: 80 }]",
  };
  const weights = services.map(({ weight = 1 }) => weight);
  const idle = {
    ...none,
    problem: 'has no service with a weight above 0: every request would fail',
    fix: 'give one a weight of 1 or more',
  };
  return [
    ...(services.length === 0 ? [none] : []),
    ...(services.length > 0 && weights.every((weight) => weight === 0) ? [idle] : []),
    ...given.flatMap((service, index) => {
      const there = [...at, String(index)];
      const wrong = 'connection' in service ? connectionViolations(route, service, there) : [];
      const named = services[index];
      return wrong.length > 0 || named === undefined
        ? wrong
        : serviceViolations(route, namespace, named, there);
    }),
  ];
}

/** A connection that is not to a Service of the same cluster. */
function connectionViolations(
  route: IConstruct,
  { connection: { host, target } }: TraefikConnectedService,
  at: readonly string[],
): ConstructViolation[] {
  const { construct } = target;
  const violation = (problem: string, fix: string): ConstructViolation[] => [
    { rule: 'traefik-route', property: propertyAt([...at, 'connection']), problem, fix },
  ];
  if (construct === undefined) {
    const fix = 'make an ExternalService for it, and pass the connection of that';
    return violation(`leads to ${describeValue(host)}, which is no Service of the cluster`, fix);
  }
  if (Cluster.tryOf(construct) === Cluster.tryOf(route)) return [];
  return violation(`leads to ${construct.node.path}, which is in another cluster`, 'make the route there');
}

function serviceViolations(
  route: IConstruct,
  namespace: string,
  { name, port, weight = 1, namespace: other }: TraefikNamedService & { readonly weight?: number },
  at: readonly string[],
): ConstructViolation[] {
  const wrong = (key: string, problem: string, fix: string): ConstructViolation => ({
    rule: 'traefik-route',
    property: propertyAt([...at, key]),
    problem,
    fix,
  });
  const isPortName =
    typeof port === 'string' && /^(?=.{1,15}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(port) && /[a-z]/.test(port);
  return [
    ...(isDnsLabel(withExamples(name))
      ? []
      : [wrong('name', `must be the name of a Service, got ${describeValue(name)}`, "write name: 'web'")]),
    ...(isPortName || (typeof port === 'number' && isPort(port))
      ? []
      : [
          wrong(
            'port',
            `must be a number from 1 to 65535 or the name of a port, got ${describeValue(port)}`,
            typeof port === 'string' && isPort(Number(port))
              ? `write port: ${Number(port)}`
              : 'write port: 80',
          ),
        ]),
    ...(Number.isInteger(weight) && weight >= 0
      ? []
      : [
          wrong(
            'weight',
            `must be a whole number from 0 on, got ${describeValue(weight)}`,
            'write weight: 1',
          ),
        ]),
    ...(other === undefined
      ? []
      : elsewhere(route, namespace, {
          property: propertyAt([...at, 'namespace']),
          to: { namespace: other, name },
        })),
  ];
}
