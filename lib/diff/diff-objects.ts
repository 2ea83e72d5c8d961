import { apiDefault } from './api-defaults';
import { canonicalText } from './canonical-text';
import type { Equivalence } from './equivalences';
import type { FoldCounts } from './folds';
import { pathText, type FieldChange, type Noise, type PathSegment } from './field-change';
import type { Folds } from './object-change';
import { identitiesOf, orderMatters, type KeyedList } from './keyed-list';
import { noiseOf } from './noise';
import { isPlainObject } from '../plain-object';
import { sameScalar } from './same-scalar';
import { sortedBy } from './sorted-by';
import type { Schema } from '../kubernetes/schema';

/** What is known of the kind whose objects are compared. */
export interface KindSchema {
  /** @default - nothing is known: every list is one value, and only what is the same text is equal */
  readonly schema?: Schema;

  /** Name of the definition of a built-in kind, such as `api.apps.v1.Deployment`. @default - it has no defaults of its own */
  readonly definition?: string;

  /** Whether the API server holds lists of its spec against the old ones as they are, so that their order matters. @default false */
  readonly ordered?: boolean;

  /** Whether a CustomResourceDefinition makes it. */
  readonly custom: boolean;

  /** The schema that stands for this one. */
  readonly resolve: (schema: Schema) => Schema;
}

/** What differs between two objects, sorted by path, and how often something was found equal or was folded. */
export interface ObjectDifference {
  readonly fields: readonly FieldChange[];
  readonly folds: Folds;
}

/** Compares two states of an object field by field, lists by the keys that the schema of the kind gives them. */
export function diffObjects(before: Fields, after: Fields, kind: KindSchema): ObjectDifference {
  const diff = new ObjectDiff(kind);
  diff.object(before, after);
  const { fields, folds } = diff;
  return { fields: fields.length < 2 ? fields : sortedBy(fields, ({ path }) => pathText(path)), folds };
}

class ObjectDiff {
  readonly fields: FieldChange[] = [];
  readonly folds: FoldCounts = {};
  readonly #path: PathSegment[] = [];

  constructor(
    private readonly kind: KindSchema,
    path: readonly PathSegment[] = [],
  ) {
    this.#path.push(...path);
  }

