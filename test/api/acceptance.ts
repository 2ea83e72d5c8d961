import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import {
  type AllowedWarning,
  type ApiClient,
  ApiError,
  type LiveObject,
  nameOf,
  type ObjectRef,
} from './api-client';
import { inParallel } from './in-parallel';
import { type PodTemplate, podOf } from './pod-templates';

/** What has to be there before objects are applied, and what is fine about them. */
export interface AcceptanceOptions {
  /** Namespaces that something else than the program makes, such as `argocd`. @default - none */
  readonly namespaces?: readonly string[];

  /** Objects that something else than the program makes. @default - none */
  readonly given?: readonly KubernetesObject[];

  /** @default - every warning of the API server is a problem */
  readonly allowedWarnings?: readonly AllowedWarning[];
}

/**
 * Applies objects in order, server-side and strict; tries a pod of every workload, so that Pod Security, quotas and limits are asked; applies all
 * again, which must change nothing; removes them. Returns what went wrong, a line each.
 */
export async function acceptance(
  api: ApiClient,
  objects: readonly KubernetesObject[],
  options: AcceptanceOptions = {},
): Promise<string[]> {
  const run = new AcceptanceRun(api, options);
  try {
    await run.prepare();
    for (const object of objects) await run.first(object);
    await inParallel(objects, (object) => run.again(object));
  } finally {
    await run.remove();
  }
  return run.problems;
}

class AcceptanceRun {
  readonly problems: string[] = [];
  private readonly made: ObjectRef[] = [];
  private readonly changed: ObjectRef[] = [];
  private readonly refused = new Set<KubernetesObject>();

  constructor(
    private readonly api: ApiClient,
    private readonly options: AcceptanceOptions,
  ) {}

  /** @throws ApiError when a test's own objects are refused. */
  async prepare(): Promise<void> {
    const { namespaces = [], given = [] } = this.options;
    const objects = namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    for (const object of [...objects, ...given]) await this.apply(object);
  }

  async first(object: KubernetesObject): Promise<void> {
    const failed = await this.attempt(() => this.apply(object));
    if (failed) this.refused.add(object);
    const template = podOf(object);
    if (!failed && template !== undefined) await this.attempt(() => this.tryPod(object, template));
  }

  /** What was refused is not asked for again. */
  async again(object: KubernetesObject): Promise<void> {
    if (this.refused.has(object)) return;
    await this.attempt(async () => {
      const first = await this.api.get(object);
      const { object: second } = await this.api.apply(object, this.options);
      const paths = differences(first, second, '').filter((path) => !WRITTEN_ALWAYS.test(path));
      if (paths.length > 0)
        throw new Error(`apply ${nameOf(object)} again: changed ${paths.slice(0, 5).join(', ')}`);
      if (first.metadata.resourceVersion === second.metadata.resourceVersion) return;
      // Of some objects that an apply made (a Job, a claim) the next apply writes the same once more.
      const { object: third } = await this.api.apply(object, this.options);
      if (third.metadata.resourceVersion !== second.metadata.resourceVersion)
        throw new Error(`apply ${nameOf(object)} again: written anew every time`);
    });
  }

  /** Leaves the server as it was. */
  async remove(): Promise<void> {
    const isNamespace = ({ kind }: ObjectRef): boolean => kind === 'Namespace';
    await inParallel(
      this.made.filter((object) => !isNamespace(object)),
      (object) => removeObject(this.api, object),
    );
    await inParallel(this.made.filter(isNamespace), (object) => removeObject(this.api, object));
    for (const { apiVersion, kind, metadata } of this.changed) {
      const { name, namespace } = metadata;
      await this.api.apply({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });
    }
  }

  private async apply(object: KubernetesObject): Promise<void> {
    try {
      const { created, object: live } = await this.api.apply(object, this.options);
      (created ? this.made : this.changed).push(object);
      if (created) await this.asControllersWould(object, live);
    } catch (error) {
      // What it only warns of is there.
      if (error instanceof ApiError && error.status === 201) this.made.push(object);
      throw error;
    }
  }

  /** What admission waits for: no controller runs here. */
  private async asControllersWould(object: KubernetesObject, live: LiveObject): Promise<void> {
    if (object.kind === 'Namespace') {
      const account = {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: live.metadata.name },
      };
      const { created } = await this.api.apply(account, { manager: 'controllers' });
      if (created) this.made.push(account);
    }
    if (object.kind === 'ResourceQuota') {
      const { hard = {} } = live['spec'] as { readonly hard?: Readonly<Record<string, string>> };
      const used = Object.fromEntries(Object.keys(hard).map((key) => [key, '0']));
      await this.api.patchStatus(object, { hard, used });
    }
    if (object.kind === 'CustomResourceDefinition') await established(this.api, object);
  }

  private async tryPod(owner: KubernetesObject, { spec, metadata }: PodTemplate): Promise<void> {
    const { name = '', namespace } = owner.metadata;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `${name.slice(0, 50)}-pod`, ...(namespace && { namespace }) },
      spec,
    };
    try {
      await this.api.create(pod, { ...this.options, dryRun: true });
    } catch (error) {
      throw new Error(`a pod of ${nameOf(owner)}: ${(error as Error).message}`, { cause: error });
    }
  }

  private async attempt(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return false;
    } catch (error) {
      this.problems.push((error as Error).message);
      return true;
    }
  }
}

/** A new kind can be used when the API server says so. */
export async function established(api: ApiClient, definition: ObjectRef): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { status } = await api.get<LiveObject & { readonly status?: CrdStatus }>(definition);
    if (status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    await sleep(25);
  }
  throw new Error(`${nameOf(definition)} was not established within 5 seconds`);
}

interface CrdStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** Deletes an object and does what the controllers that are not here would: lets go of what protects it. */
export async function removeObject(api: ApiClient, object: ObjectRef): Promise<void> {
  await api.delete(object);
  const left = await api.find(object);
  if (left === undefined) return;
  if (object.kind === 'Namespace') {
    const { status, body } = await api.ask('PUT', `${await api.pathOf(object)}/finalize`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: left.metadata.name },
      spec: { finalizers: [] },
    });
    if (status >= 400) throw new Error(`finalize ${nameOf(object)}: ${body}`);
  } else if (left.metadata.finalizers !== undefined) {
    await api.patch(object, { metadata: { finalizers: null } });
  }
}

/** Paths at which two values differ. */
function differences(a: unknown, b: unknown, path: string): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (!isRecord(a) || !isRecord(b)) return [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key], b[key], `${path}.${key}`));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const WRITTEN_ALWAYS = /^\.metadata\.(resourceVersion$|managedFields)/;
