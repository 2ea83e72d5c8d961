import { describe, type Finding } from './finding';
import { metadataFindings } from './object-metadata';
import { resourcesOf, type Resource, type ResourceOptions, type Resources } from './resource';
import type { KubernetesSchemas, Schema } from './schema';
import { walkSchema } from './schema-walk';
import { unservedKind } from './unserved-kind';

/** Lists why the API server of a cluster would refuse an object, as its strict field validation does; empty when it would not. */
export function validateObject(object: unknown, options: ResourceOptions): readonly Finding[] {
  return objectValidator(options)(object);
}

/** The same for many objects: reads the options once. */
export function objectValidator(options: ResourceOptions): (object: unknown) => readonly Finding[] {
  const resources = resourcesOf(options);
  return (object) => objectFindings(object, resources, options.schemas);
}

function objectFindings(
  object: unknown,
  resources: Resources,
  schemas: KubernetesSchemas,
): readonly Finding[] {
  if (!isRecord(object)) {
    const problem = `must be an object, got ${describe(object)}`;
    return [
      { field: '', rule: 'wrong-type', problem, fix: 'write an object with apiVersion, kind and metadata' },
    ];
  }
  const untyped = typeFindings(object);
  const { apiVersion, kind } = object;
  if (untyped.length > 0 || typeof apiVersion !== 'string' || typeof kind !== 'string') return untyped;
  const resource = resources.find(apiVersion, kind);
  if (resource === undefined) {
    const isList = kind.endsWith('List') && (Array.isArray(object.items) || kind === 'List');
    return isList
      ? listFindings(object, resources, schemas)
      : [unservedKind(apiVersion, kind, resources, schemas)];
  }
  return [
    ...walkObject(object, kind, resource, resources),
    ...metadataFindings(object, kind, resource, resources.release.kubernetes),
  ];
}

function typeFindings(object: Readonly<Record<string, unknown>>): Finding[] {
  return (['apiVersion', 'kind'] as const).flatMap((field): Finding[] => {
    const value = object[field];
    if (typeof value === 'string' && value !== '') return [];
    const fix =
      field === 'kind' ? `write the kind, such as 'ConfigMap'` : `write the API version, such as 'v1'`;
    if (value === undefined || value === null || value === '') {
      return [
        { field, rule: 'missing-field', problem: `is required, got ${value === '' ? "''" : 'nothing'}`, fix },
      ];
    }
    return [{ field, rule: 'wrong-type', problem: `must be a string, got ${describe(value)}`, fix }];
  });
}

/** A `List`, or a list of one kind, is no kind of the API: clients apply its items one by one. */
function listFindings(
  { apiVersion, kind, items }: Readonly<Record<string, unknown>>,
  resources: Resources,
  schemas: KubernetesSchemas,
): readonly Finding[] {
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) {
    const problem = `must be a list, got ${describe(items)}`;
    return [{ field: 'items', rule: 'wrong-type', problem, fix: 'write a list' }];
  }
  const type = kind === 'List' ? {} : { apiVersion, kind: String(kind).slice(0, -'List'.length) };
  return items.flatMap((item, index) =>
    objectFindings(isRecord(item) ? { ...type, ...item } : item, resources, schemas).map((finding) => {
      const field = [`items[${index}]`, finding.field].filter((part) => part !== '').join('.');
      return { ...finding, field };
    }),
  );
}

function walkObject(
  object: Readonly<Record<string, unknown>>,
  kind: string,
  resource: Resource,
  { resolve }: Resources,
): Finding[] {
  const { custom, statusSubresource } = resource;
  const schema = custom ? { ...resource.schema, 'x-kubernetes-embedded-resource': true } : resource.schema;
  return walkSchema(object, schema, {
    resolve,
    custom,
    statusSubresource,
    secret: kind === 'Secret',
    metadata: METADATA,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const METADATA: Schema = { $ref: 'apimachinery.pkg.apis.meta.v1.ObjectMeta' };
