import { bytesOf, coresOf, isQuantity } from '../cluster/quantity';
import type { KubernetesObject } from '../synthesis/synthesis';
import { groupOf, listOf, recordOf } from './object-needs-made';

type Data = Readonly<Record<string, unknown>>;

/** The pods that an object makes. */
export interface PodSource {
  readonly spec: Data;

  /** Where it stands in the object, such as `spec.template.spec`. */
  readonly property: string;
}

/** The pods that an object makes; `undefined` for objects that make none. */
export function podsOf(object: KubernetesObject): PodSource | undefined {
  const { group, keys } = POD_KINDS[object.kind] ?? {};
  if (keys === undefined || groupOf(object) !== group) return undefined;
  let spec: Data = object;
  for (const key of keys) spec = recordOf(spec[key]);
  return { spec, property: keys.join('.') };
}

/** Whether objects of a kind make pods. */
export function makesPods(group: string, kind: string): boolean {
  return POD_KINDS[kind]?.group === group;
}

/** Amounts by resource: cores for `cpu`, bytes or plain numbers for the others. */
export type Amounts = Readonly<Record<string, number>>;

/**
 * What a pod requests: its containers together, or what its init containers need before them, and the overhead. What it sets for the whole pod wins
 * (kubernetes/component-helpers@v0.36.3:resource/helpers.go, PodRequests). Quantities that cannot be read count as nothing.
 */
export function podRequests(spec: Data): Amounts {
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of listOf(spec['initContainers']).map(recordOf)) {
    const own = containerRequests(container);
    const isSidecar = container['restartPolicy'] === 'Always';
    if (isSidecar) sidecars = add(sidecars, own);
    starting = highest(starting, isSidecar ? sidecars : add(sidecars, own));
  }
  const running = listOf(spec['containers']).map(recordOf).map(containerRequests).reduce(add, sidecars);
  const whole = amountsOf(recordOf(spec['resources'])['requests']);
  return add({ ...highest(running, starting), ...whole }, amountsOf(spec['overhead']));
}

/** What a container requests; the API server fills in its limits where it requests nothing. */
export function containerRequests(container: Data): Amounts {
  const resources = recordOf(container['resources']);
  return { ...amountsOf(resources['limits']), ...amountsOf(resources['requests']) };
}

/** Index of the container that requests most of a resource; 0 when none does. */
export function hungriest(spec: Data, resource: string): number {
  const amounts = listOf(spec['containers']).map(
    (container) => containerRequests(recordOf(container))[resource] ?? 0,
  );
  return Math.max(0, amounts.indexOf(Math.max(...amounts)));
}

/** How many pods an object keeps running; 0 for those that end by themselves. @param matching Nodes that a DaemonSet runs on. */
export function podCount(object: KubernetesObject, matching: number): number {
  if (object.kind === 'Pod') return 1;
  if (object.kind === 'DaemonSet') return matching;
  if (object.kind === 'Job' || object.kind === 'CronJob') return 0;
  const replicas = recordOf(object['spec'])['replicas'];
  return typeof replicas === 'number' ? replicas : 1;
}

function amountsOf(list: unknown): Amounts {
  const known = Object.entries(recordOf(list)).flatMap(([resource, quantity]): [string, number][] => {
    const text = typeof quantity === 'number' ? String(quantity) : quantity;
    if (!isQuantity(text)) return [];
    return [[resource, resource === 'cpu' ? coresOf(text) : bytesOf(text)]];
  });
  return Object.fromEntries(known);
}

function add(left: Amounts, right: Amounts): Amounts {
  return merge(left, right, (a, b) => a + b);
}

function highest(left: Amounts, right: Amounts): Amounts {
  return merge(left, right, Math.max);
}

function merge(left: Amounts, right: Amounts, join: (a: number, b: number) => number): Amounts {
  const sums: Record<string, number> = { ...left };
  for (const [resource, amount] of Object.entries(right)) sums[resource] = join(sums[resource] ?? 0, amount);
  return sums;
}

const TEMPLATE = ['spec', 'template', 'spec'];
const POD_KINDS: Readonly<
  Partial<Record<string, { readonly group: string; readonly keys: readonly string[] }>>
> = {
  Pod: { group: '', keys: ['spec'] },
  Deployment: { group: 'apps', keys: TEMPLATE },
  StatefulSet: { group: 'apps', keys: TEMPLATE },
  DaemonSet: { group: 'apps', keys: TEMPLATE },
  ReplicaSet: { group: 'apps', keys: TEMPLATE },
  Job: { group: 'batch', keys: TEMPLATE },
  CronJob: { group: 'batch', keys: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] },
};
