import { recordOf } from '../../rules/object-needs-made';
import { mapsAt, textsAt } from './rule-text';

/** Labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, unknown>>;

/** Whether a LabelSelector picks such labels; an empty one picks all. kubernetes/apimachinery@v0.36.3:pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector. */
export function selects(selector: unknown, labels: Labels): boolean {
  const { matchLabels } = recordOf(selector);
  return (
    hasLabels(recordOf(matchLabels), labels) &&
    mapsAt(selector, 'matchExpressions').every((expression) => fulfils(expression, labels))
  );
}

/** Whether labels hold each of some others: the selector of a Service. */
export function hasLabels(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** What a LabelSelector asks, one text each, so that a selector with fewer of them picks more. */
export function requirements(selector: unknown): readonly string[] {
  const equal = Object.entries(recordOf(recordOf(selector)['matchLabels'])).map(([key, value]) =>
    requirement(key, 'In', [String(value)]),
  );
  const expressions = mapsAt(selector, 'matchExpressions').map((expression) =>
    requirement(String(expression['key']), String(expression['operator']), textsAt(expression, 'values')),
  );
  return [...new Set([...equal, ...expressions])].sort();
}

function requirement(key: string, operator: string, values: readonly string[]): string {
  return values.length === 0 ? `${key} ${operator}` : `${key} ${operator} ${[...values].sort().join('|')}`;
}

function fulfils(expression: Labels, labels: Labels): boolean {
  const key = String(expression['key']);
  const value = labels[key];
  const values = textsAt(expression, 'values');
  switch (expression['operator']) {
    case 'In':
      return typeof value === 'string' && values.includes(value);
    case 'NotIn':
      return typeof value !== 'string' || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined; // DoesNotExist
  }
}
