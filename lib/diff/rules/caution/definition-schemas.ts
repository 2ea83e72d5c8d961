import type { ObjectChange } from '../../object-change';
import { isPlainObject } from '../../../plain-object';
import { listOf, recordOf } from '../../../rules/object-needs-made';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, counted, mapsAt, plain, shown, some, textsAt } from '../rule-text';

/** What objects of a custom kind may say. */
export const definitionSchemaRules: readonly RiskRule[] = [
  {
    id: 'crd-schema-narrowed',
    level: 'caution',
    on: 'object',
    kinds: ['apiextensions.k8s.io/CustomResourceDefinition'],
    title: 'A CustomResourceDefinition takes less than before',
    reason: 'Objects that were right may be refused, and fields that it does not know any more are dropped.',
    onApply:
      'Objects stay as they are stored. The next change of one is refused for the parts of it that do not fit and that it changes; unknown fields are lost with it.',
    fix: 'Look whether your objects, in Git and in the cluster, use it; change them first.',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning and #validation-ratcheting',
    check: narrowed,
  },
];

function narrowed({ before, after }: ObjectChange): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const now = new Map(mapsAt(after.object, 'spec', 'versions').map((version) => [version['name'], version]));
  return mapsAt(before.object, 'spec', 'versions').flatMap((version): RiskHit[] => {
    const newer = now.get(version['name']);
    if (version['served'] === false || newer === undefined || newer['served'] === false) return [];
    const [left, right] = [version, newer].map((one) => recordOf(at(one, 'schema', 'openAPIV3Schema')));
    const less = withinSchema(left ?? {}, right ?? {}, '');
    const name = plain(version['name'], '');
    return less.length === 0 ? [] : [{ field: `spec.versions[name=${name}].schema`, what: some(less, 3) }];
  });
}

/** In which ways a schema takes less than an older one; what controllers write is theirs. */
function withinSchema(before: Schema, after: Schema, path: string): readonly string[] {
  if (path === 'status') return [];
  const own = [...boundsOf(before, after), ...valuesOf(before, after)].map((text) =>
    `${path} ${text}`.trim(),
  );
  const children = ['items', 'additionalProperties'].flatMap((key) => {
    const [left, right] = [before[key], after[key]];
    return isPlainObject(left) && isPlainObject(right) ? withinSchema(left, right, `${path}[]`) : [];
  });
  return [...own, ...propertiesOf(before, after, path), ...children];
}

function propertiesOf(before: Schema, after: Schema, path: string): readonly string[] {
  const [left, right] = [recordOf(before['properties']), recordOf(after['properties'])];
  const required = textsAt(before, 'required');
  const needed = textsAt(after, 'required').filter(
    (key) => !required.includes(key) && at(right[key], 'default') === undefined,
  );
  // Where other names are taken, one that is gone is no loss.
  const isOpen =
    after['x-kubernetes-preserve-unknown-fields'] === true || after['additionalProperties'] !== undefined;
  return [
    ...[...needed].sort().map((key) => `${join(path, key)} is required`),
    ...Object.keys(left)
      .sort()
      .flatMap((key) => {
        if (Object.hasOwn(right, key))
          return withinSchema(recordOf(left[key]), recordOf(right[key]), join(path, key));
        return isOpen || join(path, key) === 'status' ? [] : [`${join(path, key)} is gone`];
      }),
  ];
}

function boundsOf(before: Schema, after: Schema): readonly string[] {
  return Object.entries(BOUNDS).flatMap(([key, isTighter]) => {
    const [from, to] = [before[key], after[key]];
    if (typeof to !== 'number' || before['type'] === undefined) return [];
    return typeof from !== 'number' || isTighter(from, to) ? [`has ${key} ${to}`] : [];
  });
}

function valuesOf(before: Schema, after: Schema): readonly string[] {
  const [from, to] = [listOf(before['enum']), listOf(after['enum'])];
  const lost = from.filter((value) => !to.includes(value));
  return [
    ...typesOf(before['type'], after['type']),
    ...(after['pattern'] !== undefined &&
    after['pattern'] !== before['pattern'] &&
    before['type'] !== undefined
      ? ['has another pattern']
      : []),
    ...(to.length > 0 && from.length === 0 && before['type'] !== undefined
      ? [`takes ${counted(to.length, 'value')} only`]
      : []),
    ...(to.length > 0 && lost.length > 0 ? [`no longer takes ${some(lost.map(shown), 3)}`] : []),
  ];
}

/** Each integer is a number. */
function typesOf(before: unknown, after: unknown): readonly string[] {
  const isSame = before === after || (before === 'integer' && after === 'number');
  if (before === undefined || after === undefined || isSame) return [];
  return [`is of type ${plain(after, '')}, not ${plain(before, '')}`];
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

type Schema = Readonly<Record<string, unknown>>;

const isHigher = (from: number, to: number): boolean => to > from;
const isLower = (from: number, to: number): boolean => to < from;
const BOUNDS: Readonly<Record<string, (from: number, to: number) => boolean>> = {
  minimum: isHigher,
  minLength: isHigher,
  minItems: isHigher,
  minProperties: isHigher,
  maximum: isLower,
  maxLength: isLower,
  maxItems: isLower,
  maxProperties: isLower,
};
