import { createHash } from 'node:crypto';
import { ApiObject } from 'cdk8s';
import { isSecretKey } from '../../lib/cluster/names';
import { isByteAmount } from '../../lib/cluster/quantity';
import { byKey, describeValue, flag, mapOf, object, oneOf, anyText, type Shape } from '../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../violations';
import { objectName } from './object-name-shape';
import type { Workload } from './workload';

/** What is mounted at a path of the container. */
export type Volume =
  /** A claim of its own that keeps its data: one pod at a time writes to it. */
  | {
      readonly persistent: string;

      /** @default - the cluster's default class */
      readonly storageClass?: string;

      /** @default 'ReadWriteOnce' */
      readonly accessMode?: 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany';
    }
  /** A claim that exists, by its name. */
  | { readonly claim: string; readonly readOnly?: boolean }
  /** Space on the node's disk that is gone with the pod; at most as much as it says. */
  | { readonly scratch: string }
  /** Space in memory, which counts as the container's; at most as much as it says. */
  | { readonly memory: string }
  /** Files by name, never secrets. Pods start anew when one changes. */
  | { readonly files: Readonly<Record<string, string>> }
  /** Files from a Kubernetes Secret, by its name. */
  | { readonly secret: string };

/** Volumes by the path they are mounted at. */
export type Volumes = Readonly<Record<string, Volume>>;

/** What a pod needs of its volumes. */
export interface PodVolumes {
  readonly volumes: readonly object[];
  readonly volumeMounts: readonly object[];

  /** Claims that the workload makes, by name of the volume. */
  readonly claims: ReadonlyMap<string, ApiObject>;

  /** Digest of all `files`; changes when a pod has to start anew. */
  readonly filesDigest: string | undefined;
}

/** Makes the claims and ConfigMaps of a workload's volumes, and what its pod says of them. */
export function podVolumes(workload: Workload, volumes: Volumes): PodVolumes {
  const claims = new Map<string, ApiObject>();
  const texts: string[] = [];
  const made = firstOfEachName(volumes).map(([path, volume]) => {
    const name = volumeName(path);
    if ('files' in volume) texts.push(JSON.stringify([path, volume.files]));
    const source = sourceOf(workload, name, volume, claims);
    return { volume: { name, ...source }, mount: mountOf(name, path, volume) };
  });
  addCheck(workload, () => pathViolations(Object.keys(volumes)));
  return {
    volumes: made.map(({ volume }) => volume),
    volumeMounts: made.map(({ mount }) => mount),
    claims,
    filesDigest: texts.length === 0 ? undefined : digestOf(texts.join('\n')),
  };
}

/** Of two paths with one name a rule says so; objects of one name cannot be made twice. */
function firstOfEachName(volumes: Volumes): [string, Volume][] {
  const names = new Set<string>();
  return Object.entries(volumes).filter(([path]) => names.size < names.add(volumeName(path)).size);
}

/** Spec of a claim. */
export function claimSpec(volume: Extract<Volume, { persistent: string }>): object {
  const { persistent, storageClass, accessMode = 'ReadWriteOnce' } = volume;
  return {
    accessModes: [accessMode],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: persistent } },
  };
}

function sourceOf(workload: Workload, name: string, volume: Volume, claims: Map<string, ApiObject>): object {
  if ('claim' in volume) return { persistentVolumeClaim: { claimName: volume.claim } };
  if ('scratch' in volume) return { emptyDir: { sizeLimit: volume.scratch } };
  if ('memory' in volume) return { emptyDir: { medium: 'Memory', sizeLimit: volume.memory } };
  if ('secret' in volume) return { secret: { secretName: volume.secret } };
  const metadata = { ...workload.metadata, name: `${workload.name}-${name}` };
  if ('files' in volume) {
    new ApiObject(workload, `files-${name}`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: volume.files,
    });
    return { configMap: { name: metadata.name } };
  }
  claims.set(
    name,
    new ApiObject(workload, `claim-${name}`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: claimSpec(volume),
    }),
  );
  return { persistentVolumeClaim: { claimName: metadata.name } };
}

function mountOf(name: string, mountPath: string, volume: Volume): object {
  const readOnly = 'files' in volume || 'secret' in volume || ('claim' in volume && volume.readOnly === true);
  return { name, mountPath, ...(readOnly && { readOnly }) };
}

/** Whether only one pod at a time can have them. */
export function areExclusive(volumes: Volumes): boolean {
  return Object.values(volumes).some(
    (volume) => 'persistent' in volume && volume.accessMode !== 'ReadWriteMany',
  );
}

/** `/var/lib/data` is `var-lib-data`. */
export function volumeName(path: string): string {
  const words = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return words.slice(-40).replace(/^-/, '') || 'root';
}

function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function pathViolations(paths: readonly string[]): ConstructViolation[] {
  const names = new Map<string, string>();
  return paths.flatMap((path) => {
    const property = `volumes[${describeValue(path)}]`;
    if (!/^\/[^:]*[^/:]$/.test(path) || /\/\.{0,2}(\/|$)/.test(path.slice(1))) {
      const problem = "must be mounted at an absolute path that does not end with '/'";
      return [{ rule: 'workload-volumes', property, problem, fix: "write '/data'" }];
    }
    const other = names.get(volumeName(path));
    names.set(volumeName(path), path);
    if (other === undefined) return [];
    const problem = `gets the same name as ${describeValue(other)}`;
    return [{ rule: 'workload-volumes', property, problem, fix: 'mount one of the two at another path' }];
  });
}

/** A quantity of whole bytes, at least one. */
export const sizeShape: Shape = (value, at) =>
  isByteAmount(value)
    ? []
    : [{ at, problem: `must be a size in whole bytes, got ${describeValue(value)}`, fix: "write '10Gi'" }];

const files: Shape = (value, at) => {
  const problems = mapOf(anyText)(value, at);
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const wrong = names.filter((name) => !isSecretKey(name));
  const fix =
    "write a name of letters, digits, '-', '_' and '.', without a folder: mount several folders as several volumes";
  return [
    ...problems,
    ...wrong.map((name) => ({
      at: [...at, name],
      problem: 'cannot be the name of a file in a ConfigMap',
      fix,
    })),
  ];
};

/** Form of a {@link Volume}. */
export const volumeShape = byKey({
  persistent: object({
    persistent: sizeShape,
    storageClass: objectName,
    accessMode: oneOf('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'),
  }),
  claim: object({ claim: objectName, readOnly: flag }),
  scratch: object({ scratch: sizeShape }),
  memory: object({ memory: sizeShape }),
  files: object({ files }),
  secret: object({ secret: objectName }),
});

/** Form of {@link Volumes}. */
export const volumesShape = mapOf(volumeShape);
