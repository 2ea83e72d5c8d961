import type { PortLink } from '../distribution';
import type { ClusterSynthesis, HostSynthesis } from '../../synthesis/synthesis';
import { factsOf } from './cluster-facts';

/** Which node has to reach which, and at what port (docs.k3s.io/installation/requirements#inbound-rules-for-k3s-nodes). */
export function portLinks(cluster: ClusterSynthesis, hosts: readonly HostSynthesis[]): PortLink[] {
  const own = hosts.filter((host) => host.cluster === cluster.name);
  return own.flatMap((from) => [
    ...own.filter((to) => to !== from).flatMap((to) => portsOf(cluster, from, to)),
    ...endpointOf(cluster, from, own),
  ]);
}

/** From an agent to the address that it joins through, unless that is a server's own. */
function endpointOf(
  cluster: ClusterSynthesis,
  from: HostSynthesis,
  own: readonly HostSynthesis[],
): PortLink[] {
  const server = own.find(({ role }) => role === 'server');
  const { registrationAddress: address } = factsOf(cluster);
  if (from.role === 'server' || server === undefined || address === undefined) return [];
  if (own.some((host) => host.role === 'server' && isAt(host, address))) return [];
  return [
    {
      from: from.name,
      to: cluster.name,
      port: apiPort(server),
      protocol: 'tcp',
      purpose: 'API endpoint',
      address,
      endpoint: 'front',
    },
  ];
}

function isAt({ nodeIp, transport }: HostSynthesis, address: string): boolean {
  return nodeIp === address || ('ssh' in transport && transport.ssh.host === address);
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
    ...(to.role === 'server'
      ? [{ ...link(apiPort(to), 'tcp', 'Kubernetes API'), ...joinsAt(cluster, from, to) }]
      : []),
    ...(servers && datastore === 'embedded-etcd'
      ? [link(2379, 'tcp', 'etcd clients'), link(2380, 'tcp', 'etcd peers')]
      : []),
    link(10250, 'tcp', 'kubelet'),
    ...(to.settings['embedded-registry'] === true ? [link(5001, 'tcp', 'embedded registry')] : []),
    ...(flannelBackend === 'vxlan' ? [link(8472, 'udp', 'flannel vxlan')] : []),
    ...(flannelBackend === 'wireguard-native' ? [link(51820, 'udp', 'flannel wireguard')] : []),
  ];
}

/** Whether an agent joins at that very server. */
function joinsAt(
  cluster: ClusterSynthesis,
  from: HostSynthesis,
  to: HostSynthesis,
): Pick<PortLink, 'endpoint'> {
  const { registrationAddress } = factsOf(cluster);
  const joins = from.role === 'agent' && registrationAddress !== undefined && isAt(to, registrationAddress);
  return joins ? { endpoint: 'server' } : {};
}

function apiPort({ settings }: HostSynthesis): number {
  const port = settings['https-listen-port'];
  return typeof port === 'number' ? port : 6443;
}
