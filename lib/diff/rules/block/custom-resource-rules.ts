import { isPlainObject } from '../../../plain-object';
import type { Comparison } from '../../comparison';
import type { ObjectChange } from '../../object-change';
import { pathText, type FieldPath, type PathSegment } from '../../field-change';
import type { RiskHit, RiskRule } from '../risk-rule';
import { isUpdate, REFUSED_UPDATE } from './immutable-rule';
import { sameValue, stepText, valueAt } from './touched-fields';

/** Custom resources whose definition says that fields of them stay. */
export const customResourceRules: readonly RiskRule[] = [
  {
    id: 'custom-resource-immutable',
    level: 'block',
    title: 'A field of a custom resource changes that its definition forbids to change',
    reason: 'The definition has the validation rule self == oldSelf for it.',
    onApply: REFUSED_UPDATE,
    fix: 'Leave the field as it is, or make an object of another name.',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#transition-rules',
    refusedByApi: true,
    needsReplacement: true,
    on: 'object',
    check: frozenHits,
  },
];

type Fields = Readonly<Record<string, unknown>>;

function frozenHits(change: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (!isUpdate(change)) return [];
  const schema = schemaOf(change, comparison);
  if (schema === undefined) return [];
  return frozen(change.before.object, change.after.object, schema, []);
}

/** The definition of a kind in the new state. */
function definitionOf(group: string, kind: string, comparison: Comparison): unknown {
  const known = definitions.get(comparison) ?? readDefinitions(comparison);
  definitions.set(comparison, known);
  return known.get(`${group}/${kind}`);
}

function readDefinitions(comparison: Comparison): ReadonlyMap<string, unknown> {
  return new Map(
    comparison.ofKind('after', 'apiextensions.k8s.io/CustomResourceDefinition').map(({ object }) => {
      const [group, kind] = [
        ['spec', 'group'],
        ['spec', 'names', 'kind'],
      ].map((path) => valueAt(object, path));
      return [`${String(group)}/${String(kind)}`, object];
    }),
  );
}

/** The schema of the object's version in its definition of the new state, as it is written there. */
function schemaOf(
  { id, after }: ObjectChange & { kind: 'changed' | 'renamed' },
  comparison: Comparison,
): Fields | undefined {
  const versions = valueAt(definitionOf(id.group, id.kind, comparison), ['spec', 'versions']);
  const version = after.object.apiVersion.slice(id.group.length + 1);
  const own: unknown = Array.isArray(versions)
    ? versions.find((entry: unknown) => valueAt(entry, ['name']) === version)
    : undefined;
  const schema = valueAt(own, ['schema', 'openAPIV3Schema']);
  return isPlainObject(schema) ? schema : undefined;
}

/** Walks what both states have: a rule about a transition says nothing of what comes or goes. */
function frozen(before: unknown, after: unknown, schema: unknown, path: FieldPath): RiskHit[] {
  if (!isPlainObject(schema) || before === undefined || after === undefined || sameValue(before, after))
    return [];
  const own = frozenPaths(schema).flatMap((keys) => {
    const [old, now] = [valueAt(before, keys), valueAt(after, keys)];
    return sameValue(old, now) ? [] : [{ field: pathText([...path, ...keys]), what: stepText(old, now) }];
  });
  const below = childrenOf(before, after, schema).flatMap(([segment, old, now, child]) =>
    frozen(old, now, child, [...path, segment]),
  );
  const known = new Set(own.map(({ field }) => field));
  return [...own, ...below.filter(({ field }) => field === undefined || !known.has(field))];
}

/** Fields that the rules of a schema freeze, from where the schema stands: only the form `self.a == oldSelf.a` is read. */
function frozenPaths(schema: Fields): readonly (readonly string[])[] {
  const rules = schema['x-kubernetes-validations'];
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((entry) => {
    const text = valueAt(entry, ['rule']);
    const path = typeof text === 'string' ? frozenPath(text) : undefined;
    return path === undefined ? [] : [path];
  });
}

function frozenPath(rule: string): readonly string[] | undefined {
  const match = FROZEN.exec(rule.trim()) ?? FROZEN_REVERSED.exec(rule.trim());
  const keys = match?.groups?.['keys'];
  return match === null ? undefined : (keys ?? '').split('.').filter((key) => key !== '');
}

/** Fields, entries of maps, and items of lists that have keys, with what they were and are. */
function childrenOf(
  before: unknown,
  after: unknown,
  schema: Fields,
): (readonly [PathSegment, unknown, unknown, unknown])[] {
  if (isPlainObject(before) && isPlainObject(after)) {
    const { properties, additionalProperties } = schema;
    return Object.keys(after)
      .filter((key) => Object.hasOwn(before, key))
      .map((key) => {
        const own = isPlainObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
        return [key, before[key], after[key], own ?? additionalProperties] as const;
      });
  }
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!Array.isArray(before) || !Array.isArray(after) || !Array.isArray(keys)) return [];
  return after.flatMap((item: unknown) => {
    const identity = identityOf(item, keys);
    const old: unknown = before.find((other) => sameValue(identityOf(other, keys), identity));
    return old === undefined ? [] : [[identity, old, item, schema['items']] as const];
  });
}

function identityOf(item: unknown, keys: readonly unknown[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    keys.map((key) => {
      const value = valueAt(item, [String(key)]);
      return [String(key), typeof value === 'number' ? value : String(value)];
    }),
  );
}

const FROZEN = /^\(?\s*self(?<keys>(?:\.\w+)*)\s*==\s*oldSelf\k<keys>\s*\)?$/;
const FROZEN_REVERSED = /^\(?\s*oldSelf(?<keys>(?:\.\w+)*)\s*==\s*self\k<keys>\s*\)?$/;

const definitions = new WeakMap<Comparison, ReadonlyMap<string, unknown>>();
