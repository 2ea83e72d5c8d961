import type { KubernetesSchemas } from '../kubernetes/schema';
import type { Finding } from '../kubernetes/finding';
import { resourcesOf, type Resources } from '../kubernetes/resource';
import { objectValidator } from '../kubernetes/validate-object';
import type { KubernetesObject } from '../synthesis/synthesis';
import type { Comparison, ComparisonSide } from './comparison';
import { diffObjects, type KindSchema } from './diff-objects';
import { findRenames } from './find-renames';
import { addFolds, type FoldCounts } from './folds';
import { groupBy } from './group-by';
import type { ComparedObject, ObjectChange } from './object-change';
import { idKey, kindOf, type ObjectId } from './object-id';
import { shownValue } from './reported-fields';
import { sortedBy } from './sorted-by';

/**
 * Compares two states of one environment object by object. Of two objects of one identity on a side the last counts, as it does when they
 * are applied.
 *
 * @param environment - name; empty for manifests that belong to none
 */
export function compare(
  environment: string,
  before: ComparisonSide,
  after: ComparisonSide,
  schemas: KubernetesSchemas,
): Comparison {
  const sides = { before: indexOf(before), after: indexOf(after) };
  const diff = differ(sides, schemas);
  const folds: FoldCounts = {};
  const changes = changesOf(sides.before.byId, sides.after.byId, diff, folds);
  return {
    environment,
    before,
    after,
    changes: sortedBy(changes, ({ id }) => sortKey(id)),
    folds,
    find: (side, id) => sides[side].byId.get(idKey(id)),
    ofKind: (side, kind) => sides[side].byKind.get(kind) ?? [],
    findings: findingsOf(sides, schemas),
  };
}

interface Index extends ComparisonSide {
  readonly byId: ReadonlyMap<string, ComparedObject>;
  readonly byKind: ReadonlyMap<string, readonly ComparedObject[]>;
}

type Sides = Readonly<Record<'before' | 'after', Index>>;

type Diff = (before: ComparedObject, after: ComparedObject) => Pick<ObjectChange, 'fields' | 'folds'>;

function indexOf(side: ComparisonSide): Index {
  const byId = new Map<string, ComparedObject>();
  for (const object of side.objects) byId.set(idKey(object.id), object);
  return { ...side, byId, byKind: groupBy(byId.values(), ({ id }) => kindOf(id)) };
}

function differ({ before, after }: Sides, schemas: KubernetesSchemas): Diff {
  const [old, now] = [before, after].map((side) => resourcesOf({ schemas, ...crdsOf(side) }));
  const kinds = new Map<string, KindSchema>();
  return (left, right) => {
    const { apiVersion, kind } = right.object;
    const key = `${apiVersion}|${kind}`;
    const schema = kinds.get(key) ?? kindSchema(right, now, old);
    kinds.set(key, schema);
    const { fields, folds } = diffObjects(left.object, right.object, schema);
    const texts = Math.abs((left.texts ?? 0) - (right.texts ?? 0));
    return { fields, folds: texts > 0 ? { ...folds, 'secret-form': texts } : folds };
  };
}

function findingsOf(sides: Sides, schemas: KubernetesSchemas): Comparison['findings'] {
  const validators: Partial<Record<'before' | 'after', ReturnType<typeof objectValidator>>> = {};
  const known = {
    before: new WeakMap<object, readonly Finding[]>(),
    after: new WeakMap<object, readonly Finding[]>(),
  };
  return (side, { object }) => {
    const remembered = known[side].get(object);
    if (remembered !== undefined) return remembered;
    const validate = (validators[side] ??= objectValidator({ schemas, ...crdsOf(sides[side]) }));
    const found = validate(withoutHidden(object)).filter(({ rule }) => rule !== 'unknown-custom-resource');
    known[side].set(object, found);
    return found;
  };
}

