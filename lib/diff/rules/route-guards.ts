import { annotation, recordOf } from '../../rules/object-needs-made';
import type { Comparison } from '../comparison';
import type { ComparedObject } from '../object-change';
import { mapsAt, plain } from './rule-text';

type Data = Readonly<Record<string, unknown>>;

/**
 * What keeps requests away from what a route leads to: `auth`, `addresses`, or `middleware <name>` for one that is not among the objects.
 * Middlewares that only change requests are none.
 *
 * @param rule - of an IngressRoute
 */
export function guardsOf(
  comparison: Comparison,
  side: 'before' | 'after',
  route: ComparedObject,
  rule?: Data,
): readonly string[] {
  const names = rule === undefined ? annotated(route) : referred(route, rule);
  const middlewares = names.flatMap(({ namespace, name }) =>
    middlewareGuards(comparison, side, route, namespace, name, 0),
  );
  return [...new Set([...middlewares, ...(rule === undefined ? nginxGuards(route) : [])])];
}

interface MiddlewareName {
  readonly namespace: string;
  readonly name: string;
}

/** `shop-auth@kubernetescrd`: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/ */
function annotated({ object, id }: ComparedObject): readonly MiddlewareName[] {
  const list = annotation(object, 'traefik.ingress.kubernetes.io/router.middlewares') ?? '';
  return list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const full = text.replace(/@.*$/, '');
      const own = `${id.namespace ?? 'default'}-`;
      if (full.startsWith(own)) return { namespace: id.namespace ?? '', name: full.slice(own.length) };
      return { namespace: '', name: full };
    });
}

function referred({ id }: ComparedObject, rule: Data): readonly MiddlewareName[] {
  return mapsAt(rule, 'middlewares').map(({ name, namespace = id.namespace ?? '' }) => ({
    namespace: String(namespace),
    name: String(name),
  }));
}

function middlewareGuards(
  comparison: Comparison,
  side: 'before' | 'after',
  route: ComparedObject,
  namespace: string,
  name: string,
  depth: number,
): readonly string[] {
  const { cluster } = route.id;
  const found = comparison
    .ofKind(side, 'traefik.io/Middleware')
    .find(
      ({ id }) =>
        id.cluster === cluster &&
        (((id.namespace ?? '') === namespace && id.name === name) ||
          `${id.namespace ?? ''}-${id.name}` === name),
    );
  if (found === undefined) return [`middleware ${name}`];
  const spec = recordOf(found.object['spec']);
  const chained = mapsAt(spec, 'chain', 'middlewares').flatMap((link) =>
    depth > 5
      ? []
      : middlewareGuards(
          comparison,
          side,
          route,
          plain(link['namespace'], found.id.namespace ?? ''),
          String(link['name']),
          depth + 1,
        ),
  );
  return [...Object.keys(spec).flatMap((key) => GUARDS[key] ?? []), ...chained];
}

/** https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ */
function nginxGuards({ object }: ComparedObject): readonly string[] {
  const keys = Object.keys(recordOf(object.metadata.annotations));
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => keys.includes(`nginx.ingress.kubernetes.io/${name}`));
  return [
    ...(has('auth-url', 'auth-type', 'auth-tls-secret') ? ['auth'] : []),
    ...(has('whitelist-source-range', 'allowlist-source-range') ? ['addresses'] : []),
  ];
}

/** https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/ */
const GUARDS: Readonly<Partial<Record<string, string>>> = {
  basicAuth: 'auth',
  digestAuth: 'auth',
  forwardAuth: 'auth',
  ipAllowList: 'addresses',
  ipWhiteList: 'addresses',
};
