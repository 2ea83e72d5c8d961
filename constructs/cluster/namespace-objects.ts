import type { ApiObjectProps } from 'cdk8s';
import type { ComputeAmounts, NamespaceLimits, NamespaceQuota } from './namespace-settings';

/** The ResourceQuota of a namespace. */
export function resourceQuota(quota: NamespaceQuota): ApiObjectProps {
  const { requests = {}, limits = {}, pods, storage, persistentVolumeClaims, loadBalancers } = quota;
  const hard = {
    ...prefixed('requests', requests),
    ...prefixed('limits', limits),
    ...amount('requests.storage', storage),
    ...amount('pods', pods),
    ...amount('persistentvolumeclaims', persistentVolumeClaims),
    ...amount('services.loadbalancers', loadBalancers),
    ...quota.hard,
  };
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota' }, spec: { hard } };
}

/** The LimitRange of a namespace. */
export function limitRange({ defaultRequest, defaultLimit, min, max }: NamespaceLimits): ApiObjectProps {
  const limit = {
    type: 'Container',
    ...(defaultRequest && { defaultRequest: { ...defaultRequest } }),
    ...(defaultLimit && { default: { ...defaultLimit } }),
    ...(min && { min: { ...min } }),
    ...(max && { max: { ...max } }),
  };
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits: [limit] } };
}

/**
 * The NetworkPolicy that denies what no other one allows. DNS is that of the cluster and nothing else: an open port 53 would let data out. The label is the
 * one that its pods have in K3s (k3s-io/k3s@866d743:manifests/coredns.yaml) and wherever the Service is named kube-dns.
 */
export function defaultDenyPolicy(): ApiObjectProps {
  const dns = {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
    ],
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: [dns] },
  };
}

function prefixed(prefix: string, { cpu, memory }: ComputeAmounts): Record<string, string> {
  return { ...amount(`${prefix}.cpu`, cpu), ...amount(`${prefix}.memory`, memory) };
}

function amount(key: string, value: string | number | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: String(value) };
}
