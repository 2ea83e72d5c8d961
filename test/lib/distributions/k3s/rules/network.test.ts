import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import { Cni } from '../../../../../lib/distributions/k3s/network';
import { server } from '../../../../support/k3s-model';
import { alfa, testRules } from '../../../../support/k3s-rule-rows';

const flannel = (settings: Parameters<typeof Cni.flannel>[0]): Partial<K3sClusterProps> => ({
  network: { cni: Cni.flannel(settings) },
});

testRules([
  {
    rule: 'k3s-cidr',
    broken: { network: { clusterCidr: ['10.42.1.0/16'] } },
    says: "write '10.42.0.0/16'",
    fine: { network: { clusterCidr: ['10.42.0.0/16'] } },
  },
  {
    rule: 'k3s-cidr',
    broken: { network: { serviceCidr: ['10.43.0.0'] } },
    says: "must be CIDR notation, got '10.43.0.0'",
    fine: { network: { serviceCidr: ['10.44.0.0/16'] } },
  },
  {
    rule: 'k3s-cidr-families',
    broken: {
      ...alfa({ nodeIp: ['10.0.0.1', 'fd00::1'] }),
      network: { clusterCidr: ['10.42.0.0/16', 'fd00:42::/56'] },
    },
    says: 'is IPv4, and network.clusterCidr is IPv4 and IPv6',
    fine: {
      ...alfa({ nodeIp: ['10.0.0.1', 'fd00::1'] }),
      network: {
        clusterCidr: ['10.42.0.0/16', 'fd00:42::/56'],
        serviceCidr: ['10.43.0.0/16', 'fd00:43::/112'],
      },
    },
  },
  {
    rule: 'k3s-cidr-size',
    broken: { network: { clusterCidr: ['10.42.0.0/24'] }, agents: { delta: server(9) } },
    says: "'10.42.0.0/24' has a /24 for 1 nodes, and there are 2",
    fine: { network: { clusterCidr: ['10.42.0.0/23'] }, agents: { delta: server(9) } },
  },
  {
    rule: 'k3s-cidr-size',
    broken: { network: { serviceCidr: ['10.64.0.0/10'] } },
    says: 'must have a prefix of /12 to /28',
    fine: { network: { serviceCidr: ['10.96.0.0/12'] } },
  },
  {
    rule: 'k3s-cidr-overlap',
    broken: { network: { serviceCidr: ['10.42.128.0/17'] } },
    says: '10.42.128.0/17 overlaps network.clusterCidr 10.42.0.0/16',
    fine: { network: { clusterCidr: ['10.42.0.0/17'], serviceCidr: ['10.42.128.0/17'] } },
  },
  {
    rule: 'k3s-cidr-overlap',
    broken: alfa({ nodeIp: '10.43.0.5' }),
    says: '10.43.0.5 lies in network.serviceCidr 10.43.0.0/16',
    fine: alfa({ nodeIp: '10.44.0.5' }),
  },
  {
    rule: 'k3s-cluster-dns',
    broken: { network: { clusterDns: ['10.96.0.10'] } },
    says: '10.96.0.10 lies outside of network.serviceCidr 10.43.0.0/16; remove it, or write ["10.43.0.10"]',
    fine: { network: { clusterDns: ['10.43.0.53'] } },
  },
  {
    rule: 'k3s-flannel',
    broken: flannel({ backend: 'host-gw', mtu: 1400 }),
    says: 'reads none, got 1400',
    fine: flannel({ backend: 'wireguard-native', mtu: 1400 }),
  },
  {
    rule: 'k3s-flannel-external-ip',
    broken: flannel({ externalIp: true }),
    says: 'externalIp: is missing',
    fine: { ...flannel({ externalIp: true }), ...alfa({ externalIp: '203.0.113.1' }) },
  },
  {
    rule: 'k3s-cluster-domain',
    broken: { network: { clusterDomain: 'cluster.local.' } },
    says: "got 'cluster.local.'",
    fine: { network: { clusterDomain: 'k3s.lan' } },
  },
  {
    rule: 'k3s-node-port-range',
    broken: { network: { serviceNodePortRange: '80-32767' } },
    says: 'holds ports that hosts need: 6443',
    fine: { network: { serviceNodePortRange: '30000-30100' } },
  },
]);
