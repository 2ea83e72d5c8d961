import { K3stackError } from '../errors';
import { byPreference, parseApiVersion } from './group-version-kind';
import type { BuiltInKind, KubernetesSchemas, Schema } from './schema';

/** What one Kubernetes release serves. */
export interface ReleaseSchemas {
  /** Kubernetes minor, such as `1.34`. */
  readonly kubernetes: string;

  /** The definition of that name as this release has it. */
  definition(name: string): Schema;

  /** A built-in kind, when this release serves it under this API version. */
  kind(apiVersion: string, kind: string): BuiltInKind | undefined;

  /** API versions of a group (`''` for core) that serve the kind, preferred first. */
  apiVersionsOf(group: string, kind: string): readonly string[];

  /** Groups that have the kind in this release. */
  groupsOf(kind: string): readonly string[];

  /** Kinds that this release serves in a group. */
  kindsOf(group: string): readonly string[];
}

/** The schemas of one Kubernetes minor; throws `UNKNOWN_KUBERNETES_VERSION` for one that the data does not have. */
export function releaseSchemas(schemas: KubernetesSchemas, kubernetes: string): ReleaseSchemas {
  const releases = known.get(schemas) ?? new Map<string, ReleaseSchemas>();
  known.set(schemas, releases);
  const release = releases.get(kubernetes) ?? readRelease(schemas, kubernetes);
  releases.set(kubernetes, release);
  return release;
}

/** Whether some release of the data has this group, now or in the past. */
export function isBuiltInGroup(schemas: KubernetesSchemas, group: string): boolean {
  return Object.keys(schemas.kinds).some((apiVersion) => parseApiVersion(apiVersion)?.group === group);
}

function readRelease(schemas: KubernetesSchemas, kubernetes: string): ReleaseSchemas {
  if (!schemas.versions.includes(kubernetes)) {
    throw new K3stackError(
      'UNKNOWN_KUBERNETES_VERSION',
      `there is no schema of Kubernetes '${kubernetes}'; write one of ${schemas.versions.join(', ')}`,
    );
  }
  const definitions = new Map<string, Schema>();
  const served = servedKinds(schemas, kubernetes);
  return {
    kubernetes,
    definition(name) {
      const schema = definitions.get(name) ?? readDefinition(schemas, kubernetes, name);
      definitions.set(name, schema);
      return schema;
    },
    kind(apiVersion, kind) {
      const entry = own(own(schemas.kinds, apiVersion), kind);
      return entry?.versions.includes(kubernetes) ? entry : undefined;
    },
    apiVersionsOf: (group, kind) =>
      served.filter((s) => s.group === group && s.kind === kind).map((s) => s.apiVersion),
    groupsOf: (kind) => unique(served.filter((s) => s.kind === kind).map((s) => s.group)),
    kindsOf: (group) => unique(served.filter((s) => s.group === group).map((s) => s.kind)),
  };
}

interface ServedKind {
  readonly group: string;
  readonly apiVersion: string;
  readonly kind: string;
}

function servedKinds(schemas: KubernetesSchemas, kubernetes: string): readonly ServedKind[] {
  return Object.keys(schemas.kinds)
    .sort(byPreference)
    .flatMap((apiVersion) =>
      Object.entries(schemas.kinds[apiVersion] ?? {})
        .filter(([, entry]) => entry.versions.includes(kubernetes))
        .map(([kind]) => ({ group: parseApiVersion(apiVersion)?.group ?? '', apiVersion, kind })),
    );
}

function readDefinition(schemas: KubernetesSchemas, kubernetes: string, name: string): Schema {
  const variant = own(schemas.definitions, name)?.find(({ versions }) => versions.includes(kubernetes));
  if (variant === undefined) throw new Error(`schemas of Kubernetes ${kubernetes} lack ${name}`);
  return variant.schema;
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

const known = new WeakMap<KubernetesSchemas, Map<string, ReleaseSchemas>>();
