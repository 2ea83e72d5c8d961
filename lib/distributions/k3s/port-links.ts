import type { PortLink } from '../distribution';
import type { ClusterSynthesis, HostSynthesis } from '../../synthesis/synthesis';
import { factsOf } from './cluster-facts';

/** Which node has to reach which, and at what port (docs.k3s.io/installation/requirements#inbound-rules-for-k3s-nodes). */
export function portLinks(cluster: ClusterSynthesis, hosts: readonly HostSynthesis[]): PortLink[] {
  const own = hosts.filter((host) => host.cluster === cluster.name);
  return own.flatMap((from) => own.filter((to) => to !== from).flatMap((to) => portsOf(cluster, from, to)));
}

function portsOf(cluster: ClusterSynthesis, from: HostSynthesis, to: HostSynthesis): PortLink[] {
  const { datastore, flannelBackend } = factsOf(cluster);
  const link = (port: number, protocol: PortLink['protocol'], purpose: string): PortLink => ({
    from: from.name,
    to: to.name,
    port,
    protocol,
    purpose,
  });
  const servers = from.role === 'server' && to.role === 'server';
  return [
    ...(to.role === 'server' ? [link(apiPort(to), 'tcp', 'Kubernetes API')] : []),
    ...(servers && datastore === 'embedded-etcd'
      ? [link(2379, 'tcp', 'etcd clients'), link(2380, 'tcp', 'etcd peers')]
      : []),
    link(10250, 'tcp', 'kubelet'),
    ...(to.settings['embedded-registry'] === true ? [link(5001, 'tcp', 'embedded registry')] : []),
    ...(flannelBackend === 'vxlan' ? [link(8472, 'udp', 'flannel vxlan')] : []),
    ...(flannelBackend === 'wireguard-native' ? [link(51820, 'udp', 'flannel wireguard')] : []),
  ];
}

function apiPort({ settings }: HostSynthesis): number {
  const port = settings['https-listen-port'];
  return typeof port === 'number' ? port : 6443;
}
