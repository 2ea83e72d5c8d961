import { isPlainObject } from '../../plain-object';
import { at } from './rule-text';

/** Labels that the selector asks for by `matchLabels` and the template lacks: the API server refuses a workload with any. */
export function lackedLabels(object: unknown): readonly (readonly [string, unknown])[] {
  const selector = at(object, 'spec', 'selector');
  const wanted = at(object, 'kind') === 'ReplicationController' ? selector : at(selector, 'matchLabels');
  if (!isPlainObject(wanted)) return [];
  const labels = templateLabels(object);
  return Object.entries(wanted).filter(([key, value]) => labels?.[key] !== value);
}

/** Labels of the pods of a workload, as its template has them. */
export function templateLabels(object: unknown): Record<string, unknown> | undefined {
  const labels = at(object, 'spec', 'template', 'metadata', 'labels');
  return isPlainObject(labels) ? labels : undefined;
}
