import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost, type StepRun } from '../../../../support/script-host';
import { FakeK3s, nodeLine, onCoordinator, ownedHost } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

const SELF = ['get node alfa --ignore-not-found'];
const PASSWORD = '/etc/rancher/node/password';
const BINARY = '/usr/local/bin/k3s';

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
  host.write('/var/lib/k3stack/active', '');
  host.write('/var/lib/rancher/k3s/server/db/etcd/member', 'data');
  host.write(PASSWORD, 'password');
  host.program('systemctl', 'case "$*" in *ActiveState*) echo ActiveState=inactive ;; esac');
});
afterEach(() => host.remove());

const remove = (step = 'run', values: Record<string, string> = {}): Promise<StepRun> =>
  host.run('delete', { step, values: { ...onCoordinator, ...values } });

/** Nothing of K3s has been touched. */
const kept = (): boolean => host.has('/var/lib/rancher/k3s/server/db/etcd/member') && host.has(PASSWORD);

describe('the deletion of a resource leaves a host alone', () => {
  test('that the cluster still has: it may only have been replaced or renamed in the state', async () => {
    new FakeK3s(host, [{ to: SELF, says: nodeLine({ name: 'alfa', etcd: true }) }]);
    const { code, result } = await remove();
    expect([code, kept()]).toEqual([0, true]);
    expect(result?.did).toEqual([
      'left K3s on this host: k3s still has the node alfa, and it is not marked to be removed',
    ]);
  });

  test('that is another node, or of another cluster, by now', async () => {
    const k3s = new FakeK3s(host, []);
    host.write('/var/lib/k3stack/owner', "OWNER='dev/k3s'\nNODE='alfa'\nROLE='server'\n");
    const { code, result } = await remove();
    expect([code, kept(), k3s.calls()]).toEqual([0, true, []]);
    expect(result?.did).toEqual(['left this host alone: it is alfa of dev/k3s, and not alfa of prod/k3s']);
  });

  test('while no server can be asked, and says how to go on', async () => {
    host.write(
      '/var/lib/k3stack/context',
      "CTX_API_PORT='6443'\nrecord server 'bravo' '10.0.0.2' 'unknown'\n",
    );
    const k3s = new FakeK3s(host, [{ to: SELF, code: 1 }]);
    const { code, stderr } = await remove();
    expect([code, kept()]).toEqual([35, true]);
    expect(k3s.calls('--server https://10.0.0.2:6443')).not.toEqual([]);
    expect(stderr).toContain('create the file');
    expect(stderr).toContain('/var/lib/k3stack/erase');
    expect(stderr).toContain('pulumi state delete');
  });
});

test('a server stays while etcd’s members cannot be listed, as it could not leave them', async () => {
  new FakeK3s(host, [
    { to: SELF, says: nodeLine({ name: 'alfa', etcd: true, retiring: '2026' }) },
    { to: ['get nodes -l node-role.kubernetes.io/etcd=true -o name'], code: 1 },
  ]);
  const { code, stderr } = await remove();
  expect([code, kept(), host.has('/var/lib/k3stack/erasing')]).toEqual([40, true, false]);
  expect(stderr).toContain('they cannot be listed');
});

describe('the deletion of a resource takes K3s off a host', () => {
  test.each([
    ['that the cluster no longer has', ''],
    ['that is being removed', nodeLine({ name: 'alfa', retiring: '2026' })],
  ])('%s, with the password of its node', async (_, says) => {
    new FakeK3s(host, [{ to: SELF, says }]);
    const { code, result } = await remove('run', { DATASTORE: 'sqlite' });
    expect([code, result?.did]).toEqual([0, ['removed K3s and its data from alfa']]);
    for (const path of ['/var/lib/rancher', '/etc/rancher', '/var/lib/k3stack', BINARY])
      expect([path, host.has(path)]).toEqual([path, false]);
  });

  test('that was taken over, with what its installer made and would lead nowhere', async () => {
    new FakeK3s(host, [{ to: SELF, says: '' }]);
    const bin = '/usr/local/bin';
    for (const name of ['k3s-killall.sh', 'k3s-uninstall.sh']) host.write(`${bin}/${name}`, '#!/bin/sh\n');
    for (const [name, target] of [
      ['kubectl', 'k3s'],
      ['crictl', `${bin}/k3s`],
      ['ctr', '/usr/bin/ctr'],
    ] as const)
      symlinkSync(target, host.path(`${bin}/${name}`));
    host.write('/etc/systemd/system/k3s.service.env', "K3S_TOKEN='old'\n");
    expect((await remove()).code).toBe(0);
    expect([host.list(bin), host.list('/etc/systemd/system')]).toEqual([['ctr'], []]);
  });

  test('that somebody has marked by hand, and asks nobody', async () => {
    host.write('/var/lib/k3stack/erase', '');
    const k3s = new FakeK3s(host, []);
    expect([(await remove()).code, k3s.calls(), host.has(PASSWORD)]).toEqual([0, [], false]);
  });

  test('that is the last member of etcd', async () => {
    new FakeK3s(host, [
      { to: SELF, says: nodeLine({ name: 'alfa', etcd: true, retiring: '2026' }) },
      { to: ['get nodes -l node-role.kubernetes.io/etcd=true -o name'], says: 'node/alfa\n' },
    ]);
    expect([(await remove()).code, kept()]).toEqual([0, false]);
  });

  test('again from where it was cut off', async () => {
    host.write('/var/lib/k3stack/erasing', '');
    expect([(await remove()).code, host.has('/var/lib/rancher')]).toEqual([0, false]);
    expect((await remove()).result?.did).toEqual(['nothing of prod/k3s is on this host']);
  });
});
