import { annotation } from '../../../rules/object-needs-made';
import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import { idKey, idText } from '../../object-id';
import { entriesFor, entriesOf, entryText, type RouteEntry } from '../route-entries';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fromTo, some, textsAt } from '../rule-text';

/** Who serves a route, and whether it is one only. */
export const routeClassRules: readonly RiskRule[] = [
  {
    id: 'ingress-class-changed',
    level: 'caution',
    on: 'object',
    kinds: ['networking.k8s.io/Ingress'],
    title: 'An Ingress goes to another controller',
    reason:
      'Another controller has another address and reads other annotations: logins, redirects and lists of addresses may not be among them.',
    onApply: 'At once: the old controller drops its hosts. Clients need DNS to lead to the new one.',
    fix: 'Make a second Ingress of the new class, move DNS, then remove the first one.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [classOf(before), classOf(after)];
      // Without a class the default one has it already, most of the time.
      return old === now || old === undefined
        ? []
        : [{ field: 'spec.ingressClassName', what: fromTo(old, now ?? 'none, which is the default class') }];
    },
  },
  {
    id: 'route-twice',
    level: 'caution',
    on: 'object',
    kinds: ['networking.k8s.io/Ingress', 'traefik.io/IngressRoute'],
    title: 'Two routes serve the same host and path',
    reason:
      'Only one of them gets the requests, and which one the controller decides: by age, by name, or by chance.',
    onApply:
      'At once: requests may go to the other Service, with the other certificate and without its login.',
    fix: 'Leave the host and path to one of them.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules',
    check: twiceHits,
  },
];

function twiceHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (after === undefined) return [];
  const had = new Set(
    before === undefined
      ? []
      : entriesOf(comparison, 'before', before).flatMap((entry) =>
          rivalsOf(comparison, 'before', entry).map((rival) => pairKey(entry, rival)),
        ),
  );
  const texts = entriesOf(comparison, 'after', after).flatMap((entry) =>
    rivalsOf(comparison, 'after', entry)
      .filter((rival) => !had.has(pairKey(entry, rival)) && isSaidHere(entry, rival, comparison))
      .map((rival) => `${entryText(entry)} is one of ${idText(rival.route.id)} too`),
  );
  return texts.length === 0 ? [] : [{ field: 'spec.rules', what: some([...new Set(texts)], 2) }];
}

/** Entries of other routes, of the same controller and way in, for the same requests. */
function rivalsOf(
  comparison: Comparison,
  side: 'before' | 'after',
  entry: RouteEntry,
): readonly RouteEntry[] {
  const { route, host, path, others, isPrefix } = entry;
  return entriesFor(comparison, side, route.id.cluster, host).filter(
    (one) =>
      idKey(one.route.id) !== idKey(route.id) &&
      one.host === host &&
      one.path === path &&
      one.others === others &&
      one.isPrefix === isPrefix &&
      wayOf(one.route) !== undefined &&
      wayOf(one.route) === wayOf(route),
  );
}

/** Of two that both change one says it. */
function isSaidHere({ route }: RouteEntry, rival: RouteEntry, { changes }: Comparison): boolean {
  const isChanged = changes.some(({ after }) => after === rival.route);
  return !isChanged || idKey(route.id) > idKey(rival.route.id);
}

/** Kind, class and entry points; `undefined` where two are meant, as of a canary, or where one says which is first. */
function wayOf({ id, object }: ComparedObject): string | undefined {
  if (annotation(object, 'nginx.ingress.kubernetes.io/canary') === 'true') return undefined;
  if (id.kind === 'Ingress')
    return JSON.stringify([
      id.kind,
      classOf({ id, object, origin: {} }) ?? '',
      annotation(object, 'traefik.ingress.kubernetes.io/router.entrypoints') ?? '',
    ]);
  return JSON.stringify([id.kind, textsAt(object, 'spec', 'entryPoints')]);
}

function classOf({ object }: ComparedObject): string | undefined {
  const name = at(object, 'spec', 'ingressClassName') ?? annotation(object, 'kubernetes.io/ingress.class');
  return typeof name === 'string' ? name : undefined;
}

function pairKey(entry: RouteEntry, rival: RouteEntry): string {
  return `${idKey(rival.route.id)} ${entryText(entry)}`;
}
