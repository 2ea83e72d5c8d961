import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import {
  refuse,
  tell,
  three,
  five,
  withSettings,
  type TransitionCase,
} from '../../../support/transition-case';
import { type HostLiteral } from '../../../support/synthesis-fixture';

export const settingsCases: readonly TransitionCase[] = [
  {
    rule: 'data-dir-changed',
    name: 'another directory',
    before: { hosts: three },
    after: { hosts: { ...three, bravo: { settings: { 'data-dir': '/data' } } } },
    hit: refuse('the state of bravo is in /var/lib/rancher/k3s, and K3s would look for it in /data'),
  },
  {
    rule: 'data-dir-changed',
    name: 'the default written out',
    before: { hosts: three },
    after: { hosts: { ...three, bravo: { settings: { 'data-dir': '/var/lib/rancher/k3s' } } } },
  },
  {
    rule: 'must-match-changed',
    name: 'an option K3s compares',
    before: { hosts: three },
    after: { hosts: withSettings(three, { 'disable-network-policy': true }) },
    hit: tell('disable-network-policy differs between servers until the last of 3 has restarted'),
  },
  {
    rule: 'must-match-changed',
    name: 'while a server joins',
    before: { hosts: three },
    after: { hosts: withSettings(five, { 'disable-network-policy': true }) },
    hit: refuse(/refuses delta, echo if it joins/),
  },
  {
    rule: 'must-match-changed',
    name: 'the default written out',
    before: { hosts: three },
    after: { hosts: withSettings(three, { 'disable-network-policy': false }) },
  },
  {
    rule: 'must-match-changed',
    name: 'the only server',
    before: { hosts: { alfa: {} } },
    after: { hosts: withSettings({ alfa: {} }, { 'disable-network-policy': true }) },
  },

  {
    rule: 'auto-deploy-removed',
    name: 'a manifest goes',
    before: {
      hosts: { alfa: manifest('vip.yaml', `${object('ConfigMap', 'a')}---\n${object('ConfigMap', 'b')}`) },
    },
    after: { hosts: { alfa: {} } },
    hit: tell('ConfigMap web/a, ConfigMap web/b left vip.yaml and is to be deleted from the cluster'),
  },
  {
    rule: 'auto-deploy-removed',
    name: 'an object moves to the workloads',
    before: { hosts: { alfa: manifest('vip.yaml', object('ConfigMap', 'a')) } },
    after: { hosts: { alfa: {} }, over: workload('ConfigMap', 'a') },
    hit: tell(
      'ConfigMap web/a moved from vip.yaml to the workloads: K3s writes it anew as long as a server has the file',
    ),
  },
  {
    rule: 'auto-deploy-removed',
    name: 'an object moves to another file',
    before: { hosts: { alfa: manifest('vip.yaml', object('ConfigMap', 'a')) } },
    after: { hosts: { alfa: manifest('other.yaml', object('ConfigMap', 'a')) } },
  },
  {
    rule: 'auto-deploy-removed',
    name: 'a file that is no manifest goes',
    before: { hosts: { alfa: manifest('vip.yaml', 'a: [') } },
    after: { hosts: { alfa: {} } },
  },
];

function manifest(file: string, content: string): HostLiteral {
  const path = `/var/lib/rancher/k3s/server/manifests/${file}`;
  return {
    files: [{ path, mode: '0600', owner: 'root:root', content, encoding: 'raw', disruption: 'live' }],
  };
}

function object(kind: string, name: string): string {
  return `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: web\n`;
}

function workload(kind: string, name: string): Partial<Synthesis> {
  const object = { apiVersion: 'v1', kind, metadata: { name, namespace: 'web' } };
  return {
    manifests: [
      { file: '01-web.yaml', cluster: 'k3s', objects: [{ path: 'web', owner: 'workloads', object }] },
    ],
  };
}
