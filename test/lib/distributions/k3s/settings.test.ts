import { expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';
import { Cni } from '../../../../lib/distributions/k3s/network';
import { effectiveSettings } from '../../../../lib/distributions/k3s/settings';
import { secret } from '../../../../lib/secret';
import { k3sModel, server, servers } from '../../../support/k3s-model';

/** Settings of a node, without those that every server has. */
function settings(
  props: Partial<K3sClusterProps>,
  name = 'alfa',
  components?: Parameters<typeof k3sModel>[1],
): Record<string, unknown> {
  const model = k3sModel(props, components);
  const node = model.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  const all: Record<string, unknown> = { ...effectiveSettings(model, node).settings };
  for (const key of ['agent-token-file', 'token-file', 'secrets-encryption', 'node-name', 'node-ip'])
    delete all[key];
  return all;
}

test('the smallest server says who it is, where its tokens are, and that Secrets are encrypted', () => {
  const model = k3sModel();
  expect(effectiveSettings(model, model.nodes[0] as never).settings).toEqual({
    'agent-token-file': '/etc/rancher/k3s/agent-token',
    'node-ip': ['10.0.0.1'],
    'node-name': 'alfa',
    'secrets-encryption': true,
    'token-file': '/etc/rancher/k3s/token',
  });
});

test('an agent gets no option that only servers know', () => {
  const props = {
    agents: { delta: server(9) },
    hardening: 'cis',
    audit: true,
    registries: { embedded: true, mirrors: { '*': {} } },
    api: { port: 7443 },
  } as const;
  expect(
    settings(
      { ...props, network: { clusterDomain: 'x.lan', cni: Cni.flannel({ interface: 'eth1' }) } },
      'delta',
    ),
  ).toEqual({
    'flannel-iface': 'eth1',
    'protect-kernel-defaults': true,
  });
});

test.each<[string, Partial<K3sClusterProps>, Record<string, unknown>]>([
  [
    'no CNI',
    { network: { cni: Cni.none('cilium', { kubeProxy: false }) } },
    { 'flannel-backend': 'none', 'disable-network-policy': true, 'disable-kube-proxy': true },
  ],
  [
    'flannel',
    {
      network: {
        cni: Cni.flannel({
          backend: 'wireguard-native',
          externalIp: true,
          ipv6Masquerade: false,
          networkPolicy: false,
          mtu: 1400,
        }),
      },
    },
    {
      'disable-network-policy': true,
      'flannel-backend': 'wireguard-native',
      'flannel-conf': '/etc/rancher/k3s/flannel.json',
      'flannel-external-ip': true,
      'flannel-ipv6-masq': false,
    },
  ],
  [
    'network',
    {
      network: {
        clusterCidr: ['10.52.0.0/16'],
        serviceCidr: ['10.53.0.0/16'],
        clusterDns: ['10.53.0.53'],
        clusterDomain: 'k3s.lan',
        serviceNodePortRange: '30000-30100',
      },
    },
    {
      'cluster-cidr': ['10.52.0.0/16'],
      'cluster-dns': ['10.53.0.53'],
      'cluster-domain': 'k3s.lan',
      'service-cidr': ['10.53.0.0/16'],
      'service-node-port-range': '30000-30100',
    },
  ],
  [
    'API',
    {
      api: {
        port: 7443,
        tlsSans: ['k3s.example.org', '10.0.0.1'],
        registrationAddress: 'lb.example.org',
        kubeVip: { address: '10.0.0.100' },
      },
    },
    { 'https-listen-port': 7443, 'tls-san': ['k3s.example.org', 'lb.example.org'] },
  ],
  ['kube-vip', { api: { kubeVip: { address: '10.0.0.100' } } }, { 'tls-san': ['10.0.0.100'] }],
  [
    'a name for SSH that is not the address',
    { servers: { alfa: { ...server(1), ssh: { host: 'alfa.example.org' } } } },
    { 'tls-san': ['alfa.example.org'] },
  ],
  [
    'registries',
    { registries: { embedded: true, systemDefault: 'registry.lan', mirrors: { '*': {} } } },
    { 'embedded-registry': true, 'system-default-registry': 'registry.lan' },
  ],
  [
    'a node',
    { servers: { alfa: { ...server(1), externalIp: '203.0.113.1', dataDir: '/srv/k3s', logLevel: 2 } } },
    { 'data-dir': '/srv/k3s', 'node-external-ip': ['203.0.113.1'], v: 2 },
  ],
  [
    'snapshots',
    {
      datastore: Datastore.embeddedEtcd({
        snapshots: { schedule: '0 3 * * *', retention: 9, dir: '/srv/snapshots', compress: true },
      }),
    },
    {
      'etcd-snapshot-compress': true,
      'etcd-snapshot-dir': '/srv/snapshots',
      'etcd-snapshot-retention': 9,
      'etcd-snapshot-schedule-cron': '0 3 * * *',
    },
  ],
  [
    'no snapshots',
    { datastore: Datastore.embeddedEtcd({ snapshots: false }) },
    { 'etcd-disable-snapshots': true },
  ],
  [
    'snapshots in S3',
    {
      datastore: Datastore.embeddedEtcd({
        s3: {
          bucket: 'k3s',
          endpoint: 'minio.lan:9000',
          region: 'eu',
          folder: 'lab',
          retention: 3,
          insecure: true,
          credentials: { accessKey: secret('a'), secretKey: secret('b') },
        },
      }),
    },
    {
      'etcd-s3': true,
      'etcd-s3-bucket': 'k3s',
      'etcd-s3-endpoint': 'minio.lan:9000',
      'etcd-s3-folder': 'lab',
      'etcd-s3-insecure': true,
      'etcd-s3-region': 'eu',
      'etcd-s3-retention': 3,
    },
  ],
  [
    'an external datastore',
    {
      datastore: Datastore.external({
        postgres: { host: 'db', user: 'k3s', password: secret('db'), tls: { caFile: '/etc/db/ca.crt' } },
      }),
    },
    { 'datastore-cafile': '/etc/db/ca.crt' },
  ],
])('%s', (_, props, expected) => {
  expect(settings(props)).toEqual(expected);
});

test.each([
  [{ secretsEncryption: false }, { 'secrets-encryption': false }],
  [
    { secretsEncryption: { provider: 'secretbox' } },
    { 'secrets-encryption': true, 'secrets-encryption-provider': 'secretbox' },
  ],
] as const)('encryption of Secrets %j', (props, expected) => {
  const model = k3sModel(props);
  expect(effectiveSettings(model, model.nodes[0] as never).settings).toMatchObject(expected);
});

test('a packaged component is off unless something asks for it', () => {
  expect(settings({}, 'alfa', { components: ['coredns', 'traefik'] })).toEqual({
    disable: ['servicelb', 'local-storage', 'metrics-server', 'runtimes'],
  });
});

test("the audit log follows the data directory, and hardening: 'cis' switches it on", () => {
  const server1 = { alfa: { ...server(1), dataDir: '/srv/k3s' } };
  expect(settings({ servers: server1, audit: { maxAge: 7 } })['kube-apiserver-arg']).toEqual({
    'audit-log-path': '/srv/k3s/server/logs/audit.log',
    'audit-policy-file': '/etc/rancher/k3s/audit-policy.yaml',
    'audit-log-maxage': 7,
    'audit-log-maxbackup': 10,
    'audit-log-maxsize': 100,
  });
  expect(settings({ hardening: 'cis' })['kube-apiserver-arg']).toMatchObject({
    'audit-log-maxage': 30,
    'enable-admission-plugins': 'NodeRestriction,EventRateLimit',
    'admission-control-config-file': '/etc/rancher/k3s/admission.yaml',
  });
});

test('config comes on top: of the cluster, then the pool, then the node, arguments one by one', () => {
  const props: Partial<K3sClusterProps> = {
    config: { agent: { selinux: true, 'kubelet-arg': { v: 1, 'pod-max-pids': 500 } } },
    pools: {
      edge: {
        config: { 'kubelet-arg': { v: 2 } },
        nodes: { delta: { ...server(9), config: { selinux: false } } },
      },
    },
  };
  expect(settings(props, 'delta')).toEqual({ selinux: false, 'kubelet-arg': { v: 2, 'pod-max-pids': 500 } });
});

test('admission plugins of the program are added to those of the hardening guide', () => {
  const config = { server: { 'kube-apiserver-arg': { 'enable-admission-plugins': 'AlwaysPullImages' } } };
  const model = k3sModel({ servers: servers('alfa'), hardening: 'cis', config });
  const { settings: effective, clashes } = effectiveSettings(model, model.nodes[0] as never);
  expect(effective['kube-apiserver-arg']?.['enable-admission-plugins']).toBe(
    'NodeRestriction,EventRateLimit,AlwaysPullImages',
  );
  expect(clashes).toEqual([]);
});
