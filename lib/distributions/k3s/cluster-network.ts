import { isIPv6 } from 'node:net';
import { addressInNetwork } from '../../cluster/ip-range';
import { withExamples } from '../../late';
import type { K3sModel } from './model';

/** Pod networks, K3s's default applied. */
export function clusterCidrs(model: K3sModel): readonly string[] {
  const given = model.props.network?.clusterCidr;
  return given?.length ? given : [hasOnlyIpv6(model) ? 'fd00:42::/56' : '10.42.0.0/16'];
}

/** Service networks, K3s's default applied. */
export function serviceCidrs(model: K3sModel): readonly string[] {
  const given = model.props.network?.serviceCidr;
  return given?.length ? given : [hasOnlyIpv6(model) ? 'fd00:43::/112' : '10.43.0.0/16'];
}

/** K3s takes the family of its defaults from the first address of the server (pkg/util/net.go, GetDefaultAddresses). */
function hasOnlyIpv6({ nodes }: K3sModel): boolean {
  const first = nodes.find((node) => node.role === 'server')?.nodeIps[0];
  return first !== undefined && isIPv6(withExamples(first));
}

/** Addresses of the cluster's DNS, K3s's default applied: the tenth of each service network. */
export function clusterDnsAddresses(model: K3sModel): readonly string[] {
  const given = model.props.network?.clusterDns;
  return given?.length ? given : serviceCidrs(model).map((cidr) => addressInNetwork(withExamples(cidr), 10));
}
