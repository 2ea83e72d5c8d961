import { recordOf } from '../../../rules/object-needs-made';
import { parseRange } from '../../../cluster/ip-range';
import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import { idKey, idText } from '../../object-id';
import type { RiskHit, RiskRule, SubjectHit } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt, plain, some, textsAt } from '../rule-text';
import { lackedLabels } from '../lacked-labels';
import { routesTo } from '../route-entries';
import { containersOf, namesOf, objectsBeside, workloadsWith, type Workload } from '../workload-pods';

/** Services that lead nowhere, elsewhere, or are open to more. */
export const serviceRules: readonly RiskRule[] = [
  {
    id: 'service-removed',
    level: 'high',
    on: 'object',
    kinds: ['Service'],
    title: 'A Service is deleted while it is in use',
    reason: 'Its name and address go; whoever connects to it fails.',
    onApply: 'At once: the name no longer resolves, and an address of a load balancer is given back.',
    fix: 'Keep the Service until nothing names it.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    check: removedHits,
  },
  {
    id: 'service-selects-nothing',
    level: 'high',
    on: 'environment',
    title: 'A Service does not find its pods any more',
    reason: 'Its selector and the labels of the pods have to be equal; no workload has them now.',
    onApply: 'Its endpoints go, at once or pod by pod: connections are refused.',
    fix: 'Change selector and labels together: first pods with both labels, then the selector.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
    check: (comparison) =>
      servicePicks(comparison).flatMap(({ now, picked, picks }): SubjectHit[] =>
        picked.length > 0 &&
        picks.length === 0 &&
        now !== undefined &&
        !picked.some((workload) => isRefused(workload, comparison))
          ? [
              {
                subject: { type: 'object', id: now.id },
                field: 'spec.selector',
                what: `selector ${selectorText(now)}; before: ${some(namesOf(picked))}`,
                ...(picked.every(({ id }) => comparison.find('after', id) === undefined) && {
                  fix: 'Delete the Service with its pods, or keep what makes them.',
                }),
              },
            ]
          : [],
      ),
  },
  {
    id: 'service-selects-others',
    level: 'high',
    on: 'environment',
    title: 'A Service sends its traffic to other pods',
    reason: 'None of the workloads behind it is one of those before.',
    onApply: 'At once, as soon as pods of the new ones are ready; until they are, connections are refused.',
    fix: 'Be sure that the new workload is ready and holds the same data.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
    check: (comparison) =>
      servicePicks(comparison).flatMap(({ old, now, picked, picks }): SubjectHit[] => {
        if (picked.length === 0 || picks.length === 0 || now === undefined) return [];
        // Workloads that make way for others with the same labels: what goes with them is said of themselves.
        const isSame = old !== undefined && selectorText(old) === selectorText(now);
        if (isSame && picked.every(({ id }) => comparison.find('after', id) === undefined)) return [];
        const former = new Set(picked.map(({ id }) => idKey(id)));
        const names = renamedFrom(comparison);
        if (picks.some(({ id }) => former.has(idKey(id)) || former.has(names.get(idKey(id)) ?? '')))
          return [];
        return [
          {
            subject: { type: 'object', id: now.id },
            field: 'spec.selector',
            what: fromTo(some(namesOf(picked), 2), some(namesOf(picks), 2)),
          },
        ];
      }),
  },
  {
    id: 'service-port-closed',
    level: 'high',
    on: 'object',
    kinds: ['Service'],
    title: 'A Service closes a port',
    reason: 'Whoever connects to it fails.',
    onApply: 'At once, for new connections.',
    fix: 'Keep the old port beside the new one until nobody uses it.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const open = new Set(mapsAt(after.object, 'spec', 'ports').map(portText));
      return mapsAt(before.object, 'spec', 'ports')
        .filter((port) => !open.has(portText(port)))
        .map((port) => ({
          field: 'spec.ports',
          what: `${portText(port)}${typeof port['name'] === 'string' ? ` (${port['name']})` : ''} is gone`,
        }));
    },
  },
  {
    id: 'service-target-lost',
    level: 'high',
    on: 'environment',
    title: 'A Service names a port that its pods no longer have',
    reason: 'A targetPort that is a name has to stand in the ports of a container.',
    onApply: 'The port gets no endpoints: connections are refused.',
    fix: 'Name the port of the container as before, or change targetPort with it.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
    check: (comparison) =>
      servicePicks(comparison).flatMap(({ old, now, picked, picks }): SubjectHit[] => {
        if (now === undefined || old === undefined || picks.length === 0) return [];
        const wasFound =
          namedTargets(old).filter((name) => picked.some((pod) => portNames(pod).has(name))).length > 0;
        const lost = namedTargets(now).filter((name) => !picks.some((pod) => portNames(pod).has(name)));
        if (!wasFound || lost.length === 0) return [];
        return [
          {
            subject: { type: 'object', id: now.id },
            field: 'spec.ports',
            what: `no container of ${some(namesOf(picks), 2)} has a port ${some(lost)}`,
          },
        ];
      }),
  },
  {
    id: 'service-closed',
    level: 'high',
    on: 'object',
    kinds: ['Service'],
    title: 'A Service closes a way in from outside',
    reason: 'Its node ports or the address of its load balancer are given back.',
    onApply: 'At once; the address may be another one when it comes back.',
    fix: 'Move its clients to the new way in first.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [typeOf(before), typeOf(after)];
      return openness(now) < openness(old) ? [{ field: 'spec.type', what: fromTo(old, now) }] : [];
    },
  },
  {
    id: 'service-exposed',
    level: 'high',
    on: 'object',
    kinds: ['Service'],
    title: 'A Service can be reached from outside the cluster',
    reason: 'Its ports are open at nodes, at a load balancer or to more networks than before.',
    onApply: 'As soon as the address is given, which is seconds on most clusters.',
    fix: 'Keep type ClusterIP with an Ingress before it, or set loadBalancerSourceRanges.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
    check: exposedHits,
  },
];

