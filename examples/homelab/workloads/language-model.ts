import { k8s } from 'cdk8s-plus-28';
import type { Namespace } from 'k3stack';

/**
 * The model server on the workstation, outside the cluster, as an ordinary service inside of it: a Service without a selector, and an
 * EndpointSlice that says where its one endpoint is.
 *
 * @returns Where pods of the cluster reach it.
 */
export function languageModel(namespace: Namespace, server: { address: string; port: number }): string {
  const name = 'language-model';
  new k8s.KubeService(namespace, name, {
    metadata: { name },
    spec: { ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }] },
  });
  new k8s.KubeEndpointSlice(namespace, `${name}-endpoints`, {
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [server.address], conditions: { ready: true } }],
    ports: [{ name: 'http', port: server.port }],
  });
  return `http://${name}.${namespace.name}`;
}