/** Values that are hidden are valid, whatever they are. */
function withoutHidden(object: KubernetesObject): unknown {
  if (object.kind !== 'Secret') return shownValue(object);
  return shownValue({ ...object, data: undefined });
}

function crdsOf({ kubernetes, byKind }: Index): { kubernetes: string; crds: readonly unknown[] } {
  const crds = byKind.get('apiextensions.k8s.io/CustomResourceDefinition') ?? [];
  return { kubernetes, crds: crds.map(({ object }) => object) };
}

/** A kind that the new state does not know is read as the old one has it. */
function kindSchema(
  { object: { apiVersion, kind } }: ComparedObject,
  now: Resources | undefined,
  old: Resources | undefined,
): KindSchema {
  for (const resources of [now, old]) {
    const found = resources?.find(apiVersion, kind);
    if (resources !== undefined && found !== undefined) {
      const definition = resources.release.kind(apiVersion, kind)?.definition;
      return {
        schema: found.schema,
        ...(definition !== undefined && { definition }),
        ordered: ORDERED.has(kind) && !found.custom,
        custom: found.custom,
        resolve: resources.resolve,
      };
    }
  }
  return { custom: true, resolve: (schema) => now?.resolve(schema) ?? schema };
}

function changesOf(
  before: ReadonlyMap<string, ComparedObject>,
  after: ReadonlyMap<string, ComparedObject>,
  diff: Diff,
  folds: FoldCounts,
): ObjectChange[] {
  const changes: ObjectChange[] = [];
  const added: ComparedObject[] = [];
  for (const [key, now] of after) {
    const old = before.get(key);
    if (old === undefined) added.push(now);
    else if (old.object !== now.object) {
      const found = diff(old, now);
      if (found.fields.length > 0) changes.push(changed('changed', old, now, found));
      else addFolds(folds, found.folds);
    }
  }
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, object]) => object);
  return [...changes, ...comingAndGoing(removed, added, diff)];
}

function comingAndGoing(
  removed: readonly ComparedObject[],
  added: readonly ComparedObject[],
  diff: Diff,
): ObjectChange[] {
  const renames = findRenames(removed, added);
  const [old, now] = [
    new Set(renames.map(({ before }) => before)),
    new Set(renames.map(({ after }) => after)),
  ];
  return [
    ...renames.map(({ before, after }) => renamed(before, after, diff(before, after))),
    ...added.filter((object) => !now.has(object)).map(addition),
    ...removed.filter((object) => !old.has(object)).map(removal),
  ];
}

function changed(
  kind: 'changed' | 'renamed',
  before: ComparedObject,
  after: ComparedObject,
  { fields, folds }: Pick<ObjectChange, 'fields' | 'folds'>,
): ObjectChange {
  return { kind, id: after.id, before, after, fields, folds };
}

/** That it has another name is said by its identities. */
function renamed(
  before: ComparedObject,
  after: ComparedObject,
  { fields, folds }: Pick<ObjectChange, 'fields' | 'folds'>,
): ObjectChange {
  const others = fields.filter(
    ({ path }) =>
      !(path.length === 2 && path[0] === 'metadata' && (path[1] === 'name' || path[1] === 'namespace')),
  );
  return changed('renamed', before, after, { fields: others, folds });
}

function addition(after: ComparedObject): ObjectChange {
  return { kind: 'added', id: after.id, after, fields: [], folds: {} };
}

function removal(before: ComparedObject): ObjectChange {
  return { kind: 'removed', id: before.id, before, fields: [], folds: {} };
}

function sortKey({ cluster = '', group, kind, namespace = '', name }: ObjectId): string {
  return [cluster, kind, group, namespace, name].join('\0');
}

/** k8s.io/kubernetes@v1.36.3:pkg/apis/core/validation/validation.go ValidatePodUpdate, pkg/apis/batch/validation/validation.go ValidateJobSpecUpdate. */
const ORDERED: ReadonlySet<string> = new Set(['Pod', 'Job']);