function removedHits({ kind, before }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined || (kind !== 'removed' && kind !== 'renamed')) return [];
  const outside = openness(typeOf(before)) > 0 ? [`it was open from outside as ${typeOf(before)}`] : [];
  const routes = routesTo(comparison, 'after', before.id).map(({ id }) => idText(id));
  const pods = kind === 'renamed' ? [] : namesOf(picksOf(comparison, 'after', before));
  // Another Service may take its place for the pods: a rename in two parts.
  const isReplaced =
    pods.length > 0 &&
    objectsBeside(comparison, 'after', before.id, 'Service').some(
      (other) =>
        comparison.find('before', other.id) === undefined && picksOf(comparison, 'after', other).length > 0,
    );
  const uses = [
    ...outside,
    ...(routes.length > 0 ? [`${some(routes)} still leads to it`] : []),
    ...(pods.length > 0 && !isReplaced ? [`its pods stay: ${some(pods)}`] : []),
  ];
  return uses.length === 0 ? [] : [{ what: some(uses) }];
}

interface ServicePicks {
  readonly old: ComparedObject | undefined;
  readonly now: ComparedObject | undefined;
  readonly picked: readonly Workload[];
  readonly picks: readonly Workload[];
}

/** Workloads behind each Service, before and after; only of Services that are there on both sides and pick by labels. */
function servicePicks(comparison: Comparison): readonly ServicePicks[] {
  const known = remembered.get(comparison);
  if (known !== undefined) return known;
  const found = comparison.ofKind('after', 'Service').flatMap((now): ServicePicks[] => {
    const old = comparison.find('before', now.id);
    if (old === undefined || Object.keys(recordOf(at(now.object, 'spec', 'selector'))).length === 0)
      return [];
    return [
      { old, now, picked: picksOf(comparison, 'before', old), picks: picksOf(comparison, 'after', now) },
    ];
  });
  remembered.set(comparison, found);
  return found;
}

function picksOf(
  comparison: Comparison,
  side: 'before' | 'after',
  { id, object }: ComparedObject,
): readonly Workload[] {
  const selector = recordOf(at(object, 'spec', 'selector'));
  if (Object.keys(selector).length === 0) return [];
  return workloadsWith(comparison, side, id, selector);
}

/** A template without the labels of its own selector is said of the workload: its pods stay as they are. */
function isRefused({ id }: Workload, { find }: Comparison): boolean {
  const now = find('after', id);
  return now !== undefined && lackedLabels(now.object).length > 0;
}

/** By the identity of a renamed object its former one. */
function renamedFrom(comparison: Comparison): ReadonlyMap<string, string> {
  const known = renames.get(comparison);
  if (known !== undefined) return known;
  const found = new Map(
    comparison.changes.flatMap(({ kind, before, after }) =>
      kind === 'renamed' ? [[idKey(after.id), idKey(before.id)]] : [],
    ),
  );
  renames.set(comparison, found);
  return found;
}

function selectorText({ object }: ComparedObject): string {
  return Object.entries(recordOf(at(object, 'spec', 'selector')))
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}

function exposedHits({ before, after }: ObjectChange): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const [old, now] = [typeOf(before), typeOf(after)];
  if (openness(now) > openness(old)) return [{ field: 'spec.type', what: fromTo(old, now) }];
  const addresses = textsAt(after.object, 'spec', 'externalIPs').filter(
    (address) => !textsAt(before.object, 'spec', 'externalIPs').includes(address),
  );
  if (addresses.length > 0) return [{ field: 'spec.externalIPs', what: some(addresses) }];
  if (now !== 'LoadBalancer') return [];
  const ranges = [before, after].map(({ object }) => textsAt(object, 'spec', RANGES));
  const [allowed = [], allows = []] = ranges;
  if (allowed.length === 0) return [];
  const wider =
    allows.length === 0
      ? ['every address']
      : allows.filter((range) => !allowed.some((one) => holds(one, range)));
  return wider.length === 0 ? [] : [{ field: fieldIn('spec', RANGES), what: `also from ${some(wider)}` }];
}

function holds(wide: string, narrow: string): boolean {
  const [left, right] = [parseRange(wide), parseRange(narrow)];
  if (left === undefined || right === undefined) return wide === narrow;
  return left.family === right.family && left.first <= right.first && right.last <= left.last;
}

function typeOf({ object }: ComparedObject): string {
  return plain(at(object, 'spec', 'type'), 'ClusterIP');
}

function openness(type: string): number {
  return OPEN.indexOf(type) + 1;
}

function portText({ port, protocol = 'TCP' }: Readonly<Record<string, unknown>>): string {
  return `${String(port)}/${String(protocol)}`;
}

function namedTargets({ object }: ComparedObject): readonly string[] {
  return mapsAt(object, 'spec', 'ports').flatMap(({ targetPort }) =>
    typeof targetPort === 'string' && !/^\d+$/.test(targetPort) ? [targetPort] : [],
  );
}

function portNames({ spec }: Workload): ReadonlySet<unknown> {
  return new Set(
    containersOf(spec).flatMap(({ container }) => mapsAt(container, 'ports').map(({ name }) => name)),
  );
}

const RANGES = 'loadBalancerSourceRanges';
const OPEN = ['NodePort', 'LoadBalancer'];
const remembered = new WeakMap<Comparison, readonly ServicePicks[]>();
const renames = new WeakMap<Comparison, ReadonlyMap<string, string>>();
