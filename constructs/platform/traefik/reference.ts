import type { TraefikObjectName } from './middleware-settings';

/**
 * The name under which Traefik knows an object of its CustomResourceDefinitions from elsewhere, such as `shop-limit@kubernetescrd`: everything
 * but letters and digits is one `-` (traefik/traefik@v3.7.13:pkg/provider/kubernetes/crd/name_builder.go, pkg/provider/configuration.go).
 */
export function kubernetesCrdReference({ namespace, name }: TraefikObjectName): string {
  const normalized = `${namespace}-${name}`.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return `${normalized.join('-')}@kubernetescrd`;
}
