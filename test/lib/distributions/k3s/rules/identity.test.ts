import { late } from '../../../../../lib/late';
import { server } from '../../../../support/k3s-model';
import { alfa, testRules } from '../../../../support/k3s-rule-rows';

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1dR4b7nZ0zQ2kz9c7oV3m1T0x8y6h5s4d3f2g1h0j9';
const RSA = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7';

testRules([
  {
    rule: 'k3s-version',
    broken: { version: '1.34.1' },
    says: "[k3s] version: must be a K3s release, got '1.34.1'; write 'v1.34.1+k3s1'",
    fine: { version: 'v1.34.1+k3s2' },
  },
  {
    rule: 'k3s-version',
    broken: { version: 'v1.31.4+k3s1' },
    says: 'minor 1.31 is not supported',
    fine: { version: 'v1.32.5+k3s1' },
  },
  ...['v1.34.01+k3s1', 'v1.34.1+k3s01', 'v01.34.1+k3s1'].map((version) => ({
    rule: 'k3s-version',
    broken: { version },
    says: `got '${version}'; write 'v1.34.1+k3s1'`,
    fine: { version: 'v1.34.10+k3s10' },
  })),
  {
    rule: 'k3s-version',
    broken: { version: 'v1.34.1+k3s0' },
    says: "must be a K3s release, got 'v1.34.1+k3s0'; write 'v1.34.1+k3s1'",
    fine: { version: 'v1.34.1-rc1+k3s1' },
  },
  {
    rule: 'k3s-version',
    broken: { version: 'v1.34.99999999999999999999+k3s1' },
    says: 'must be a K3s release',
    fine: { version: 'v1.34.0+k3s1' },
  },
  {
    rule: 'k3s-agent-version',
    broken: { agents: { delta: { ...server(9), version: 'v1.34.2+k3s1' } } },
    says: "[k3s/agents/delta] version: the agent would run v1.34.2+k3s1, newer than the servers' v1.34.1+k3s1",
    fine: { agents: { delta: { ...server(9), version: 'v1.33.5+k3s1' } } },
  },
  {
    rule: 'k3s-agent-skew',
    broken: { agents: { delta: { ...server(9), version: 'v1.32.5+k3s1' } } },
    says: '2 minors behind',
    fine: { agents: { delta: { ...server(9), version: 'v1.33.5+k3s1' } } },
  },

  {
    rule: 'k3s-node-name',
    broken: { servers: { Alfa_1: server(1) } },
    says: "got 'Alfa_1'; write 'alfa-1' as its key",
    fine: { servers: { 'alfa-1.lan': server(1) } },
  },
  {
    rule: 'k3s-node-name',
    broken: { agents: { constructor: server(9) } },
    says: "[k3s/agents/constructor] name: must be no word of JavaScript's own objects, got 'constructor'; write 'alfa' as its key",
    fine: { agents: { 'constructor-1': server(9) } },
  },
  ...['__proto__', 'toString', '', '..', 'a b\n', 'x'.repeat(300)].map((name) => ({
    rule: 'k3s-node-name',
    broken: { agents: Object.fromEntries([[name, server(9)]]) },
    says: 'as its key',
    fine: { agents: { 'x.y': server(9) } },
  })),
  ...['__proto__', 'constructor', 'toString', '', '..', 'a.b', 'a b\n', 'x'.repeat(300)].map((name) => ({
    rule: 'k3s-pool-name',
    broken: { pools: Object.fromEntries([[name, { nodes: { delta: server(9) } }]]) },
    says: '[k3s/pools] pools["',
    fine: { pools: { 'edge-1': { nodes: { delta: server(9) } } } },
  })),
  {
    rule: 'k3s-pool-name',
    broken: { pools: { Edge_1: { nodes: { delta: server(9) } } } },
    says: `[k3s/pools] pools["Edge_1"]: must be at most 63 lower case letters, digits and '-', got 'Edge_1'; write 'edge-1' as its key`,
    fine: { pools: { edge: { nodes: {} } } },
  },
  {
    rule: 'k3s-node-name-unique',
    broken: { agents: { delta: server(8) }, pools: { edge: { nodes: { delta: server(9) } } } },
    says: "[k3s/pools/edge/delta] name: 'delta' is also the name of k3s/agents/delta",
    fine: { agents: { delta: server(8) }, pools: { edge: { nodes: { echo: server(9) } } } },
  },
  {
    rule: 'k3s-node-address-unique',
    broken: { agents: { delta: { ...server(9), nodeIp: '10.0.0.1' } } },
    says: '[k3s/agents/delta] nodeIp: 10.0.0.1 is also that of k3s/servers/alfa',
    fine: { agents: { delta: { ssh: { host: '10.0.0.1', port: 2222 }, nodeIp: '10.0.0.9' } } },
  },
  { rule: 'k3s-servers', broken: { servers: {} }, says: 'has no server', fine: {} },
  {
    rule: 'k3s-transport',
    broken: alfa({ local: true }),
    says: 'is true, and ssh is given as well (10.0.0.1)',
    fine: { servers: { alfa: { local: true } } },
  },
  {
    rule: 'k3s-node-address',
    broken: alfa({ nodeIp: 'alfa.lan' }),
    says: "nodeIp: must be an IP address, got 'alfa.lan'",
    fine: alfa({ nodeIp: late('alfa-ip', { example: '10.0.0.1' }) }),
  },
  {
    rule: 'k3s-node-address',
    broken: alfa({ nodeIp: ['10.0.0.1', '10.0.0.2'] }),
    says: 'one IPv4 and one IPv6 address at most',
    fine: alfa({ nodeIp: ['10.0.0.1', 'fd00::1'] }),
  },

  {
    rule: 'host-key-type',
    broken: alfa({ ssh: { host: '10.0.0.1', hostKey: RSA } }),
    says: "ssh.hostKey: RSA host keys do not work, got 'ssh-rsa'; write the output of ssh-keyscan -t ed25519 10.0.0.1",
    fine: alfa({ ssh: { host: '10.0.0.1', hostKey: ED25519 } }),
  },
  {
    rule: 'host-key-type',
    broken: alfa({
      ssh: { host: '10.0.0.1', bastion: { host: 'b.example.org', hostKey: 'ssh-ed25519 AAAA' } },
    }),
    says: 'ssh.bastion.hostKey: is not a whole ssh-ed25519 key',
    fine: alfa({
      ssh: { host: '10.0.0.1', bastion: { host: 'b.example.org', hostKey: `${ED25519} root@b` } },
    }),
  },
  {
    rule: 'ssh-address',
    broken: alfa({ ssh: { host: 'root@10.0.0.1:22' } }),
    says: "ssh.host: must be an address or a DNS name, got 'root@10.0.0.1:22'; write host: '10.0.0.1'",
    fine: alfa({ ssh: { host: 'Alfa.lan', user: 'pi', port: 2222 } }),
  },
  {
    rule: 'ssh-address',
    broken: alfa({ ssh: { host: '10.0.0.1', port: 70000 } }),
    says: 'ssh.port: must be 1 to 65535, got 70000',
    fine: alfa({ ssh: { host: 'fd00::1', port: 65535 } }),
  },

  {
    rule: 'k3s-registration-address',
    broken: { api: { registrationAddress: 'https://k3s.example.org:6443' } },
    says: "write 'k3s.example.org', and api.port beside it",
    fine: { api: { registrationAddress: 'k3s.example.org' } },
  },
  {
    rule: 'k3s-registration-address',
    broken: { servers: { alfa: { local: true } }, agents: { delta: server(9) } },
    says: 'other nodes join through alfa',
    fine: { servers: { alfa: { local: true, nodeIp: '10.0.0.1' } }, agents: { delta: server(9) } },
  },
  {
    rule: 'k3s-kube-vip',
    broken: { api: { kubeVip: { address: '10.0.0.1' } } },
    says: '10.0.0.1 is the address of alfa',
    fine: { api: { kubeVip: { address: '10.0.0.100' } } },
  },
  {
    rule: 'k3s-kube-vip',
    broken: { api: { kubeVip: { address: '10.42.7.7' } } },
    says: 'lies in the network 10.42.0.0/16',
    fine: { api: { kubeVip: { address: '10.41.7.7', interface: 'eth0' } } },
  },
  {
    rule: 'k3s-api-port',
    broken: { api: { port: 10250 } },
    says: '10250 is taken on every host',
    fine: { api: { port: 7443 } },
  },
  {
    rule: 'k3s-tls-san',
    broken: { api: { tlsSans: ['https://k3s.example.org'] } },
    says: "got 'https://k3s.example.org'",
    fine: { api: { tlsSans: ['k3s.example.org', 'fd00::1', '*.example.org'] } },
  },
]);
