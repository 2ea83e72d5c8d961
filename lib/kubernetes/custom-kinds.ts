import { readSchema } from './custom-schema';
import type { CustomKind, CustomKindVersion, KubernetesSchemas } from './schema';

/** The custom kinds that a program can use: those of its own CustomResourceDefinitions before those that are shipped. */
export interface CustomKinds {
  find(group: string, kind: string): { readonly custom: CustomKind; readonly ofProgram: boolean } | undefined;
  kindsOf(group: string): readonly string[];
  groups(): readonly string[];
}

/**
 * The custom kinds of a program whose CustomResourceDefinitions are given; one that is malformed is left out here and gets findings
 * of its own. Remembered by the list, which must not change.
 */
export function customKinds(schemas: KubernetesSchemas, crds: readonly unknown[] = NONE): CustomKinds {
  const known = remembered.get(crds);
  if (known?.schemas === schemas) return known.kinds;
  const kinds = readCustomKinds(schemas, crds);
  remembered.set(crds, { schemas, kinds });
  return kinds;
}

function readCustomKinds(schemas: KubernetesSchemas, crds: readonly unknown[]): CustomKinds {
  const ofProgram = crds.flatMap(readCustomKind);
  const all = [...ofProgram, ...schemas.customResources];
  return {
    find(group, kind) {
      const custom = all.find((candidate) => candidate.group === group && candidate.kind === kind);
      return custom && { custom, ofProgram: ofProgram.includes(custom) };
    },
    kindsOf: (group) => [...new Set(all.filter((custom) => custom.group === group).map(({ kind }) => kind))],
    groups: () => [...new Set(all.map(({ group }) => group))],
  };
}

function readCustomKind(crd: unknown): CustomKind[] {
  const spec = child(crd, 'spec');
  const [group, kind] = [child(spec, 'group'), child(child(spec, 'names'), 'kind')];
  const versions = child(spec, 'versions');
  if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) return [];
  const plural = child(child(spec, 'names'), 'plural');
  return [
    {
      group,
      kind,
      plural: typeof plural === 'string' ? plural : '',
      namespaced: child(spec, 'scope') !== 'Cluster',
      versions: versions.flatMap(readVersion),
    },
  ];
}

function readVersion(version: unknown): CustomKindVersion[] {
  const name = child(version, 'name');
  if (typeof name !== 'string') return [];
  const schema = child(child(version, 'schema'), 'openAPIV3Schema');
  return [
    {
      name,
      served: child(version, 'served') !== false,
      statusSubresource: child(child(version, 'subresources'), 'status') !== undefined,
      schema: readSchema(schema),
    },
  ];
}

function child(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const NONE: readonly unknown[] = [];

const remembered = new WeakMap<readonly unknown[], { schemas: KubernetesSchemas; kinds: CustomKinds }>();
