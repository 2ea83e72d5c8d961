import { isDnsSubdomain } from '../../lib/cluster/names';
import { withExamples } from '../../lib/late';
import { describeValue, type Shape } from '../../lib/rules/shape';

/** Name of an object of Kubernetes. */
export const objectName: Shape = (value, at) => {
  if (typeof value === 'string' && isDnsSubdomain(withExamples(value))) return [];
  const problem = `must be the name of an object: lower case letters, digits, '-' and '.', got ${describeValue(value)}`;
  return [{ at, problem, fix: `write ${at.at(-1) ?? 'name'}: 'shop'` }];
};
