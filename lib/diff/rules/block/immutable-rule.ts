import { pathText, type FieldChange } from '../../field-change';
import type { Comparison } from '../../comparison';
import type { ObjectChange, ObjectChanged } from '../../object-change';
import type { ObjectRiskRule, RiskHit } from '../risk-rule';
import { type KeyPath, stepText, touchedFields } from './touched-fields';

/** Fields of some kinds that the API server refuses to update. */
export interface ImmutableFields {
  /** Id of the rule. */
  readonly id: string;
  readonly kinds: readonly string[];
  readonly title: string;
  readonly reason: string;

  /** @default - what is true of every immutable field */
  readonly onApply?: string;
  readonly fix: string;

  /** `module@version:file`, and the function. */
  readonly source: string;

  /** Everything at or below one of these, such as `['spec', 'selector']`. */
  readonly paths: readonly KeyPath[];

  /** Below those, what may change all the same. @default - nothing */
  readonly except?: readonly KeyPath[];

  /** What the API server writes for a field at the top of the object that is left out. @default - nothing */
  readonly defaults?: Readonly<Record<string, string>>;

  /** When the API server takes a change of one field, or of all. @default - never */
  readonly unless?: (field: FieldChange, change: ObjectChanged, comparison: Comparison) => boolean;
}

/** A rule that finds changes of immutable fields: an object with another name is another object, so nothing of it is immutable. */
export function immutableRule(entry: ImmutableFields): ObjectRiskRule {
  const { id, kinds, title, reason, fix, source, onApply = REFUSED_UPDATE } = entry;
  return {
    id,
    level: 'block',
    title,
    reason,
    onApply,
    fix,
    source,
    refusedByApi: true,
    needsReplacement: true,
    on: 'object',
    kinds,
    check: (change, comparison) => immutableHits(entry, change, comparison),
  };
}

/** An update of an object that stays: what rules about updates look at. */
export function isUpdate(change: ObjectChange): change is ObjectChanged {
  return change.kind === 'changed';
}

function immutableHits(
  { paths, except = [], defaults = {}, unless }: ImmutableFields,
  change: ObjectChange,
  comparison: Comparison,
): readonly RiskHit[] {
  if (!isUpdate(change)) return [];
  const allowed = new Set(except.flatMap((path) => touchedFields(change, path).filter(isWithin(path))));
  const touched = new Set(paths.flatMap((path) => touchedFields(change, path)));
  return [...touched]
    .filter(
      (field) =>
        !allowed.has(field) && !isDefault(field, defaults) && unless?.(field, change, comparison) !== true,
    )
    .map((field) => ({ field: pathText(field.path), what: fieldText(field) }));
}

/** Whether a field comes or goes with the value that it has where it is left out. */
function isDefault(
  { path, op, before, after }: FieldChange,
  defaults: Readonly<Record<string, string>>,
): boolean {
  const [key] = path;
  if (path.length !== 1 || typeof key !== 'string' || op === 'replace' || op === 'reorder') return false;
  return Object.hasOwn(defaults, key) && defaults[key] === (before ?? after);
}

/** `before -> after` of a changed field, or what became of the order of its items. */
function fieldText({ op, before, after }: FieldChange): string {
  return op === 'reorder' ? `another order: ${stepText(before, after)}` : stepText(before, after);
}

/** Not a change of something above the path, which has more in it. */
function isWithin(path: KeyPath): (field: FieldChange) => boolean {
  return (field) => field.path.filter((segment) => typeof segment === 'string').length >= path.length;
}

/** What is true of every field that cannot be updated. */
export const REFUSED_UPDATE =
  'kubectl apply fails for this object ("field is immutable" or "Forbidden") and goes on with the others; Pulumi fails too, or deletes the object and makes it again; the sync of Argo CD and Flux fails.';

/** The validation of kube-apiserver, where most of this is read. */
export const VALIDATION = 'k8s.io/kubernetes@v1.36.3:pkg/apis';
