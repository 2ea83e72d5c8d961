import { describe, expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';
import { Cni } from '../../../../lib/distributions/k3s/network';
import { k3sRules } from '../../../../lib/distributions/k3s/rules';
import { late } from '../../../../lib/late';
import { runRules } from '../../../../lib/rules/rule';
import { secret } from '../../../../lib/secret';
import { k3sModel, server, servers } from '../../../support/k3s-model';

type Props = Partial<K3sClusterProps>;

interface Row {
  readonly rule: string;
  readonly broken: Props;

  /** Path, property, problem and fix; a part of the text is enough. */
  readonly says: string;
  readonly fine: Props;
}

function check(props: Props): string[] {
  return runRules(k3sRules, k3sModel(props)).map(
    (v) => `${v.rule}: [${v.path}] ${v.property}: ${v.problem}; ${v.fix}`,
  );
}

const three = servers('alfa', 'bravo', 'charlie');
const alfa = (more: object): Props => ({ servers: { alfa: { ...server(1), ...more } } });
const flannel = (settings: Parameters<typeof Cni.flannel>[0]): Props => ({
  network: { cni: Cni.flannel(settings) },
});
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1dR4b7nZ0zQ2kz9c7oV3m1T0x8y6h5s4d3f2g1h0j9';
const RSA = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7';
const sql = { host: 'db.example.org', user: 'k3s', password: secret('db') };

const rows: Row[] = [
  // Releases
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

  // Names and addresses
  {
    rule: 'k3s-node-name',
    broken: { servers: { Alfa_1: server(1) } },
    says: "got 'Alfa_1'; write 'alfa-1' as its key",
    fine: { servers: { 'alfa-1.lan': server(1) } },
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

  // SSH
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

  // API
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

  // Datastore
  {
    rule: 'k3s-sqlite-servers',
    broken: { servers: three, datastore: Datastore.sqlite() },
    says: 'got 3 servers; write datastore: Datastore.embeddedEtcd()',
    fine: { servers: three, datastore: Datastore.forServers(three) },
  },
  {
    rule: 'k3s-etcd-members',
    broken: { servers: servers('alfa', 'bravo') },
    says: '2 etcd members survive the loss of none',
    fine: { servers: servers('alfa'), datastore: Datastore.embeddedEtcd() },
  },
  {
    rule: 'k3s-etcd-members',
    broken: { servers: servers('a', 'b', 'c', 'd') },
    says: '4 etcd members survive the loss of 1, as 3 do; write 3 servers, or 5',
    fine: { servers: servers('a', 'b', 'c', 'd'), datastore: Datastore.external({ postgres: sql }) },
  },
  {
    rule: 'k3s-etcd-count',
    broken: { servers: servers(...'abcdefghi') },
    says: 'wait for 5 of them',
    fine: { servers: servers(...'abcdefg') },
  },
  {
    rule: 'k3s-datastore-endpoint',
    broken: { datastore: Datastore.external({ mysql: { ...sql, user: 'k3s:x' } }) },
    says: 'datastore.mysql.user',
    fine: { datastore: Datastore.external({ mysql: { ...sql, user: 'k3s.rw' } }) },
  },
  {
    rule: 'k3s-datastore-endpoint',
    broken: { datastore: Datastore.external({ postgres: { ...sql, database: 'K3s' } }) },
    says: "write database: 'k3s'",
    fine: { datastore: Datastore.external({ mysql: { ...sql, database: 'K3s' } }) },
  },
  {
    rule: 'k3s-datastore-endpoint',
    broken: { datastore: Datastore.external({ etcd: { endpoints: ['10.0.0.31:2379'] } }) },
    says: "got '10.0.0.31:2379'",
    fine: { datastore: Datastore.external({ etcd: { endpoints: ['https://[fd00::31]:2379'] } }) },
  },
  {
    rule: 'k3s-datastore-tls',
    broken: { datastore: Datastore.external({ postgres: { ...sql, tls: { certFile: '/etc/db.crt' } } }) },
    says: 'certFile needs keyFile',
    fine: { datastore: Datastore.external({ postgres: { ...sql, tls: { caFile: '/etc/db-ca.crt' } } }) },
  },
  {
    rule: 'k3s-snapshots',
    broken: { datastore: Datastore.embeddedEtcd({ snapshots: { schedule: '0 25 * * *' } }) },
    says: "got '0 25 * * *'",
    fine: { datastore: Datastore.embeddedEtcd({ snapshots: { schedule: '*/30 2-5 * * mon,fri' } }) },
  },
  {
    rule: 'k3s-snapshots',
    broken: { datastore: Datastore.embeddedEtcd({ snapshots: { retention: 0 } }) },
    says: 'must be a whole number from 1, got 0',
    fine: { datastore: Datastore.embeddedEtcd({ snapshots: { retention: 1, schedule: '@every 6h' } }) },
  },
  {
    rule: 'k3s-snapshot-s3',
    broken: {
      datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', endpoint: 'https://minio.lan:9000' } }),
    },
    says: "write endpoint: 'minio.lan:9000'",
    fine: { datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', endpoint: 'minio.lan:9000' } }) },
  },

  // Networks
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

  // Options
  {
    rule: 'k3s-option-unknown',
    broken: { config: { server: { 'flanel-backend': 'none' } as never } },
    says: '[k3s] config.server["flanel-backend"]',
    fine: { config: { server: { 'etcd-expose-metrics': true } } },
  },
  {
    rule: 'k3s-option-role',
    broken: { agents: { delta: { ...server(9), config: { 'etcd-expose-metrics': true } as never } } },
    says: '[k3s/agents/delta] config["etcd-expose-metrics"]',
    fine: { agents: { delta: { ...server(9), config: { selinux: true } } } },
  },
  {
    rule: 'k3s-option-available',
    broken: { version: 'v1.32.3+k3s1', secretsEncryption: { provider: 'secretbox' } },
    says: '[k3s] secretsEncryption: K3s v1.32.3+k3s1 has no secrets-encryption-provider',
    fine: { version: 'v1.32.4+k3s1', secretsEncryption: { provider: 'secretbox' } },
  },
  {
    rule: 'k3s-option-twice',
    broken: { audit: true, config: { server: { 'kube-apiserver-arg': { 'audit-log-maxage': 7 } } } },
    says: '[k3s] config.server["kube-apiserver-arg"]["audit-log-maxage"]: is 7, and audit makes it 30',
    fine: { audit: true, config: { server: { 'kube-apiserver-arg': { 'audit-log-maxage': '30', v: 2 } } } },
  },
  {
    rule: 'k3s-option-must-match',
    broken: { servers: { ...three, bravo: { ...server(2), config: { 'egress-selector-mode': 'pod' } } } },
    says: '[k3s/servers/bravo] config["egress-selector-mode"]: is "pod", and "agent" on alfa',
    fine: { servers: { ...three, bravo: { ...server(2), config: { 'egress-selector-mode': 'agent' } } } },
  },
  {
    rule: 'k3s-option-managed',
    broken: { config: { server: { disable: ['traefik'] } as never } },
    says: '[k3s] config.server["disable"]',
    fine: {},
  },
  {
    rule: 'k3s-component-needs',
    broken: { config: { server: { 'disable-helm-controller': true } } },
    says: 'the controller that installs Traefik',
    fine: { config: { server: { 'disable-helm-controller': false } } },
  },

  // Nodes
  {
    rule: 'k3s-node-label',
    broken: alfa({ labels: { 'rack/a/b': 'x' } }),
    says: "'rack/a/b' must be",
    fine: alfa({ labels: { 'example.org/rack': 'A_1.x' } }),
  },
  {
    rule: 'k3s-node-label',
    broken: alfa({ taints: [{ key: 'gpu', value: 'a b', effect: 'NoSchedule' }] }),
    says: "got 'a b'",
    fine: alfa({ taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
  },
  {
    rule: 'k3s-node-label-reserved',
    broken: { agents: { delta: { ...server(9), labels: { 'node-role.kubernetes.io/etcd': 'true' } } } },
    says: 'it is an agent',
    fine: { agents: { delta: { ...server(9), labels: { 'node-role.kubernetes.io/worker': 'true' } } } },
  },
  {
    rule: 'k3s-node-taint-unschedulable',
    broken: alfa({ taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }),
    says: 'set and removed by Kubernetes',
    fine: { schedulableServers: false },
  },
  {
    rule: 'k3s-quantity',
    broken: alfa({ reserved: { memory: '512MB' } }),
    says: "got '512MB'; write '512Mi'",
    fine: alfa({ reserved: { cpu: '0.5', memory: '1e9' } }),
  },
  {
    rule: 'k3s-node-number',
    broken: alfa({ maxPods: 300 }),
    says: 'must be a whole number from 1 to 250, got 300',
    fine: alfa({ maxPods: 250, logLevel: 10, containerLog: { maxFiles: 2 } }),
  },
  {
    rule: 'k3s-data-dir',
    broken: alfa({ dataDir: 'var/k3s' }),
    says: "got 'var/k3s'",
    fine: alfa({ dataDir: '/srv/k3s' }),
  },
  {
    rule: 'k3s-sysctl',
    broken: alfa({ sysctls: { 'vm.swappiness': '1\nkernel.panic = 0' } }),
    says: 'a value on one line',
    fine: alfa({ sysctls: { 'net.ipv4.ip_local_port_range': '1024 65000' } }),
  },
  {
    rule: 'k3s-kubelet-argument',
    broken: alfa({ maxPods: 60, config: { 'kubelet-arg': { 'max-pods': 50 } } }),
    says: 'says the same as maxPods',
    fine: alfa({ config: { 'kubelet-arg': { 'max-pods': 50 } } }),
  },
  {
    rule: 'k3s-accelerator',
    broken: alfa({ accelerators: [{ resource: 'gpu' }] }),
    says: "got 'gpu'",
    fine: alfa({ accelerators: [{ resource: 'nvidia.com/gpu', count: 2 }] }),
  },

  // Hardening, registries and the rest
  {
    rule: 'k3s-cis',
    broken: { hardening: 'cis', secretsEncryption: false },
    says: "secretsEncryption: is false, and hardening: 'cis' asks for it",
    fine: { hardening: 'cis', secretsEncryption: true },
  },
  {
    rule: 'k3s-cis',
    broken: { hardening: 'cis', nodes: { sysctls: { 'kernel.panic': '0' } } },
    says: "unless it is '10'",
    fine: { hardening: 'cis', nodes: { sysctls: { 'kernel.panic': '10', 'vm.swappiness': '1' } } },
  },
  {
    rule: 'k3s-audit',
    broken: { audit: { maxAge: 0.5 } },
    says: 'audit.maxAge: must be a whole number from 1, got 0.5',
    fine: { audit: { level: 'Request', maxAge: 7 } },
  },
  {
    rule: 'k3s-registry-name',
    broken: { registries: { mirrors: { 'https://docker.io': {} } } },
    says: "write 'docker.io'",
    fine: { registries: { mirrors: { 'docker.io': {}, '*': {}, 'registry.lan:5000': {} } } },
  },
  {
    rule: 'k3s-registry-name',
    broken: { registries: { mirrors: { 'hub.docker.com': {} } } },
    says: "images of Docker Hub are named 'docker.io'",
    fine: { registries: { systemDefault: 'registry.lan:5000/k3s' } },
  },
  {
    rule: 'k3s-registry-mirror',
    broken: { registries: { mirrors: { 'docker.io': { endpoints: ['registry.lan:5000'] } } } },
    says: "write 'https://registry.lan:5000'",
    fine: { registries: { mirrors: { 'docker.io': { endpoints: ['http://registry.lan:5000/v2'] } } } },
  },
  {
    rule: 'k3s-registry-tls',
    broken: { registries: { configs: { 'registry.lan': { tls: { certFile: '/etc/r.crt' } } } } },
    says: 'certFile needs keyFile',
    fine: {
      registries: { configs: { 'registry.lan': { tls: { certFile: '/etc/r.crt', keyFile: '/etc/r.key' } } } },
    },
  },
  {
    rule: 'k3s-registry-embedded',
    broken: { registries: { embedded: true } },
    says: "write mirrors: { 'docker.io': {} }",
    fine: { registries: { embedded: true, mirrors: { 'docker.io': {} } } },
  },
  {
    rule: 'k3s-max-unavailable',
    broken: { upgrade: { maxUnavailable: '0%' } },
    says: 'got "0%"',
    fine: { upgrade: { maxUnavailable: '12.5%' } },
  },
  {
    rule: 'k3s-max-unavailable',
    broken: { pools: { edge: { maxUnavailable: 0, nodes: { delta: server(9) } } } },
    says: '[k3s/pools/edge] maxUnavailable',
    fine: { pools: { edge: { maxUnavailable: 3, nodes: { delta: server(9) } } } },
  },
  {
    rule: 'k3s-drain',
    broken: { upgrade: { drain: { timeout: 0 } } },
    says: 'must be 1 to 86400 seconds, got 0',
    fine: { upgrade: { drain: false, healthyFor: 0 } },
  },
  {
    rule: 'secret-in-settings',
    broken: alfa({ labels: {}, config: { 'resolv-conf': '/«secret:db»' } }),
    says: "holds secret('db')",
    fine: alfa({ config: { 'resolv-conf': '/etc/k3s-resolv.conf' } }),
  },
  {
    rule: 'k3s-image-archive',
    broken: { airGap: { archives: ['images/shop.zip'] } },
    says: "got 'images/shop.zip'",
    fine: { airGap: { archives: ['images/shop.tar.zst'] } },
  },
];

describe.each(rows.map((row, index) => [`${row.rule} (${index + 1})`, row] as const))(
  '%s',
  (_, { rule, broken, says, fine }) => {
    test('reports what breaks it, and only that', () => {
      const found = check(broken);
      expect(found.filter((text) => !text.startsWith(`${rule}:`))).toEqual([]);
      expect(found[0]).toContain(says);
    });

    test('is silent about the near miss', () => {
      expect(check(fine)).toEqual([]);
    });
  },
);

test('the smallest cluster breaks no rule', () => {
  expect(check({})).toEqual([]);
});

test('every rule has a row here, or a test of its own below', () => {
  const ownTests = [
    'k3s-props-shape',
    'k3s-cluster-name',
    'k3s-option',
    'k3s-manifest-name',
    'host-file',
    'host-file-twice',
  ];
  const tested = new Set([...rows.map(({ rule }) => rule), ...ownTests]);
  expect(k3sRules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
});

test('a cluster has a name that secrets can be made of', () => {
  const named = (name: string) => runRules(k3sRules, { ...k3sModel(), name }).map((v) => v.fix);
  expect(named('Lab_1')).toEqual(["write new K3sCluster(env, 'lab-1', …)"]);
  expect(named('lab-1')).toEqual([]);
});

test('auto-deploy manifests have names that K3s takes, of their own', () => {
  const manifest = (name: string) => ({ name, path: `k3s/${name}`, content: '' });
  const named = (...names: string[]) =>
    runRules(k3sRules, k3sModel({}, { autoDeploy: names.map(manifest) })).map(
      (v) => `${v.problem}; ${v.fix}`,
    );
  expect(named('kube_vip.yaml')).toEqual([
    "must be lower case letters, digits, '-' and '.', got 'kube_vip'; write new AutoDeploy(cluster, 'kube-vip')",
  ]);
  expect(named('traefik.yaml')).toEqual([
    "'traefik.yaml' is a file of K3s's own, rewritten at each start; write new AutoDeploy(cluster, 'traefik-config')",
  ]);
  expect(named('vip.yaml', 'vip.yaml')).toEqual([
    "'vip.yaml' is also the file of k3s/vip.yaml; write another id, such as 'vip-2'",
  ]);
  expect(named('kube-vip.yaml', 'traefik-config.yaml')).toEqual([]);
});

test('files of the program do not collide with those of k3stack', () => {
  const withFile = (path: string, mode = '0644') => {
    const file = {
      path,
      mode,
      owner: 'root:root',
      content: '',
      encoding: 'raw',
      disruption: 'none',
    } as const;
    return runRules(k3sRules, k3sModel({}, { files: new Map([['alfa', [file]]]) })).map((v) => v.problem);
  };
  expect(withFile('/etc/rancher/k3s/config.yaml')).toEqual(['k3stack writes this file']);
  expect(withFile('/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml')).toEqual(['k3stack writes this file']);
  expect(withFile('/var/lib/rancher/k3s/server/manifests/x.yaml')).toEqual([
    'K3s applies it, and nobody deletes what leaves it',
  ]);
  expect(withFile('/etc/../x', '644')).toEqual([
    "must be an absolute path of a file, got '/etc/../x'",
    "must be four octal digits, got '644'",
  ]);
  expect(withFile('/etc/rancher/k3s/config.yaml.d/60-own.yaml')).toEqual([]);
});
