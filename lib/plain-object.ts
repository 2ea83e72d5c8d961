/**
 * Whether a value is a map as programs and JSON have it: not `null`, a list, a class instance, a promise or a function. Asks for a prototype without
 * one of its own rather than for `Object.prototype`, which is another one in each realm.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