  /** A whole object, whose metadata is the same for every kind. */
  object(before: Fields, after: Fields): void {
    const { schema: reference, definition = '', resolve } = this.kind;
    const schema = reference && resolve(reference);
    this.#record(
      before,
      after,
      { ...schema, properties: { ...schema?.properties, metadata: METADATA } },
      definition,
    );
  }

  value(before: unknown, after: unknown, reference: Schema | undefined, field: string): void {
    if (before === after) return;
    const schema = reference && this.kind.resolve(reference);
    if (isPlainObject(before) && isPlainObject(after))
      this.#record(before, after, schema, reference?.$ref ?? '');
    else if (Array.isArray(before) && Array.isArray(after)) this.#list(before, after, schema);
    else {
      const equivalence = sameScalar(before, after, schema, { field, custom: this.kind.custom });
      if (equivalence === undefined) this.#emit('replace', before, after);
      else this.#fold(equivalence);
    }
  }

  #record(before: Fields, after: Fields, schema: Schema | undefined, definition: string): void {
    for (const key of Object.keys(before)) this.#field(key, before, after, schema, definition);
    for (const key of Object.keys(after)) {
      if (!Object.hasOwn(before, key)) this.#field(key, before, after, schema, definition);
    }
  }

  #field(key: string, before: Fields, after: Fields, schema: Schema | undefined, definition: string): void {
    const [left, right] = [own(before, key), own(after, key)];
    if (left === right) return;
    const child = childSchema(schema, key);
    const [from, to] = child?.nullable === true ? [left, right] : [left ?? undefined, right ?? undefined];
    this.#path.push(key);
    if (from !== undefined && to !== undefined) this.value(from, to, child, key);
    else if (from === to) this.#fold('empty');
    else this.#oneSided(from, to, child, { key, holders: [before, after], definition });
    this.#path.pop();
  }

  /** A field that only one side has. */
  #oneSided(
    before: unknown,
    after: unknown,
    child: Schema | undefined,
    { key, holders, definition }: { key: string; holders: readonly [Fields, Fields]; definition: string },
  ): void {
    const present = before ?? after;
    const schema = child && this.kind.resolve(child);
    const value =
      child?.default ??
      schema?.default ??
      sharedDefault(definition, key, holders) ??
      sharedDefault(this.kind.definition ?? '', pathText(this.#path), holders);
    if (value !== undefined && this.#isSame(value, present, child, key)) this.#fold('default');
    else if (!this.kind.custom && isEmpty(present, schema)) this.#fold('empty');
    else if (isPlainObject(present) && isMap(schema)) {
      this.#record(
        isPlainObject(before) ? before : {},
        isPlainObject(after) ? after : {},
        schema,
        child?.$ref ?? '',
      );
    } else this.#emit(before === undefined ? 'add' : 'remove', before, after);
  }

  #list(before: readonly unknown[], after: readonly unknown[], schema: Schema | undefined): void {
    const items = schema?.items;
    const keys =
      schema?.['x-kubernetes-list-type'] === 'map'
        ? schema['x-kubernetes-list-map-keys']
        : UNIQUE_KEYS[items?.$ref ?? ''];
    if (keys !== undefined) {
      const itemSchema = items && this.kind.resolve(items);
      const [left, right] = [identitiesOf(before, keys, itemSchema), identitiesOf(after, keys, itemSchema)];
      if (left !== undefined && right !== undefined) {
        this.#keyed(left, right, items);
        return;
      }
    }
    if (schema?.['x-kubernetes-list-type'] === 'set' && isSameSet(before, after)) this.#fold('list-order');
    else if (!this.#isSameList(before, after, items)) this.#emit('replace', before, after);
  }

  #isSameList(before: readonly unknown[], after: readonly unknown[], items: Schema | undefined): boolean {
    if (before.length !== after.length) return false;
    const scratch = new ObjectDiff(this.kind, this.#path);
    for (const [index, item] of before.entries()) {
      scratch.value(item, after[index], items, '');
      if (scratch.fields.length > 0) return false;
    }
    for (const [id, count] of Object.entries(scratch.folds)) this.#fold(id as Equivalence | Noise, count);
    return true;
  }

  #keyed(before: KeyedList, after: KeyedList, items: Schema | undefined): void {
    for (const [key, { item, identity }] of before) {
      const other = after.get(key);
      this.#path.push(identity);
      if (other === undefined) this.#emit('remove', item, undefined);
      else this.value(item, other.item, items, '');
      this.#path.pop();
    }
    for (const [key, { item, identity }] of after) {
      if (before.has(key)) continue;
      this.#path.push(identity);
      this.#emit('add', undefined, item);
      this.#path.pop();
    }
    this.#order(before, after);
  }

  /** Compares the order after items have gone and others have been put to the end, by name, with the one that is wanted. */
  #order(before: KeyedList, after: KeyedList): void {
    const kept = [...before.keys()].filter((key) => after.has(key));
    const applied = [...kept, ...[...after.keys()].filter((key) => !before.has(key)).sort()];
    const wanted = [...after.keys()];
    if (applied.every((key, index) => key === wanted[index])) return;
    const isOrdered = this.kind.ordered === true && this.#path[0] === 'spec';
    if (!isOrdered && !orderMatters(this.#path.at(-1), before, after)) {
      const common = wanted.filter((key) => before.has(key));
      if (kept.some((key, index) => key !== common[index])) this.#fold('list-order');
      return;
    }
    const identities = (list: KeyedList): unknown[] => [...list.values()].map(({ identity }) => identity);
    this.#emit('reorder', identities(before), identities(after));
  }

  #isSame(before: unknown, after: unknown, schema: Schema | undefined, field: string): boolean {
    const scratch = new ObjectDiff(this.kind, this.#path);
    scratch.value(before, after, schema, field);
    return scratch.fields.length === 0;
  }

  #emit(op: FieldChange['op'], before: unknown, after: unknown): void {
    const noise = noiseOf(this.#path, after ?? before);
    if (noise !== undefined) this.#fold(noise);
    this.fields.push({
      path: [...this.#path],
      op,
      ...(op !== 'add' && { before }),
      ...(op !== 'remove' && { after }),
      ...(noise !== undefined && { noise }),
    });
  }

  #fold(id: Equivalence | Noise, count = 1): void {
    this.folds[id] = (this.folds[id] ?? 0) + count;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** A default that follows from other fields counts only where both sides give the same one. */
function sharedDefault(definition: string, key: string, [before, after]: readonly [Fields, Fields]): unknown {
  const [left, right] = [apiDefault(definition, key, before), apiDefault(definition, key, after)];
  return JSON.stringify(left) === JSON.stringify(right) ? left : undefined;
}

function childSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** Whether keys are the user's own, as labels are, so that no entries are as good as no map. */
function isMap(schema: Schema | undefined): boolean {
  return schema?.additionalProperties !== undefined && schema.properties === undefined;
}

function isEmpty(value: unknown, schema: Schema | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0 && schema?.type === 'array';
  return isPlainObject(value) && Object.keys(value).length === 0 && isMap(schema);
}

function isSameSet(before: readonly unknown[], after: readonly unknown[]): boolean {
  if (before.length !== after.length) return false;
  const [left, right] = [before, after].map((list) => list.map(canonicalText).sort());
  return left?.every((item, index) => item === right?.[index]) ?? false;
}

function own(record: Fields, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * Items of lists that the schema calls one value, but whose keys the API server takes once only:
 * k8s.io/apiextensions-apiserver@v0.36.3:pkg/apis/apiextensions/validation/validation.go, "must contain unique version names".
 */
const UNIQUE_KEYS: Readonly<Record<string, readonly string[]>> = {
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion': ['name'],
};

const METADATA: Schema = { $ref: 'apimachinery.pkg.apis.meta.v1.ObjectMeta' };
