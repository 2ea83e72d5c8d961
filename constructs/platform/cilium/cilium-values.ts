import { withExamples } from '../../../lib/late';
import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { mergedResources } from '../../workloads/resources';
import type { ClusterNetwork } from '../network-provider';
import type { CiliumProps } from './cilium-settings';

/** What the values depend on beside the props. */
export interface CiliumContext {
  readonly network: ClusterNetwork;
  readonly operatorReplicas: number;

  /** Whether objects that name no ingress class are Cilium's. */
  readonly isDefaultIngress: boolean;
}

/** Values of Cilium's chart (cilium/charts@3934d0b:cilium-1.19.6.tgz, values.yaml and templates). */
export function ciliumValues(props: CiliumProps, context: CiliumContext): HelmValues {
  const { loadBalancer, encryption = 'none' } = props;
  const { resources, operatorResources } = ciliumResources(props);
  return mergeValues(
    {
      ...addressValues(props, context.network),
      ...(loadBalancer === undefined
        ? { defaultLBServiceIPAM: 'none' } // leaves Services to ServiceLB
        : { l2announcements: { enabled: loadBalancer.announce ?? true }, k8sClientRateLimit: RATE }),
      ...ingressValues(props, context),
      ...hubbleValues(props),
      ...(encryption === 'wireguard' && { encryption: { enabled: true, type: 'wireguard' } }),
      // As with every other provider: else 0.0.0.0/0 in a NetworkPolicy is no node, where the API server answers.
      policyCIDRMatchMode: ['nodes'],
      // In the agent, which starts it when a rule or an Ingress wants it: one pod less on every node.
      envoy: { enabled: false },
      operator: { replicas: context.operatorReplicas, resources: resourceValues(operatorResources) },
      resources: resourceValues(resources),
    },
    props.values ?? {},
  );
}

/** Resources by the props that set them. */
export function ciliumResources(
  props: CiliumProps,
): Required<Pick<CiliumProps, 'resources' | 'operatorResources'>> {
  return {
    resources: mergedResources(AGENT, props.resources),
    operatorResources: mergedResources(OPERATOR, props.operatorResources),
  };
}

/** Requests of the pods that these props make; the init containers of the agent ask for no more than it does. */
export function ciliumRequests(props: CiliumProps, operatorReplicas: number): AddOnRequests {
  const { hubble = 'off' } = props;
  const { resources, operatorResources } = ciliumResources(props);
  return sumRequests([
    { resources, pods: 'per-node' },
    { resources: operatorResources, pods: operatorReplicas },
    ...(hubble === 'relay' || hubble === 'ui' ? [{ resources: RELAY }] : []),
    ...(hubble === 'ui' ? [{ resources: UI_BACKEND }, { resources: UI_FRONTEND }] : []),
  ]);
}

function addressValues({ routing = 'tunnel' }: CiliumProps, network: ClusterNetwork): HelmValues {
  const { kubeProxy, podCidrs, api } = network;
  const ipv4 = podCidrs.find((cidr) => !withExamples(cidr).includes(':'));
  const ipv6 = podCidrs.find((cidr) => withExamples(cidr).includes(':'));
  return {
    kubeProxyReplacement: !kubeProxy,
    k8sServiceHost: api.host,
    k8sServicePort: api.port,
    // K3s gives each node its part of clusterCidr (allocate-node-cidrs, k3s-io/k3s@866d743:pkg/daemons/control/server.go); so the two cannot differ.
    ipam: { mode: 'kubernetes' },
    k8s: { requireIPv4PodCIDR: ipv4 !== undefined, requireIPv6PodCIDR: ipv6 !== undefined },
    ipv4: { enabled: ipv4 !== undefined },
    ipv6: { enabled: ipv6 !== undefined },
    routingMode: routing,
    ...(routing === 'tunnel'
      ? { tunnelProtocol: 'vxlan' }
      : {
          autoDirectNodeRoutes: true,
          ...(ipv4 !== undefined && { ipv4NativeRoutingCIDR: ipv4 }),
          ...(ipv6 !== undefined && { ipv6NativeRoutingCIDR: ipv6 }),
        }),
  };
}

function ingressValues({ ingress = 'off' }: CiliumProps, { isDefaultIngress }: CiliumContext): HelmValues {
  if (ingress === 'off') return {};
  return { ingressController: { enabled: true, default: isDefaultIngress, loadbalancerMode: ingress } };
}

function hubbleValues({ hubble = 'off' }: CiliumProps): HelmValues {
  if (hubble === 'off') return { hubble: { enabled: false } };
  return {
    hubble: {
      enabled: true,
      // By a job that renews it; the chart's own way makes a certificate that ends after a year.
      tls: { auto: { enabled: true, method: 'cronJob' } },
      relay: { enabled: hubble !== 'agent', ...(hubble !== 'agent' && { resources: resourceValues(RELAY) }) },
      ui: {
        enabled: hubble === 'ui',
        ...(hubble === 'ui' && {
          backend: { resources: resourceValues(UI_BACKEND) },
          frontend: { resources: resourceValues(UI_FRONTEND) },
        }),
      },
    },
  };
}

const AGENT: Resources = { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } };
const OPERATOR: Resources = { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '256Mi' } };
const RELAY: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } };
const UI_BACKEND: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } };
const UI_FRONTEND: Resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } };

/** Each announced Service renews a lease every 5 s (cilium/cilium@v1.19.6:Documentation/network/l2-announcements.rst, sizing): enough for a hundred of them. */
const RATE = { qps: 20, burst: 40 };
