import { expect, test } from '@jest/globals';
import { Datastore } from '../../../../../lib/distributions/k3s/datastore';
import { secret } from '../../../../../lib/secret';
import { fileAt, k3sModel, server } from '../../../../support/k3s-model';

const SERVER = '/etc/systemd/system/k3s.service';
const AGENT = '/etc/systemd/system/k3s-agent.service';
const lines = (model: ReturnType<typeof k3sModel>, path = SERVER, name = 'alfa') =>
  fileAt(model, name, path)?.content.split('\n') ?? [];

test('runs K3s as install.sh would, but only when nothing is missing that K3s would do without', () => {
  expect(fileAt(k3sModel(), 'alfa', SERVER)?.content).toMatchInlineSnapshot(`
"[Unit]
Description=K3s server, managed by k3stack
Documentation=https://docs.k3s.io
After=network.target network-online.target time-sync.target
AssertPathExists=/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml
AssertFileNotEmpty=/etc/rancher/k3s/token
AssertPathExists=|!/etc/rancher/k3s/initialised
AssertPathExists=|/var/lib/rancher/k3s/server/db/state.db
AssertPathExists=|/var/lib/rancher/k3s/server/db/etcd

[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s server
KillMode=process
Delegate=yes
User=root
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s

[Install]
WantedBy=multi-user.target
"
`);
});

test('an agent has a unit of its own, and no datastore to look for', () => {
  const unit = lines(k3sModel({ agents: { delta: server(9) } }), AGENT, 'delta');
  expect(unit).toContain('ExecStart=/usr/local/bin/k3s agent');
  expect(unit.filter((line) => line.startsWith('Assert'))).toEqual([
    'AssertPathExists=/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml',
    'AssertFileNotEmpty=/etc/rancher/k3s/token',
  ]);
});

test('looks for the datastore in the data directory of the node', () => {
  const unit = lines(k3sModel({ nodes: { dataDir: '/srv/k3s' } }));
  expect(unit).toContain('AssertPathExists=|/srv/k3s/server/db/etcd');
});

test('does not start a server that etcd has removed: it would join again, as a member without a Node', () => {
  const unit = lines(k3sModel({ datastore: Datastore.embeddedEtcd() }));
  expect(unit).toContain('AssertPathExists=!/var/lib/rancher/k3s/server/db/etcd/tombstone');
});

test('does not start without the address of an external datastore', () => {
  const unit = lines(k3sModel({ datastore: Datastore.external({ endpoint: secret('dsn') }) }));
  expect(unit).toContain('EnvironmentFile=/etc/systemd/system/k3s.service.env');
  expect(unit.join('\n')).not.toContain('server/db');
});

test('makes a directory for snapshots that K3s would not make itself', () => {
  const unit = (dir?: string) =>
    lines(k3sModel({ datastore: Datastore.embeddedEtcd({ snapshots: { dir } }) })).filter((line) =>
      line.includes('mkdir'),
    );
  expect(unit('/srv/snapshots')).toEqual(['ExecStartPre=/bin/mkdir -p -m 0700 /srv/snapshots']);
  expect(unit()).toEqual([]);
});

test('sets kernel settings before K3s looks at them', () => {
  expect(lines(k3sModel({ hardening: 'cis' }))).toContain(
    'ExecStartPre=-/sbin/sysctl -q -p /etc/sysctl.d/90-k3stack.conf',
  );
});

test('the ceiling is a drop-in in the words of systemd', () => {
  const ceiling = (settings: { cpu?: string; memory?: string }) =>
    fileAt(k3sModel({ nodes: { ceiling: settings } }), 'alfa', `${SERVER}.d/50-ceiling.conf`)?.content;
  expect(ceiling({ cpu: '1500m', memory: '1.5Gi' })).toBe('[Service]\nCPUQuota=150%\nMemoryMax=1610612736\n');
  expect(ceiling({ memory: '512M' })).toBe('[Service]\nMemoryMax=512000000\n');
  expect(ceiling({})).toBeUndefined();
});
