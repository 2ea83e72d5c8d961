import type { IConstruct } from 'constructs';
import { nearest } from '../../../lib/nearest';
import { describeValue } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import { namesInProgram, traefikAround } from './in-cluster';
import type { TraefikObjectName } from './middleware-settings';

/** What is wrong with a reference of a route to another object of Traefik. @param namespace That of the route. */
export function referenceViolations(
  route: IConstruct,
  namespace: string,
  {
    property,
    kind,
    to,
  }: { readonly property: string; readonly kind: 'Middleware' | 'TLSOption'; readonly to: TraefikObjectName },
): ConstructViolation[] {
  return [...elsewhere(route, namespace, { property, to }), ...missing(route, { property, kind, to })];
}

/** A reference to another namespace, which Traefik refuses unless it is told otherwise. */
export function elsewhere(
  route: IConstruct,
  namespace: string,
  { property, to }: { readonly property: string; readonly to: TraefikObjectName },
): ConstructViolation[] {
  const traefik = traefikAround(route);
  if (to.namespace === namespace || traefik?.allowCrossNamespace === true) return [];
  return [
    {
      rule: 'traefik-reference',
      property,
      problem: `is in namespace ${describeValue(to.namespace)}, where a route in ${describeValue(namespace)} may not look`,
      fix: `make it in ${describeValue(namespace)}, or write allowCrossNamespace: true in the props of Traefik`,
      // Nobody knows here how a Traefik of somebody else was started.
      ...(traefik === undefined && { blocks: 'nothing' as const }),
    },
  ];
}

/** Traefik drops a route whose middleware it does not find: every request is answered with 404. */
function missing(
  route: IConstruct,
  {
    property,
    kind,
    to,
  }: { readonly property: string; readonly kind: string; readonly to: TraefikObjectName },
): ConstructViolation[] {
  const names = namesInProgram(route, kind, to);
  if (names.includes(to.name)) return [];
  const near = nearest(to.name, names);
  return [
    {
      rule: 'traefik-reference',
      property,
      problem: `names ${kind} ${describeValue(to.name)} of namespace ${describeValue(to.namespace)}, which this program does not make`,
      fix: near === undefined ? 'make it, or see that something else does' : `did you mean '${near}'?`,
      ...(near === undefined && { blocks: 'nothing' as const }),
    },
  ];
}
