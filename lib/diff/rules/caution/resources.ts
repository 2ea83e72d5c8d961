import { bytesOf, coresOf, isQuantity } from '../../../cluster/quantity';
import type { ObjectChange } from '../../object-change';
import type { Comparison } from '../../comparison';
import type { Violation } from '../../../rules/violation';
import type { RiskHit, RiskRule, SubjectHit } from '../risk-rule';
import { at, cut, fieldIn, fromTo } from '../rule-text';
import { containersOf, WORKLOAD_KINDS, workloadOf } from '../workload-pods';

/** What pods may use, and whether nodes have it. */
export const resourceRules: readonly RiskRule[] = [
  {
    id: 'limit-removed',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container has no limit of memory or disk any more',
    reason:
      'A leak takes the memory or the disk of the whole node, and other pods there are killed or evicted with it.',
    onApply: 'Its pods are made anew and may use all that their node has.',
    fix: 'Keep the limit, a bit above what it uses at its busiest.',
    source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    check: (change) => amountHits(change, 'limits', ['memory', 'ephemeral-storage'], 'removed'),
  },
  {
    id: 'limit-lowered',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container may use less than before',
    reason:
      'Above its memory limit it is killed, above its CPU limit slowed down, above ephemeral-storage its pod is evicted.',
    onApply: 'Its pods are made anew with the lower limit.',
    fix: 'Compare it with what the container used at its busiest: kubectl top pod --containers.',
    source:
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run',
    check: (change) => amountHits(change, 'limits', ['cpu', 'memory', 'ephemeral-storage'], 'lowered'),
  },
  {
    id: 'request-lowered',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container is promised less than before, or nothing',
    reason: 'Where a node runs short, pods that use more than they request are the first to be evicted.',
    onApply: 'Its pods are made anew; more of them may be put on one node.',
    fix: 'Request what it uses on a usual day.',
    source:
      'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#pod-selection-for-kubelet-eviction',
    check: (change) => [
      ...amountHits(change, 'requests', ['cpu', 'memory', 'ephemeral-storage'], 'removed'),
      ...amountHits(change, 'requests', ['cpu', 'memory', 'ephemeral-storage'], 'lowered'),
    ],
  },
  {
    id: 'pods-without-node',
    level: 'caution',
    on: 'environment',
    title: 'Pods ask for more than the nodes have',
    reason: 'They stay Pending, however long one waits.',
    onApply: 'New pods are not started; of a rolling update the old ones stay.',
    fix: 'Ask for less, change what they say about their node, or add one.',
    source: 'lib/rules/object-placement-rules.ts; docs/rules.md',
    check: placementHits,
  },
];

function amountHits(
  { before, after }: ObjectChange,
  part: 'limits' | 'requests',
  resources: readonly string[],
  wanted: 'removed' | 'lowered',
): readonly RiskHit[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (old === undefined || now === undefined) return [];
  const had = new Map(containersOf(old.spec).map(({ name, container }) => [name, container]));
  return containersOf(now.spec).flatMap(({ name, list, container }) =>
    resources.flatMap((resource): RiskHit[] => {
      const long = quantityAt(had.get(name), part, resource);
      // A limit counts as the request where none is written.
      const short =
        quantityAt(container, part, resource) ??
        (part === 'requests' ? quantityAt(container, 'limits', resource) : undefined);
      const is =
        short === undefined
          ? 'removed'
          : long !== undefined && valueOf(resource, short) < valueOf(resource, long)
            ? 'lowered'
            : 'same';
      if (long === undefined || is !== wanted) return [];
      return [
        {
          field: fieldIn(now.property, list, { name }, 'resources', part, resource),
          what: `container ${name}: ${resource} ${fromTo(long, short)}`,
        },
      ];
    }),
  );
}

function quantityAt(container: unknown, part: 'limits' | 'requests', resource: string): string | undefined {
  const amount = at(container, 'resources', part, resource);
  const text = typeof amount === 'number' ? String(amount) : amount;
  return isQuantity(text) ? text : undefined;
}

function valueOf(resource: string, quantity: string): number {
  return resource === 'cpu' ? coresOf(quantity) : bytesOf(quantity);
}

/** What the synthesis of the state after warns of, and that of before did not. */
function placementHits({ before, after, environment }: Comparison): readonly SubjectHit[] {
  const known = new Set(warningsOf(before.synthesis?.warnings).map(keyOf));
  return warningsOf(after.synthesis?.warnings)
    .filter((warning) => !known.has(keyOf(warning)))
    .map((warning) => ({ ...subjectOf(warning, after, environment), what: cut(warning.problem) }));
}

function warningsOf(warnings: readonly Violation[] | undefined): readonly Violation[] {
  return (warnings ?? []).filter(({ rule }) => PLACEMENT.includes(rule));
}

function keyOf({ rule, path }: Violation): string {
  return `${rule}|${path}`;
}

/** Violations name the environment before the construct path, objects and clusters do not. */
function subjectOf(
  { path, property }: Violation,
  { objects, synthesis }: Comparison['after'],
  environment: string,
): Pick<SubjectHit, 'subject' | 'field'> {
  const own = path.startsWith(`${environment}/`) ? path.slice(environment.length + 1) : path;
  const found = objects.find(({ origin }) => origin.path === own);
  if (found !== undefined) return { subject: { type: 'object', id: found.id }, field: property };
  const cluster = synthesis?.clusters.find((one) => one.name === own || one.path === own);
  return { subject: { type: 'cluster', cluster: cluster?.name ?? environment } };
}

const PLACEMENT = ['pod-needs-node', 'requests-fit-node', 'requests-fit-cluster', 'accelerator-needs-node'];
