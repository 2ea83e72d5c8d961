import { expect, test } from '@jest/globals';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';
import { late } from '../../../../lib/late';
import { fileAt, hostNamed, k3sModel, server, servers } from '../../../support/k3s-model';

test('a host has its files sorted by path, and nothing that only a run knows', () => {
  expect(
    hostNamed(k3sModel(), 'alfa').files.map(({ path, mode, owner }) => `${mode} ${owner} ${path}`),
  ).toEqual([
    '0600 root:root /etc/rancher/k3s/agent-token',
    '0600 root:root /etc/rancher/k3s/config.yaml',
    '0600 root:root /etc/rancher/k3s/server-token',
    '0644 root:root /etc/systemd/system/k3s.service',
  ]);
});

test('an agent never holds the token of the servers', () => {
  const model = k3sModel({ agents: { delta: server(9) } });
  expect(JSON.stringify(hostNamed(model, 'delta'))).not.toContain('server-token');
  expect(fileAt(model, 'delta', '/etc/rancher/k3s/agent-token')?.content).toBe('«secret:k3s-agent-token»\n');
});

test('a host has the binary of its architecture, at the checksum of the lock file', () => {
  const model = k3sModel({
    agents: { delta: { ...server(9), architecture: 'arm', version: 'v1.33.5+k3s1' } },
  });
  expect(hostNamed(model, 'alfa').artifacts).toEqual([
    {
      name: 'k3s',
      version: 'v1.34.1+k3s1',
      sha256: 'sha256 of k3s v1.34.1+k3s1',
      path: '/usr/local/bin/k3s',
    },
  ]);
  expect(hostNamed(model, 'delta').artifacts.map(({ name, version }) => [name, version])).toEqual([
    ['k3s-armhf', 'v1.33.5+k3s1'],
  ]);
});

test('an air-gapped host has image archives as well, below its own data directory', () => {
  const model = k3sModel({
    airGap: { archives: ['images/shop.tar.zst'] },
    nodes: { architecture: 'arm64', dataDir: '/srv/k3s' },
  });
  expect(hostNamed(model, 'alfa').artifacts.map(({ name, path }) => [name, path])).toEqual([
    ['k3s-arm64', '/usr/local/bin/k3s'],
    ['k3s-airgap-images-arm64.tar.zst', '/srv/k3s/agent/images/k3s-airgap-images-arm64.tar.zst'],
    ['images/shop.tar.zst', '/srv/k3s/agent/images/shop.tar.zst'],
  ]);
  expect(hostNamed(k3sModel({ airGap: { images: false } }), 'alfa').artifacts).toHaveLength(1);
});

test('host keys come from known_hosts unless the program pins one, for bastions too', () => {
  const ssh = {
    host: '10.0.0.1',
    hostKey: 'ssh-ed25519 PINNED',
    bastion: { host: 'b.example.org', port: 2222 },
  };
  expect(hostNamed(k3sModel({ servers: { alfa: { ssh } } }), 'alfa').transport).toEqual({
    ssh: { ...ssh, bastion: { ...ssh.bastion, hostKey: 'ssh-ed25519 KEY-OF-b.example.org-2222' } },
  });
});

test('a node without ssh is reached by its name; a local one not at all', () => {
  const model = k3sModel({ servers: { alfa: {} }, agents: { delta: { local: true } } });
  expect(hostNamed(model, 'alfa').transport).toEqual({
    ssh: { host: 'alfa', hostKey: 'ssh-ed25519 KEY-OF-alfa-22' },
  });
  expect(hostNamed(model, 'delta').transport).toEqual({ local: true });
});

test('labels, annotations and taints are there for the API, sorted', () => {
  const host = hostNamed(
    k3sModel({
      schedulableServers: false,
      servers: {
        alfa: {
          ...server(1),
          labels: { zone: 'b', disk: 'ssd' },
          taints: [{ key: 'gpu', value: 'yes', effect: 'NoExecute' }],
        },
      },
    }),
    'alfa',
  );
  expect(Object.keys(host.labels)).toEqual(['disk', 'zone']);
  expect(host.taints).toEqual(['gpu=yes:NoExecute', 'node-role.kubernetes.io/control-plane=:NoSchedule']);
});

test('every etcd server has the same settings but for its own name and addresses, whichever initialises', () => {
  const model = k3sModel({ servers: servers('alfa', 'bravo', 'charlie') });
  const settings = ['alfa', 'bravo', 'charlie'].map((name) => {
    return { ...hostNamed(model, name).settings, 'node-name': '', 'node-ip': [] };
  });
  expect(settings[1]).toEqual(settings[0]);
  expect(settings[2]).toEqual(settings[0]);
  expect(settings[0]).not.toHaveProperty('cluster-init');
  expect(settings[0]).not.toHaveProperty('server');
});

test('a further server changes nothing on the hosts that are there', () => {
  const [three, five] = [
    servers('alfa', 'bravo', 'charlie'),
    servers('alfa', 'bravo', 'charlie', 'delta', 'echo'),
  ];
  expect(hostNamed(k3sModel({ servers: five }), 'bravo')).toEqual(
    hostNamed(k3sModel({ servers: three }), 'bravo'),
  );
});

test('a label changes no file that a running node reads', () => {
  const withLabel = (value: string) =>
    hostNamed(k3sModel({ servers: { alfa: { ...server(1), labels: { disk: value } } } }), 'alfa');
  const costly = (host: ReturnType<typeof withLabel>) =>
    host.files.filter(({ disruption }) => disruption !== 'none');
  expect(costly(withLabel('hdd'))).toEqual(costly(withLabel('ssd')));
});

test('the same program gives the same bytes', () => {
  const make = () =>
    JSON.stringify(hostNamed(k3sModel({ hardening: 'cis', datastore: Datastore.embeddedEtcd() }), 'alfa'));
  expect(make()).toBe(make());
});

test('late values stand in files until a run fills them in', () => {
  const ip = late('alfa-ip', { example: '10.0.0.1' });
  const model = k3sModel({
    servers: { alfa: { ssh: { host: ip }, nodeIp: ip } },
    agents: { delta: server(9) },
  });
  expect(fileAt(model, 'alfa', '/etc/rancher/k3s/config.yaml')?.content).toContain(
    '  - "«late:alfa-ip=10.0.0.1»"\n',
  );
  expect(fileAt(model, 'delta', '/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml')?.content).toBe(
    'server: "https://«late:alfa-ip=10.0.0.1»:6443"\n',
  );
});
