import { counted, listed } from '../../report/words';
import type { KubernetesSchemas } from '../../kubernetes/schema';
import { printable } from '../../rules/violation';
import type { KubernetesObject } from '../../synthesis/synthesis';
import { columnKey } from '../column';
import { compare } from '../compare';
import { comparedObject } from '../compared-object';
import type { Comparison } from '../comparison';
import { pathText, type FieldChange } from '../field-change';
import type { HiddenValues } from '../hidden-value';
import type { ComparedObject } from '../object-change';
import { idKey } from '../object-id';
import { isPlainObject } from '../../plain-object';
import { fieldAt } from './field-at';
import type { LiveAnswer, LiveOutcome } from './live-outcome';

/** How live objects are compared. */
export interface LiveSaysOptions {
  readonly schemas: KubernetesSchemas;

  /** Those of the comparison. */
  readonly hidden: HiddenValues;
}

/** What a cluster says of each object that was tried in it, by the keys of a column. */
export function liveSays(
  comparison: Comparison,
  answers: readonly LiveAnswer[],
  options: LiveSaysOptions,
): Map<string, string> {
  const differences = liveDifferences(comparison, answers, options);
  return new Map(
    answers.map((answer) => [
      columnKey(comparison.environment, idKey(answer.change.id)),
      said(answer, differences.get(idKey(answer.change.id)) ?? []),
    ]),
  );
}

/** Fields in which what is live differs from what would be, by object. */
function liveDifferences(
  comparison: Comparison,
  answers: readonly LiveAnswer[],
  { schemas, hidden }: LiveSaysOptions,
): ReadonlyMap<string, readonly FieldChange[]> {
  const { kubernetes } = comparison.after;
  const definitions = comparison.ofKind('after', 'apiextensions.k8s.io/CustomResourceDefinition');
  const before = new Map(definitions.map((each) => [idKey(each.id), each]));
  const after = new Map(before);
  for (const { change, outcome, filledLater = false } of answers) {
    const [live, result] = statesOf(outcome, change.after, hidden);
    if (live === undefined || result === undefined) continue;
    const seen = (object: KubernetesObject): ComparedObject => ({
      ...comparedObject(filledLater ? withoutValues(object) : object, {}, hidden),
      id: change.id,
    });
    before.set(idKey(change.id), seen(live));
    after.set(idKey(change.id), seen(result));
  }
  const sides = [before, after].map((side) => ({ objects: [...side.values()], kubernetes }));
  const { changes } = compare('', sides[0]!, sides[1]!, schemas);
  return new Map(
    changes.map(({ id, fields }) => [idKey(id), fields.filter(({ noise }) => noise === undefined)]),
  );
}

/** Of what could only be read, the manifest stands for what would be. */
function statesOf(
  outcome: LiveOutcome,
  wanted: ComparedObject | undefined,
  hidden: HiddenValues,
): [KubernetesObject?, KubernetesObject?] {
  if (outcome.kind === 'applied') return [outcome.live, outcome.result];
  if (outcome.kind !== 'read-only' || outcome.live === undefined || wanted === undefined) return [];
  return [outcome.live, hidden.original(wanted.object)];
}

/** Placeholders stand for values that are filled in later: only which keys there are can be compared. */
function withoutValues(object: KubernetesObject): KubernetesObject {
  const { data, stringData, ...rest } = object;
  const keys = [data, stringData].flatMap((values) => (isPlainObject(values) ? Object.keys(values) : []));
  return { ...rest, data: Object.fromEntries(keys.map((key) => [key, ''])) };
}

function said(answer: LiveAnswer, fields: readonly FieldChange[]): string {
  const { outcome } = answer;
  switch (outcome.kind) {
    case 'created':
      return ['would be created', ...warned(outcome.warnings)].join('; ');
    case 'applied':
      return appliedText(answer, outcome, fields);
    case 'refused':
      return `refused: ${outcome.reason}`;
    case 'read-only':
      return readOnlyText(answer, outcome.live === undefined, fields);
    case 'there':
      return 'is there';
    case 'gone':
      return 'not there any more';
    case 'untried':
      return `not tried: ${outcome.reason}`;
  }
}

function appliedText(
  { change, filledLater = false }: LiveAnswer,
  { live, result, warnings }: LiveOutcome & { readonly kind: 'applied' },
  fields: readonly FieldChange[],
): string {
  const isNew = change.kind === 'added' || change.kind === 'renamed';
  const paths = fields.map(({ path }) => pathText(path));
  const known = change.fields.map(({ path }) => pathText(path));
  const unexpected = paths.filter((path) => !known.some((other) => isWithin(path, other)));
  const staying = change.fields
    .filter(({ op, noise, path }) => op === 'remove' && noise === undefined && fieldAt(result, path))
    .map(({ path }) => pathText(path));
  return [
    ...(isNew ? ['is there already'] : []),
    ...(live.metadata['deletionTimestamp'] === undefined ? [] : ['is being deleted']),
    fields.length === 0 ? 'unchanged' : `would change: ${counted(fields.length, 'field')}`,
    ...(unexpected.length === 0 || isNew ? [] : [`not part of this change: ${shown(unexpected)}`]),
    ...(unexpected.length === 0 || !isNew ? [] : [shown(unexpected)]),
    ...(staying.length === 0 ? [] : [`stays, as another field manager has set it: ${shown(staying)}`]),
    ...(filledLater ? ['values that are filled in later are not compared'] : []),
    ...warned(warnings),
  ].join('; ');
}

/** What only the live object has may be the server's own, and is passed over. */
function readOnlyText({ change }: LiveAnswer, isMissing: boolean, fields: readonly FieldChange[]): string {
  if (isMissing) return 'not there, and may not be tried';
  const own = fields.filter(({ op }) => op !== 'remove').map(({ path }) => pathText(path));
  if (own.length === 0) return 'may not be tried; the live object has what the manifest says';
  const are = change.kind === 'added' ? 'is there already, and differs' : 'the live object differs';
  return `may not be tried; ${are} in ${counted(own.length, 'field')}: ${shown(own)}`;
}

function warned(warnings: readonly string[]): string[] {
  return warnings.length === 0 ? [] : [`warns: ${warnings.join(', ')}`];
}

function shown(paths: readonly string[]): string {
  return listed(paths.map(printable), SHOWN);
}

/** Whether two paths are the same, or one lies in the other. */
function isWithin(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && /^[.[]/.test(long.slice(short.length));
}

const SHOWN = 4;
