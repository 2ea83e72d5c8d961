/**
 * `instanceof` by class. cdk8s answers it by a mark that every chart carries, and its subclasses inherit that: without this, any chart would be
 * an instance of any of our charts.
 */
export function isInstance<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  return Object.prototype.isPrototypeOf.call(type.prototype as object, value as object);
}
