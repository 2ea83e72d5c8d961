import { Construct } from 'constructs';
import { object, text, type Shape } from '../../../lib/rules/shape';
import type { TraefikObjectName } from './middleware-settings';

/**
 * The name under which Traefik knows an object of its CustomResourceDefinitions from elsewhere, such as `shop-limit@kubernetescrd`: everything
 * but letters and digits is one `-` (traefik/traefik@v3.7.13:pkg/provider/kubernetes/crd/name_builder.go, pkg/provider/configuration.go).
 */
export function kubernetesCrdReference({ namespace, name }: TraefikObjectName): string {
  const normalized = `${namespace}-${name}`.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return `${normalized.join('-')}@kubernetescrd`;
}

/** Form of namespace and name of such an object, as a map or as the construct that makes it. */
export const objectName: Shape = (value, at) =>
  plainObjectName(Construct.isConstruct(value) ? nameOf(value as unknown as TraefikObjectName) : value, at);

/** Namespace and name alone, of the construct that makes the object too. */
export function nameOf({ namespace, name }: TraefikObjectName): TraefikObjectName {
  return { namespace, name };
}

const plainObjectName = object({ namespace: text, name: text }, 'namespace', 'name');
