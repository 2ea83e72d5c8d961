import { hostPaths } from '../host-paths';
import type { K3sModel } from '../model';
import type { FlannelSettings } from '../network';
import { partOf, type SettingsPart } from './part';

/** The pod and service network, as every server is told. */
export function networkParts(model: K3sModel): SettingsPart[] {
  const { clusterCidr, serviceCidr, clusterDns, clusterDomain, serviceNodePortRange, cni } =
    model.props.network ?? {};
  return [
    partOf('network.clusterCidr', { 'cluster-cidr': clusterCidr }),
    partOf('network.serviceCidr', { 'service-cidr': serviceCidr }),
    partOf('network.clusterDns', { 'cluster-dns': clusterDns }),
    partOf('network.clusterDomain', { 'cluster-domain': clusterDomain }),
    partOf('network.serviceNodePortRange', { 'service-node-port-range': serviceNodePortRange }),
    ...(cni?.kind === 'none' ? withoutCni(cni.kubeProxy) : flannelParts(cni?.flannel ?? {})),
  ];
}

/** What every node is told about flannel. */
export function flannelNodeParts(model: K3sModel): SettingsPart[] {
  const cni = model.props.network?.cni;
  if (cni?.kind !== 'flannel') return [];
  const { interface: iface, mtu } = cni.flannel;
  return [
    partOf('network.cni.flannel.interface', { 'flannel-iface': iface }),
    partOf('network.cni.flannel.mtu', mtu === undefined ? {} : { 'flannel-conf': hostPaths.flannel }),
  ];
}

function flannelParts({
  backend,
  externalIp,
  ipv6Masquerade,
  networkPolicy,
}: FlannelSettings): SettingsPart[] {
  return [
    partOf('network.cni.flannel.backend', { 'flannel-backend': backend }),
    partOf('network.cni.flannel.externalIp', { 'flannel-external-ip': externalIp }),
    partOf('network.cni.flannel.ipv6Masquerade', { 'flannel-ipv6-masq': ipv6Masquerade }),
    partOf(
      'network.cni.flannel.networkPolicy',
      networkPolicy === undefined ? {} : { 'disable-network-policy': !networkPolicy },
    ),
  ];
}

function withoutCni(kubeProxy: boolean): SettingsPart[] {
  return [
    partOf('network.cni', { 'flannel-backend': 'none', 'disable-network-policy': true }),
    partOf('network.cni.kubeProxy', kubeProxy ? {} : { 'disable-kube-proxy': true }),
  ];
}
