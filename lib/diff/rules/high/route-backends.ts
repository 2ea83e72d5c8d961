import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import { idKey, kindOf, type ObjectId } from '../../object-id';
import { ROUTE_KINDS } from '../route-entries';
import type { RiskRule, SubjectHit } from '../risk-rule';
import { at, mapsAt, plain, some } from '../rule-text';

/** Routes that lead to nothing. */
export const routeBackendRules: readonly RiskRule[] = [
  {
    id: 'route-backend-lost',
    level: 'high',
    on: 'environment',
    title: 'A route leads to a Service or a port that is not there',
    reason:
      'A route names its Service, and a port of it by number or by name; both have to be written as the Service has them.',
    onApply: 'At once: its requests are answered with an error, such as 404 or 503.',
    fix: 'Write name and port as the Service has them.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules',
    check: (comparison) => {
      const services = new Set(
        comparison.changes.filter(({ id }) => kindOf(id) === 'Service').map(({ id }) => placeKey(id)),
      );
      const routes = new Map(
        comparison.changes.flatMap((change) =>
          change.after === undefined ? [] : [[idKey(change.id), change]],
        ),
      );
      return ROUTE_KINDS.flatMap((kind) =>
        comparison
          .ofKind('after', kind)
          .filter(({ id }) => routes.has(idKey(id)) || services.has(placeKey(id)))
          .flatMap((route) => hitsOf(comparison, route, routes.get(idKey(route.id)))),
      );
    },
  },
];

interface Backend {
  readonly service: ObjectId;

  /** @default - the only one */
  readonly port?: string | number;
}

function hitsOf(
  comparison: Comparison,
  route: ComparedObject,
  change: ObjectChange | undefined,
): readonly SubjectHit[] {
  const former = change === undefined ? route : change.before;
  const old = former === undefined ? [] : backendsOf(former);
  const wereKnown =
    old.length > 0 && old.every((backend) => problemOf(comparison, 'before', backend) === undefined);
  const known = new Set(old.map(keyOf));
  const texts = backendsOf(route).flatMap((backend) => {
    const problem = problemOf(comparison, 'after', backend);
    if (problem === undefined) return [];
    const isOld = known.has(keyOf(backend));
    // That a Service, or a port by its number, goes is said there; one that nobody knew may be made elsewhere.
    if (problem.of === 'service' ? isOld || !wereKnown : isOld && !isNamedNew(comparison, backend)) return [];
    return [problem.text];
  });
  return texts.length === 0
    ? []
    : [{ subject: { type: 'object', id: route.id }, field: 'spec', what: some([...new Set(texts)], 3) }];
}

/** A port by its name that the Service had until now. */
function isNamedNew(comparison: Comparison, backend: Backend): boolean {
  return typeof backend.port === 'string' && problemOf(comparison, 'before', backend) === undefined;
}

function problemOf(
  comparison: Comparison,
  side: 'before' | 'after',
  { service, port }: Backend,
): { readonly of: 'service' | 'port'; readonly text: string } | undefined {
  const found = comparison.find(side, service);
  if (found === undefined) return { of: 'service', text: `Service ${service.name} is not among the objects` };
  const ports = mapsAt(found.object, 'spec', 'ports');
  if (port === undefined || port === BY_ANNOTATION || ports.length === 0) return undefined;
  if (ports.some((one) => one['port'] === port || one['name'] === port)) return undefined;
  const names = ports.map((one) => `${plain(one['port'], '')} ${plain(one['name'], '')}`.trim());
  return { of: 'port', text: `Service ${service.name} has no port ${String(port)}, but ${some(names, 3)}` };
}

function backendsOf({ id, object }: ComparedObject): readonly Backend[] {
  const { cluster, namespace } = id;
  const backend = (name: unknown, port: unknown, place: unknown): Backend[] =>
    typeof name !== 'string'
      ? []
      : [
          {
            service: {
              ...(cluster !== undefined && { cluster }),
              group: '',
              kind: 'Service',
              ...(namespace !== undefined && { namespace: plain(place, namespace) }),
              name,
            },
            ...((typeof port === 'string' || typeof port === 'number') && { port }),
          },
        ];
  const ingress = [
    at(object, 'spec', 'defaultBackend'),
    ...mapsAt(object, 'spec', 'rules').flatMap((rule) =>
      mapsAt(rule, 'http', 'paths').map((path) => path['backend']),
    ),
  ].flatMap((one) =>
    backend(
      at(one, 'service', 'name'),
      at(one, 'service', 'port', 'name') ?? at(one, 'service', 'port', 'number'),
      undefined,
    ),
  );
  const others = [
    ...mapsAt(object, 'spec', 'rules').flatMap((rule) => mapsAt(rule, 'backendRefs')),
    ...mapsAt(object, 'spec', 'routes').flatMap((rule) => mapsAt(rule, 'services')),
  ]
    .filter(({ kind = 'Service' }) => kind === 'Service')
    .flatMap((one) => backend(one['name'], portOf(one['port']), one['namespace']));
  return [...ingress, ...others];
}

/** Traefik takes a number as text as well. */
function portOf(port: unknown): unknown {
  return typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port;
}

function keyOf({ service, port }: Backend): string {
  return `${idKey(service)} ${String(port)}`;
}

function placeKey({ cluster = '', namespace = '' }: ObjectId): string {
  return `${cluster}|${namespace}`;
}

/** https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions */
const BY_ANNOTATION = 'use-annotation';
