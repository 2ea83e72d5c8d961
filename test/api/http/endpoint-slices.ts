import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

/** An address behind a Service. */
export interface Endpoint {
  readonly address: string;

  /** @default true */
  readonly ready?: boolean | undefined;
}

/** The EndpointSlice that the endpoint controller would write for a Service with these pods: no kubelet runs here to start any. */
export function endpointSlice(
  service: KubernetesObject,
  endpoints: readonly Endpoint[],
  targetPort: number,
): KubernetesObject {
  const { name, namespace = 'default' } = service.metadata;
  const { ports } = service['spec'] as { readonly ports: readonly { readonly name?: string }[] };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-test`, namespace, labels: { 'kubernetes.io/service-name': String(name) } },
    addressType: 'IPv4',
    ports: ports.map((port) => ({ name: port.name ?? '', port: targetPort, protocol: 'TCP' })),
    endpoints: endpoints.map(({ address, ready = true }) => ({
      addresses: [address],
      conditions: { ready, serving: ready, terminating: false },
    })),
  };
}
