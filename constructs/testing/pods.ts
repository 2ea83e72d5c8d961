import { fieldPath } from '../../lib/kubernetes/finding';
import { isPlainObject } from '../../lib/plain-object';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';

/** Plain data whose shape nobody has checked. */
export type Data = Readonly<Record<string, unknown>>;

/** The pods that an object makes. */
export interface Pod {
  readonly metadata: Data;
  readonly spec: Data;

  /** Path of a field of the pod's `spec` in the object. */
  readonly at: (...segments: readonly (string | number)[]) => string;

  /** They are to run for ever: those of a Deployment, not those of a Job. */
  readonly isService: boolean;
}

/** One container of a pod. */
export interface PodContainer {
  readonly container: Data;
  readonly isInit: boolean;
  readonly at: (...segments: readonly (string | number)[]) => string;
}

/** The pods that an object makes, or is; `undefined` for any that makes none. */
export function podOf(object: KubernetesObject): Pod | undefined {
  const path = TEMPLATES[object.kind];
  if (path === undefined || !GROUPS.has(object.apiVersion)) return undefined;
  const template = path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), object);
  const spec = isPlainObject(template) ? template['spec'] : undefined;
  if (!isPlainObject(spec)) return undefined;
  return {
    metadata: dataIn(template as Data, 'metadata'),
    spec,
    at: (...segments) => fieldPath([...path, 'spec', ...segments]),
    isService: SERVICES.has(object.kind),
  };
}

/** All containers of a pod, those that run before the others first. */
export function containersOf(pod: Pod): readonly PodContainer[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    listIn(pod.spec, list)
      .filter(isPlainObject)
      .map((container, index) => ({
        container,
        isInit: list === 'initContainers',
        at: (...segments: readonly (string | number)[]) => pod.at(list, index, ...segments),
      })),
  );
}

/** A map in data; an empty one when it is not there. */
export function dataIn(data: Data, ...keys: readonly string[]): Data {
  return keys.reduce<Data>((at, key) => {
    const value = at[key];
    return isPlainObject(value) ? value : {};
  }, data);
}

/** A list in data; an empty one when it is not there. */
export function listIn(data: Data, key: string): readonly unknown[] {
  const value = data[key];
  return Array.isArray(value) ? (value as unknown[]) : [];
}

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

const GROUPS = new Set(['v1', 'apps/v1', 'batch/v1']);
const SERVICES = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);
