/** Newest Kubernetes minor that the schemas have. */
export const NEWEST_KUBERNETES = '1.36';

/**
 * Shape of a value, in the words of OpenAPI as Kubernetes uses them. Built-in kinds and custom resources share it; what is
 * absent says nothing.
 */
export interface Schema {
  /** Name of a definition that stands here; beside it only `default` is found. */
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

  /** Of built-in kinds: `int32`, `int64`, `double`, `byte` (base64), `date-time`, `quantity`. */
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;

  /** How two lists are compared: as one value, as a set, or item by item, found by `x-kubernetes-list-map-keys`. */
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-merge-key'?: string;

  /** `merge`, `replace`, `retainKeys`, or two of them with a comma. */
  readonly 'x-kubernetes-patch-strategy'?: string;
}

/** A definition as some Kubernetes releases have it. */
export interface DefinitionVariant {
  /** Kubernetes minors, such as `1.34`. */
  readonly versions: readonly string[];
  readonly schema: Schema;
}

/** A built-in kind that can be created. */
export interface BuiltInKind {
  /** Name of its definition. */
  readonly definition: string;

  /** As in paths of the API, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;

  /** Whether an object of it has a name of its own; a `SubjectAccessReview` has none. */
  readonly named: boolean;

  /** Kubernetes minors that serve it under this API version. */
  readonly versions: readonly string[];
}

/** A kind that a CustomResourceDefinition makes. */
export interface CustomKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly versions: readonly CustomKindVersion[];
}

/** One version of a custom kind. */
export interface CustomKindVersion {
  readonly name: string;
  readonly served: boolean;

  /** Whether the API server drops `status` from an object that is created. */
  readonly statusSubresource: boolean;
  readonly schema: Schema;
}

/** Everything in `schemas/kubernetes.json.br`, as written by `scripts/update-schemas.mjs`. */
export interface KubernetesSchemas {
  /** Kubernetes minors, oldest first. */
  readonly versions: readonly string[];
  readonly definitions: Readonly<Record<string, readonly DefinitionVariant[]>>;

  /** By API version, then by kind. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, BuiltInKind>>>>;

  /** Custom resources of the software this package ships. */
  readonly customResources: readonly CustomKind[];
}
