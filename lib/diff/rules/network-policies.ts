import { recordOf } from '../../rules/object-needs-made';
import type { Comparison } from '../comparison';
import { groupBy } from '../group-by';
import type { ComparedObject } from '../object-change';
import type { ObjectId } from '../object-id';
import { selects, type Labels } from './label-selector';
import { isolates, type Direction } from './network-reach';
import { at } from './rule-text';
import { placeOf } from './workload-pods';

/** Policies of a side that select pods of such labels in the namespace of an object. */
export function policiesFor(
  comparison: Comparison,
  side: 'before' | 'after',
  id: Pick<ObjectId, 'cluster' | 'namespace'>,
  labels: Labels,
): readonly ComparedObject[] {
  const policies = policiesOf(comparison, side);
  const place = placeOf(id);
  const keys = [bucketKey(place), ...Object.entries(labels).map((label) => bucketKey(place, label))];
  return keys
    .flatMap((key) => policies.get(key) ?? [])
    .filter(({ object }) => selects(at(object, 'spec', 'podSelector'), labels));
}

/** Whether some policy of a side isolates pods of such labels. */
export function isIsolated(
  comparison: Comparison,
  side: 'before' | 'after',
  id: Pick<ObjectId, 'cluster' | 'namespace'>,
  labels: Labels,
  direction: Direction,
): boolean {
  return policiesFor(comparison, side, id, labels).some((policy) => isolates(policy, direction));
}

type Policies = ReadonlyMap<string, readonly ComparedObject[]>;

/** By namespace and the first label that each asks for, so that few have to be held against a pod. */
function policiesOf(comparison: Comparison, side: 'before' | 'after'): Policies {
  const sides = remembered.get(comparison) ?? {};
  remembered.set(comparison, sides);
  return (sides[side] ??= groupBy(
    comparison.ofKind(side, 'networking.k8s.io/NetworkPolicy'),
    ({ id, object }) => {
      const [label] = Object.entries(recordOf(at(object, 'spec', 'podSelector', 'matchLabels')));
      return bucketKey(placeOf(id), label);
    },
  ));
}

function bucketKey(place: string, label?: readonly [string, unknown]): string {
  return label === undefined ? place : `${place}|${label[0]}=${String(label[1])}`;
}

const remembered = new WeakMap<Comparison, { before?: Policies; after?: Policies }>();
