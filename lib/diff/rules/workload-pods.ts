import { listOf, recordOf } from '../../rules/object-needs-made';
import { makesPods, podsOf } from '../../rules/object-pods';
import type { Comparison } from '../comparison';
import type { ComparedObject } from '../object-change';
import { idText, kindOf, type ObjectId } from '../object-id';
import { hasLabels, selects, type Labels } from './label-selector';
import { at, plain } from './rule-text';

type Data = Readonly<Record<string, unknown>>;

/** An object that makes pods. */
export interface Workload {
  readonly id: ObjectId;
  readonly object: ComparedObject['object'];

  /** Of its pods. */
  readonly labels: Labels;
  readonly spec: Data;

  /** Where {@link spec} stands, such as `spec.template.spec`. */
  readonly property: string;
}

/** A container of a pod. */
export interface Container {
  readonly name: string;
  readonly list: 'containers' | 'initContainers' | 'ephemeralContainers';
  readonly container: Data;
}

/** What makes pods in a place, `undefined` for another object; worked out once for all rules. */
export function workloadOf(compared: Pick<ComparedObject, 'id' | 'object'>): Workload | undefined {
  if (!makesPods(compared.id.group, compared.id.kind)) return undefined;
  const known = workloads.get(compared);
  if (known !== undefined) return known;
  const workload = readWorkload(compared);
  if (workload !== undefined) workloads.set(compared, workload);
  return workload;
}

function readWorkload({ id, object }: Pick<ComparedObject, 'id' | 'object'>): Workload | undefined {
  const pods = podsOf(object);
  if (pods === undefined) return undefined;
  const template = pods.property.split('.').slice(0, -1);
  return { id, object, labels: recordOf(at(object, ...template, 'metadata', 'labels')), ...pods };
}

/** Every container, those that start first included. */
export function containersOf(spec: Data): readonly Container[] {
  const known = containers.get(spec);
  if (known !== undefined) return known;
  const found = LISTS.flatMap((list) =>
    listOf(spec[list])
      .map(recordOf)
      .map((container): Container => ({ name: plain(container['name'], ''), list, container })),
  );
  containers.set(spec, found);
  return found;
}

/** Workloads of a side in the namespace of an object. */
export function workloadsBeside(
  comparison: Comparison,
  side: 'before' | 'after',
  id: Pick<ObjectId, 'cluster' | 'namespace'>,
): readonly Workload[] {
  return indexOf(comparison, side).workloads.get(placeOf(id)) ?? [];
}

/** Those of them whose pods have some labels: the selector of a Service. */
export function workloadsWith(
  comparison: Comparison,
  side: 'before' | 'after',
  id: Pick<ObjectId, 'cluster' | 'namespace'>,
  wanted: Labels,
): readonly Workload[] {
  const { labelled } = indexOf(comparison, side);
  const lists = Object.entries(wanted).map(
    ([key, value]) => labelled.get(labelKey(placeOf(id), key, value)) ?? [],
  );
  const [fewest = []] = lists.sort((a, b) => a.length - b.length);
  return fewest.filter(({ labels }) => hasLabels(wanted, labels));
}

/** Workloads of a side in the namespace of an object whose pods a LabelSelector picks. */
export function workloadsSelected(
  comparison: Comparison,
  side: 'before' | 'after',
  id: Pick<ObjectId, 'cluster' | 'namespace'>,
  selector: unknown,
): readonly Workload[] {
  const wanted = recordOf(recordOf(selector)['matchLabels']);
  const near =
    Object.keys(wanted).length > 0
      ? workloadsWith(comparison, side, id, wanted)
      : workloadsBeside(comparison, side, id);
  return near.filter(({ labels }) => selects(selector, labels));
}

/** Every workload of a side. */
export function allWorkloads(comparison: Comparison, side: 'before' | 'after'): readonly Workload[] {
  return [...indexOf(comparison, side).workloads.values()].flat();
}

/** Objects of a side in the namespace of an object, of one kind such as `Service`. */
export function objectsBeside(
  comparison: Comparison,
  side: 'before' | 'after',
  id: Pick<ObjectId, 'cluster' | 'namespace'>,
  kind: string,
): readonly ComparedObject[] {
  return indexOf(comparison, side).kinds.get(`${placeOf(id)}|${kind}`) ?? [];
}

/** Cluster and namespace as one text. */
export function placeOf({ cluster = '', namespace = '' }: Pick<ObjectId, 'cluster' | 'namespace'>): string {
  return `${cluster}|${namespace}`;
}

/** How many pods of a workload run at least: what its autoscaler keeps, where it has one. */
export function leastReplicas(
  comparison: Comparison,
  side: 'before' | 'after',
  { id, object }: Workload,
): number {
  const scaler = indexOf(comparison, side).scalers.get(targetKey(placeOf(id), id.kind, id.name));
  const least =
    scaler === undefined ? at(object, 'spec', 'replicas') : at(scaler.object, 'spec', 'minReplicas');
  return typeof least === 'number' ? least : 1;
}

/** `Deployment shop/web, StatefulSet shop/db`. */
export function namesOf(workloads: readonly Pick<Workload, 'id'>[]): readonly string[] {
  return workloads.map(({ id }) => idText(id)).sort();
}

interface SideIndex {
  /** By {@link placeOf}. */
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;

  /** By {@link placeOf} and one label of their pods. */
  readonly labelled: ReadonlyMap<string, readonly Workload[]>;

  /** By {@link placeOf} and kind. */
  readonly kinds: ReadonlyMap<string, readonly ComparedObject[]>;

  /** Autoscalers, by {@link placeOf} and the workload that they scale. */
  readonly scalers: ReadonlyMap<string, ComparedObject>;
}

function indexOf(comparison: Comparison, side: 'before' | 'after'): SideIndex {
  const sides = remembered.get(comparison) ?? {};
  remembered.set(comparison, sides);
  return (sides[side] ??= makeIndex(comparison[side].objects));
}

function makeIndex(objects: readonly ComparedObject[]): SideIndex {
  const byPlace = new Map<string, Workload[]>();
  const labelled = new Map<string, Workload[]>();
  const kinds = new Map<string, ComparedObject[]>();
  const scalers = new Map<string, ComparedObject>();
  for (const compared of objects) {
    const place = placeOf(compared.id);
    push(kinds, `${place}|${kindOf(compared.id)}`, compared);
    if (kindOf(compared.id) === 'autoscaling/HorizontalPodAutoscaler') {
      const { kind, name } = recordOf(at(compared.object, 'spec', 'scaleTargetRef'));
      const key = targetKey(place, kind, name);
      if (!scalers.has(key)) scalers.set(key, compared);
    }
    const workload = workloadOf(compared);
    if (workload === undefined) continue;
    push(byPlace, place, workload);
    for (const [key, value] of Object.entries(workload.labels))
      push(labelled, labelKey(place, key, value), workload);
  }
  return { workloads: byPlace, labelled, kinds, scalers };
}

function targetKey(place: string, kind: unknown, name: unknown): string {
  return `${place}|${plain(kind, '')}|${plain(name, '')}`;
}

function labelKey(place: string, key: string, value: unknown): string {
  return `${place}|${key}=${plain(value, '')}`;
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;
const workloads = new WeakMap<object, Workload>();
const containers = new WeakMap<Data, readonly Container[]>();
const remembered = new WeakMap<Comparison, { before?: SideIndex; after?: SideIndex }>();

/** Kinds that make pods, as rules name them. */
export const WORKLOAD_KINDS = [
  'Pod',
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'apps/ReplicaSet',
  'batch/Job',
  'batch/CronJob',
] as const;
