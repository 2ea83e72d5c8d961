import { isDnsSubdomain } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import { clusterCidrs } from '../cluster-network';
import type { K3sModel } from '../model';
import { apiPort } from '../registration';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about flannel, the cluster's domain and the ports of services. */
export const networkRules = [
  k3sRule({
    id: 'k3s-flannel',
    title: 'Flannel gets settings that its backend reads',
    reason: 'It ignores others without a word, or does not find the interface and stops.',
    source: 'flannel pkg/backend/{vxlan,wireguard,hostgw}; k3s pkg/agent/flannel/setup.go',
    check: flannelFindings,
  }),
  k3sRule({
    id: 'k3s-flannel-external-ip',
    title: 'Pod traffic by external addresses needs them on every node',
    reason:
      'Nodes without one are reached by their internal address, which the others may not have a route to.',
    source: 'https://docs.k3s.io/networking/distributed-multicloud',
    check: (model) =>
      model.props.network?.cni?.kind === 'flannel' && model.props.network.cni.flannel.externalIp === true
        ? model.nodes
            .filter(({ externalIps }) => externalIps.length === 0)
            .map(({ path }) => ({
              path,
              property: 'externalIp',
              problem: 'is missing, and network.cni.flannel.externalIp sends pod traffic there',
              fix: "write externalIp: '203.0.113.11'",
            }))
        : [],
  }),
  k3sRule({
    id: 'k3s-cluster-domain',
    title: 'The cluster domain is a DNS name',
    reason: 'Certificates and resolv.conf of every pod hold it.',
    source: 'https://docs.k3s.io/cli/server#networking',
    check: ({ path, props }) => {
      const domain = props.network?.clusterDomain;
      if (domain === undefined || isDnsSubdomain(domain)) return [];
      const problem = `must be a DNS name in lower case without a dot at its end, got ${quoted(domain)}`;
      return [{ path, property: 'network.clusterDomain', problem, fix: "write 'cluster.local'" }];
    },
  }),
  k3sRule({
    id: 'k3s-node-port-range',
    title: 'Ports of NodePort services are a range that leaves K3s its own',
    reason: 'K3s stops over a range that is none; a service on its ports takes the API away from the others.',
    source: 'https://docs.k3s.io/installation/requirements#networking',
    check: nodePortFindings,
  }),
];

function flannelFindings(model: K3sModel): Finding[] {
  const { path, props } = model;
  const cni = props.network?.cni;
  if (cni?.kind !== 'flannel') return [];
  const { backend = 'vxlan', mtu, interface: iface, ipv6Masquerade } = cni.flannel;
  const findings: Finding[] = [];
  const report = (key: string, problem: string, fix: string) =>
    findings.push({ path, property: `network.cni.flannel.${key}`, problem, fix });
  if (mtu !== undefined && backend === 'host-gw') {
    report(
      'mtu',
      `host-gw takes the MTU of the interface and reads none, got ${mtu}`,
      "remove it, or write backend: 'vxlan'",
    );
  } else if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 1280 && mtu <= 65535)) {
    report('mtu', `must be 1280 to 65535 bytes, got ${mtu}`, 'write mtu: 1450');
  }
  if (iface !== undefined && !/^[^\s/:\p{Cc}]{1,15}$/u.test(iface)) {
    report(
      'interface',
      `must be the name of a network interface, got ${quoted(iface)}`,
      "write interface: 'eth1'",
    );
  }
  if (ipv6Masquerade === true && !clusterCidrs(model).some((cidr) => cidr.includes(':'))) {
    report(
      'ipv6Masquerade',
      'has no effect without an IPv6 network in network.clusterCidr',
      "remove it, or add 'fd00:42::/56'",
    );
  }
  return findings;
}

function nodePortFindings(model: K3sModel): Finding[] {
  const range = model.props.network?.serviceNodePortRange;
  if (range === undefined) return [];
  const place = { path: model.path, property: 'network.serviceNodePortRange' };
  const fix = "write '30000-32767'";
  const [first = NaN, last = NaN] = /^\d{1,5}-\d{1,5}$/.test(range) ? range.split('-').map(Number) : [];
  if (!(first >= 1 && first <= last && last <= 65535))
    return [{ ...place, problem: `must be two ports, the lower one first, got ${quoted(range)}`, fix }];
  const taken = [22, apiPort(model), ...K3S_PORTS].filter((port) => port >= first && port <= last);
  return taken.length === 0
    ? []
    : [{ ...place, problem: `${range} holds ports that hosts need: ${taken.join(', ')}`, fix }];
}

/** etcd, the agent's load balancer, containerd, kube-proxy and kubelet. */
const K3S_PORTS = [2379, 2380, 6444, 10010, 10248, 10249, 10250, 10256];
