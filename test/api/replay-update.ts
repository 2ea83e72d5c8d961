import { setTimeout as sleep } from 'node:timers/promises';
import { isPlainObject } from '../../lib/plain-object';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { established } from './acceptance';
import { type ApiClient, ApiError, type LiveObject, nameOf } from './api-client';

/** What the API server says to an update, in two ways of sending it. */
export interface Answers {
  /** Server-side apply by the manager that made the object, with force: what Pulumi, Argo CD and `kubectl apply --server-side` do. */
  readonly apply: Answer;

  /** A plain update of the live object by what differs: what `kubectl apply` and Helm come down to. */
  readonly put: Answer;
}

/** `undefined` when it takes it, else why not. */
export type Answer = string | undefined;

/** Namespace for the objects of {@link replayUpdate}: pods of any kind are taken. */
export async function prepareNamespace(api: ApiClient, name: string): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  // Its controller does not run.
  await api.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: name },
  });
}

/**
 * Makes the objects before, asks what would become of those after, and removes everything. Claims are bound, as they are where somebody uses
 * them.
 *
 * @throws ApiError when an object before is refused.
 */
export async function replayUpdate(
  api: ApiClient,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): Promise<Answers> {
  return withObjects(api, before, () => answersTo(api, before, after));
}

/** Makes objects, does something with them, and removes them. */
export async function withObjects<Value>(
  api: ApiClient,
  objects: readonly KubernetesObject[],
  use: () => Promise<Value>,
): Promise<Value> {
  const made: KubernetesObject[] = [];
  try {
    for (const object of objects) {
      made.push(object);
      await make(api, object, objects);
    }
    return await use();
  } finally {
    for (const object of made.reverse()) await remove(api, object);
  }
}

/** What the API server says to the objects after, where those before are: a dry run, in which all is validated and admitted, and nothing is stored. */
export async function answersTo(
  api: ApiClient,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): Promise<Answers> {
  const changes = after
    .map((object) => [before.find((other) => isSame(other, object)), object] as const)
    .filter(([old, now]) => JSON.stringify(old) !== JSON.stringify(now));
  return { apply: await ask(changes, (_old, now) => applied(api, now)), put: await ask(changes, put(api)) };
}

/** Why the API server would not make an object; `undefined` when it would. */
export async function refusalToCreate(api: ApiClient, object: KubernetesObject): Promise<Answer> {
  const options = { dryRun: true, allowedWarnings: ANY_WARNING };
  return (
    (await refusal(() => api.create(object, options))) ?? (await refusal(() => api.apply(object, options)))
  );
}

type Change = readonly [old: KubernetesObject | undefined, now: KubernetesObject];

/** Why the first one is refused. */
async function ask(
  changes: readonly Change[],
  send: (old: KubernetesObject | undefined, now: KubernetesObject) => Promise<Answer>,
): Promise<Answer> {
  for (const [old, now] of changes) {
    const answer = await eventually(() => send(old, now));
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The API server learns of classes a moment after they were made: admission is asked again, a limited number of times. */
async function eventually(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const answer = await send();
    if (answer?.includes('storageclass that provisions the pvc') !== true) return answer;
    await sleep(100);
  }
  return send();
}

async function make(
  api: ApiClient,
  object: KubernetesObject,
  all: readonly KubernetesObject[],
): Promise<void> {
  await api.apply(object, { allowedWarnings: ANY_WARNING });
  if (object.kind === 'CustomResourceDefinition') await established(api, object);
  if (object.kind === 'PersistentVolumeClaim') await bind(api, object, all);
}

/** What the controller would write of a claim that got its volume. */
async function bind(
  api: ApiClient,
  claim: KubernetesObject,
  all: readonly KubernetesObject[],
): Promise<void> {
  const live = await withItsClass(api, claim, all);
  const { resources, volumeAttributesClassName } = live['spec'] as {
    readonly resources: { readonly requests: object };
    readonly volumeAttributesClassName?: string;
  };
  await api.patchStatus(claim, {
    phase: 'Bound',
    capacity: resources.requests,
    ...(volumeAttributesClassName !== undefined && {
      currentVolumeAttributesClassName: volumeAttributesClassName,
    }),
  });
}

/** Makes a claim again until the API server has noticed which class is the default one. */
async function withItsClass(
  api: ApiClient,
  claim: KubernetesObject,
  all: readonly KubernetesObject[],
): Promise<LiveObject> {
  const own = (claim['spec'] as { readonly storageClassName?: string }).storageClassName;
  const byDefault = all.find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
  const wanted = own ?? byDefault?.metadata.name;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const live = await api.get(claim);
    if ((live['spec'] as { readonly storageClassName?: string }).storageClassName === wanted) return live;
    await remove(api, claim);
    await sleep(100);
    await api.apply(claim, { allowedWarnings: ANY_WARNING });
  }
  throw new Error(`${nameOf(claim)} did not get the class ${wanted}`);
}

