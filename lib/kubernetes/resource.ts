import { customKinds, type CustomKinds } from './custom-kinds';
import { parseApiVersion } from './group-version-kind';
import { releaseSchemas, type ReleaseSchemas } from './release-schemas';
import type { KubernetesSchemas, Schema } from './schema';

/** Against what objects are read. */
export interface ResourceOptions {
  readonly schemas: KubernetesSchemas;

  /** Kubernetes minor of the cluster, such as `1.34`. */
  readonly kubernetes: string;

  /**
   * CustomResourceDefinition objects of the same program.
   *
   * @default - custom resources of the software this package ships are known
   */
  readonly crds?: readonly unknown[];
}

/** What is known about a kind under one API version. */
export interface Resource {
  /** As in paths of the API, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;

  /** Whether an object of it has a name of its own. */
  readonly named: boolean;

  /** Whether a CustomResourceDefinition makes it: its schema is then enforced word for word. */
  readonly custom: boolean;

  /** Whether the API server drops `status` from an object that is created. */
  readonly statusSubresource: boolean;
  readonly schema: Schema;
}

/** Finds what is known about kinds in one cluster. */
export interface Resources {
  readonly release: ReleaseSchemas;
  readonly custom: CustomKinds;

  /** `undefined` when the cluster does not serve the kind under this API version, or nothing is known of it. */
  find(apiVersion: string, kind: string): Resource | undefined;

  /** The schema that stands for this one: its definition when it is a reference. */
  readonly resolve: (schema: Schema) => Schema;
}

/** Reads the options once for any number of objects. */
export function resourcesOf({ schemas, kubernetes, crds }: ResourceOptions): Resources {
  const release = releaseSchemas(schemas, kubernetes);
  const custom = customKinds(schemas, crds);
  return {
    release,
    custom,
    find: (apiVersion, kind) =>
      findBuiltIn(release, apiVersion, kind) ?? findCustom(custom, apiVersion, kind),
    resolve: (schema) => (schema.$ref === undefined ? schema : release.definition(schema.$ref)),
  };
}

function findBuiltIn(release: ReleaseSchemas, apiVersion: string, kind: string): Resource | undefined {
  const entry = release.kind(apiVersion, kind);
  if (entry === undefined) return undefined;
  const { definition, plural, namespaced, named } = entry;
  const schema = release.definition(definition);
  return { plural, namespaced, named, custom: false, statusSubresource: true, schema };
}

function findCustom(kinds: CustomKinds, apiVersion: string, kind: string): Resource | undefined {
  const { group = '', version = '' } = parseApiVersion(apiVersion) ?? {};
  const custom = kinds.find(group, kind)?.custom;
  const served = custom?.versions.find(({ name, served }) => served && name === version);
  if (custom === undefined || served === undefined) return undefined;
  const { plural, namespaced } = custom;
  const { schema, statusSubresource } = served;
  return { plural, namespaced, named: true, custom: true, statusSubresource, schema };
}
