import { parseAddress, parseRange } from '../../../lib/cluster/ip-range';
import { withExamples } from '../../../lib/late';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import { secretsInValues } from '../../helm/secrets-in-values';
import type { ConstructViolation } from '../../violations';
import { resourceViolations } from '../../workloads/resources';
import {
  architectureViolations,
  clusterNetwork,
  localApiViolations,
  networkViolations,
  smallNodes,
} from '../network-provider';
import type { CiliumProps } from './cilium-settings';
import { ciliumResources } from './cilium-values';

/** What is wrong with the props of Cilium, and where they do not fit the cluster. */
export function ciliumViolations(props: CiliumProps, cluster: K3sCluster | undefined): ConstructViolation[] {
  return [
    ...(props.loadBalancer?.addresses ?? []).flatMap(addressViolations),
    ...(props.loadBalancer?.addresses.length === 0 ? [noAddresses()] : []),
    ...resourceViolations(ciliumResources(props)),
    ...secretsInValues(props.values ?? {}),
    ...(cluster === undefined ? [] : clusterViolations(props, cluster)),
  ];
}

function clusterViolations(props: CiliumProps, cluster: K3sCluster): ConstructViolation[] {
  const needs = [
    ...(props.loadBalancer !== undefined && (props.loadBalancer.announce ?? true) ? ['loadBalancer'] : []),
    ...((props.ingress ?? 'off') === 'off' ? [] : ['ingress']),
  ];
  const keepsProxy = clusterNetwork(cluster).kubeProxy;
  return [
    ...networkViolations(cluster, 'cilium', 'either'),
    ...localApiViolations(cluster),
    ...architectureViolations(cluster, 'Cilium', ['amd64', 'arm64']),
    ...smallNodes(
      cluster,
      'Cilium',
      '2Gi',
      "give the node more memory, or stay with K3s's own network: remove network.cni",
    ),
    ...(keepsProxy && isOwnNetwork(cluster) ? needs.map(needsReplacement) : []),
    ...(props.loadBalancer === undefined ? [] : serviceLbViolations(cluster)),
  ];
}

/** Only then does the answer of the user's own props count; else another rule says what to write, `kubeProxy: false` with it. */
function isOwnNetwork(cluster: K3sCluster): boolean {
  const cni = cluster.modelWithoutFiles().props.network?.cni;
  return cni?.kind === 'none' && cni.provider === 'cilium';
}

function needsReplacement(property: string): ConstructViolation {
  return {
    rule: 'cluster-network',
    property,
    problem: 'needs Cilium in the place of kube-proxy, which the cluster keeps',
    fix: "write network: { cni: Cni.none('cilium', { kubeProxy: false }) } in the props of the cluster",
  };
}

function serviceLbViolations(cluster: K3sCluster): ConstructViolation[] {
  const asking = cluster.modelWithoutFiles().components.get('servicelb') ?? [];
  return asking.map((path) => ({
    rule: 'load-balancer-twice',
    path,
    property: 'exposure',
    problem: "brings K3s's ServiceLB, and Cilium gives Services their addresses",
    fix: "write new Traefik(cluster, 'traefik', { exposure: 'loadbalancer' }), leave ServiceLb out, or leave loadBalancer out of Cilium's props",
  }));
}

function addressViolations(addresses: string, index: number): ConstructViolation[] {
  return blockOf(addresses) !== undefined
    ? []
    : [
        {
          rule: 'cilium',
          property: propertyAt(['loadBalancer', 'addresses', String(index)]),
          problem: `must be two addresses, the lower one first, or a network, got ${describeValue(addresses)}`,
          fix: "write '10.0.0.240-10.0.0.250' or '10.0.0.240/28'",
        },
      ];
}

function noAddresses(): ConstructViolation {
  return {
    rule: 'cilium',
    property: 'loadBalancer.addresses',
    problem: 'is empty: no Service would get an address',
    fix: "write addresses: ['10.0.0.240-10.0.0.250']",
  };
}

/** A block of a CiliumLoadBalancerIPPool; `undefined` for text that is none. */
export function blockOf(addresses: string): Readonly<Record<string, string>> | undefined {
  const [start = '', stop, more] = addresses.split('-').map((part) => part.trim());
  if (stop === undefined)
    return parseRange(withExamples(start))?.isAligned === true ? { cidr: start } : undefined;
  const [first, last] = [parseAddress(withExamples(start)), parseAddress(withExamples(stop))];
  const isRange = first !== undefined && last?.family === first.family && first.value <= last.value;
  return isRange && more === undefined ? { start, stop } : undefined;
}
