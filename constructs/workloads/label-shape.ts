import { isLabelKey, isLabelValue, labelValueLike } from '../../lib/cluster/names';
import { withExamples } from '../../lib/late';
import { anyText, describeValue, mapOf, type Shape, type ShapeProblem } from '../../lib/rules/shape';

/** Labels: keys and values as the API server takes them. */
export const labelMap: Shape = (value, at) => {
  const problems = annotationMap(value, at);
  return problems.length > 0 ? problems : mapOf(labelValue)(value, at);
};

/** Annotations: keys as the API server takes them, any text as values. */
export const annotationMap: Shape = (value, at) => {
  const problems = mapOf(anyText)(value, at);
  if (problems.length > 0) return problems;
  return Object.keys(value as object).flatMap((key) => keyProblems(key, at, 'must have keys of'));
};

/** The key of a taint. */
export const labelKey: Shape = (value, at) => keyProblems(value, at, 'must be');

function keyProblems(value: unknown, at: readonly string[], must: string): ShapeProblem[] {
  if (typeof value === 'string' && isLabelKey(withExamples(value))) return [];
  const like = typeof value === 'string' ? labelValueLike(value) : '';
  const problem = `${must} letters, digits, '-', '_' and '.', such as 'example.org/tier', got ${describeValue(value)}`;
  return [{ at, problem, fix: `write '${like || 'example.org/tier'}'` }];
}

/** A value of a label or a taint. */
export const labelValue: Shape = (value, at): ShapeProblem[] => {
  if (typeof value === 'string' && isLabelValue(withExamples(value))) return [];
  const like = typeof value === 'string' ? labelValueLike(value) : '';
  const problem = `must be at most 63 letters, digits, '-', '_' and '.', got ${describeValue(value)}`;
  return [{ at, problem, fix: `write '${like || 'web'}'` }];
};
