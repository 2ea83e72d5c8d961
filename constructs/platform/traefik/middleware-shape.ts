import { dataMap, list, object, text, type Shape } from '../../../lib/rules/shape';
import { objectName } from './reference';

/**
 * Form of the props of a middleware, for programs without types. What lies in the settings of a kind is held against the
 * CustomResourceDefinition, and which kinds there are is for a rule to say.
 */
export const middlewareShape: Shape = (value, at) => {
  const kinds = Object.keys(Object(value) as object).map((kind): [string, Shape] => [kind, dataMap]);
  return object({ ...Object.fromEntries(kinds), ...OWN })(value, at);
};

/** A map of data, in which `users` may be a reference: a rule says which. */
const withUsers: Shape = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? dataMap({ ...value, users: null }, at)
    : dataMap(value, at);

const OWN: Readonly<Record<string, Shape>> = {
  name: text,
  namespace: text,
  basicAuth: withUsers,
  digestAuth: withUsers,
  chain: object({ middlewares: list(objectName) }, 'middlewares'),
};
