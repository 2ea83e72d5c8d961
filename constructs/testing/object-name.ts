import type { KubernetesObject } from '../../lib/synthesis/synthesis';

/** `Kind namespace/name`, as messages and exceptions name an object; without a namespace `Kind name`. */
export function objectName(object: KubernetesObject): string {
  return `${object.kind} ${placedName(object)}`;
}

/** `namespace/name`, or `name`. */
export function placedName({ metadata }: KubernetesObject): string {
  const { namespace, name = '(no name)' } = metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