async function applied(api: ApiClient, object: KubernetesObject): Promise<Answer> {
  return refusal(() => api.apply(object, { dryRun: true, allowedWarnings: ANY_WARNING }));
}

function put(api: ApiClient): (old: KubernetesObject | undefined, now: KubernetesObject) => Promise<Answer> {
  return (old, now) =>
    refusal(async () => {
      const options = { dryRun: true, allowedWarnings: ANY_WARNING };
      if (old === undefined) {
        await api.create(now, options);
        return;
      }
      const live = await api.get({ ...now, apiVersion: old.apiVersion });
      const body = merged(live, old, now) as KubernetesObject;
      const path = `${await api.pathOf(now)}?fieldValidation=Strict&dryRun=All`;
      const { status, body: answer } = await api.ask('PUT', path, body);
      if (status >= 400) throw new ApiError('put', status, answer);
    });
}

/** The live value with what differs, as a strategic merge patch from one state to the other puts it: items that have names are found by them. */
function merged(live: unknown, before: unknown, after: unknown): unknown {
  if (JSON.stringify(before) === JSON.stringify(after)) return live;
  if (hasNames(live) && hasNames(after)) return mergedItems(live, hasNames(before) ? before : [], after);
  if (!isPlainObject(after) || !isPlainObject(live)) return after;
  const old = isPlainObject(before) ? before : {};
  const keys = new Set([...Object.keys(live), ...Object.keys(old), ...Object.keys(after)]);
  return Object.fromEntries(
    [...keys]
      .map((key) => [key, merged(live[key], old[key], after[key])] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function mergedItems(live: readonly Named[], before: readonly Named[], after: readonly Named[]): unknown {
  const own = (list: readonly Named[], name: string): unknown => list.find((item) => item.name === name);
  return after.map((item) => merged(own(live, item.name), own(before, item.name), item));
}

interface Named {
  readonly name: string;
}

function hasNames(list: unknown): list is readonly Named[] {
  if (!Array.isArray(list) || list.length === 0) return false;
  const names = list.map((item: unknown) => (isPlainObject(item) ? item['name'] : undefined));
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
}

async function refusal(send: () => Promise<unknown>): Promise<Answer> {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.problem;
    if (error instanceof Error && error.message.includes('the API server serves no')) return error.message;
    throw error;
  }
}

/** Deletes an object and waits until it is gone; nobody else would take its finalizers off. */
export async function remove(api: ApiClient, object: KubernetesObject): Promise<void> {
  const live = await find(api, object);
  if (live === undefined) return;
  if (object.kind !== 'CustomResourceDefinition' && (live.metadata.finalizers ?? []).length > 0) {
    const free = { metadata: { finalizers: null } };
    await api.ask('PATCH', await api.pathOf(object), free, 'application/merge-patch+json');
  }
  await api.delete(object);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await find(api, object)) === undefined) return;
    await sleep(50);
  }
  throw new Error(`${nameOf(object)} stays`);
}

/** Of a kind whose definition is gone there is nothing either. */
async function find(api: ApiClient, object: KubernetesObject): Promise<LiveObject | undefined> {
  try {
    return await api.find(object);
  } catch (error) {
    if (error instanceof Error && /serves no/.test(error.message)) return undefined;
    throw error;
  }
}

function isSame(one: KubernetesObject, other: KubernetesObject): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

const ANY_WARNING = [{ warning: /./, reason: 'what is asked for is not what is good' }];
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
