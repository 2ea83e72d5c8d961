import { isIPv6 } from 'node:net';
import type { HostFile } from '../../../synthesis/synthesis';
import { clusterCidrs } from '../cluster-network';
import { hostPaths } from '../host-paths';
import type { K3sModel } from '../model';
import type { FlannelSettings } from '../network';
import { rootFile } from './root-file';

/**
 * Flannel's own configuration, only where K3s has no option for what is asked: the MTU. It replaces the one K3s makes
 * (pkg/agent/flannel/setup.go, createFlannelConf), so it says the same otherwise.
 */
export function flannelFiles(model: K3sModel): HostFile[] {
  const cni = model.props.network?.cni;
  if (cni?.kind !== 'flannel' || cni.flannel.mtu === undefined) return [];
  const cidrs = clusterCidrs(model);
  const v4 = cidrs.find((cidr) => !isV6(cidr));
  const v6 = cidrs.find(isV6);
  const content = {
    Network: v4 ?? '0.0.0.0/0',
    EnableIPv6: v6 !== undefined,
    EnableIPv4: v4 !== undefined,
    IPv6Network: v6 ?? '::/0',
    Backend: backend(cni.flannel),
  };
  return [
    rootFile(hostPaths.flannel, `${JSON.stringify(content, null, 2)}\n`, {
      mode: '0644',
      disruption: 'drain-restart',
    }),
  ];
}

function backend({ backend: name = 'vxlan', mtu }: FlannelSettings): object {
  if (name === 'wireguard-native') return { Type: 'wireguard', PersistentKeepaliveInterval: 25, MTU: mtu };
  return { Type: name, MTU: mtu };
}

function isV6(cidr: string): boolean {
  return isIPv6(cidr.split('/')[0] ?? '');
}
