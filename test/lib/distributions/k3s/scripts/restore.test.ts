import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, nodeLine, onCoordinator, ownedHost, READY, type Answer } from './fake-k3s';

const CA = 'c'.repeat(64);
const DB = '/var/lib/rancher/k3s/server/db';
const DROPIN = '/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml';
// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
  host.program('journalctl', ':');
  // A unit whose state is a file, and that does not start without the drop-in.
  const state = host.path('/unit');
  host.program(
    'systemctl',
    [
      `case "$*" in`,
      `  *'show -p ActiveState k3s') echo "ActiveState=$(cat '${state}')" ;;`,
      `  *'stop k3s') echo inactive >'${state}' ;;`,
      `  *'start k3s') [ -f '${host.path(DROPIN)}' ] && echo active >'${state}' ;;`,
      `  *'reset-failed k3s') ;;`,
      `  *) echo "unexpected: $*" >&2; exit 97 ;;`,
      'esac',
    ].join('\n'),
  );
  host.write('/unit', 'active\n');
  host.write(DROPIN, 'server: "https://10.0.0.2:6443"\n');
  host.write('/etc/rancher/k3s/token', `K10${CA}::server:now\n`);
  host.write('/etc/rancher/k3s/initialised', 'x\n');
  host.write('/var/lib/rancher/k3s/server/token', `K10${CA}::server:then\n`);
  host.write(`${DB}/etcd/member`, 'data of now');
  host.write('/snapshot', 'snapshot');
});
afterEach(() => host.remove());

const stage = (name: string, values: Record<string, string> = {}) =>
  host.run(
    'run',
    { step: 'restore', values: { ...onCoordinator, STAGE: name, ...values } },
    { K3STACK_START_SECONDS: '3' },
  );
const reset = (values: Record<string, string> = {}) =>
  stage('reset', { TOKEN: 'then', SNAPSHOT: host.path('/snapshot'), ...values });
const self: Answer = {
  to: ['get node alfa --ignore-not-found'],
  says: nodeLine({ name: 'alfa', etcd: true }),
};

/** As K3s does it: the data moves aside before anything is looked at. */
const clusterReset = (more: Partial<Answer>): Answer => ({
  to: ['server --cluster-reset --cluster-reset-restore-path='],
  does: `mv '${host.path(`${DB}/etcd`)}' '${host.path(`${DB}/etcd-old-1`)}'; mkdir '${host.path(`${DB}/etcd`)}'; : >'${host.path(`${DB}/reset-flag`)}'`,
  ...more,
});

test('a stopped server cannot start by itself', async () => {
  new FakeK3s(host, []);
  expect((await stage('stop')).result?.did).toEqual(['stopped K3s on alfa']);
  expect([host.has(DROPIN), host.read('/unit')]).toEqual([false, 'inactive\n']);
  expect((await stage('stop')).result?.did).toEqual([]);
});

describe('the snapshot', () => {
  test('becomes the cluster, with the token of its time, and the drop-in comes back', async () => {
    const k3s = new FakeK3s(host, [
      READY,
      self,
      clusterReset({
        says: 'Managed etcd cluster membership has been reset, restart without --cluster-reset flag now',
      }),
    ]);
    await stage('stop');
    const { code, result } = await reset();
    expect([code, result?.did.length]).toEqual([0, 2]);
    expect(host.read(DROPIN)).toContain('10.0.0.2');
    expect(host.read('/etc/rancher/k3s/token')).toBe(`K10${CA}::server:then\n`);
    expect([host.has('/var/lib/k3stack/restore'), k3s.calls('--etcd-s3=false').length]).toEqual([false, 1]);
  });

  test('is not read while K3s runs', async () => {
    const k3s = new FakeK3s(host, []);
    expect([(await reset()).code, k3s.calls()]).toEqual([10, []]);
  });

  test.each([
    ['is not there', { SNAPSHOT: '/nowhere' }, 10, 'there is no file /nowhere'],
    ['is no path', { SNAPSHOT: 'on-demand' }, 14, 'is a path on alfa'],
    ['is another one', { SNAPSHOT_SHA256: '0' }, 20, 'is not the snapshot that was taken'],
  ])('changes nothing when it %s', async (_, values, exit, why) => {
    const k3s = new FakeK3s(host, []);
    await stage('stop');
    const { code, stderr } = await reset(values);
    expect([code, k3s.calls(), host.read(`${DB}/etcd/member`)]).toEqual([exit, [], 'data of now']);
    expect(stderr).toContain(why);
  });

  test('leaves the data of before when the token is another one', async () => {
    new FakeK3s(host, [
      clusterReset({ code: 1, says: 'bootstrap data already found and encrypted with different token' }),
    ]);
    await stage('stop');
    const { code, stderr } = await reset({ TOKEN: 'wrong-canary' });
    expect([code, host.read(`${DB}/etcd/member`), host.list(DB)]).toEqual([46, 'data of now', ['etcd']]);
    expect(stderr).toContain('the token is not the one');
    expect(stderr).not.toContain('canary');
  });
});

test('another server joins anew; its data is kept', async () => {
  new FakeK3s(host, [READY, self]);
  host.write(`${DB}/snapshots/old`, 'kept');
  host.write('/var/lib/rancher/k3s/server/cred/passwd', 'newer');
  await stage('stop');
  const { code } = await stage('rejoin', { TOKEN: 'then', SERVER_URL: 'https://10.0.0.1:6443' });
  expect([code, host.read(DROPIN), host.list(DB)]).toEqual([
    0,
    'server: "https://10.0.0.1:6443"\n',
    ['snapshots'],
  ]);
  const aside = host
    .list('/var/lib/rancher/k3s/server')
    .find((name) => name.startsWith('db-before-restore-'));
  expect(host.read(`/var/lib/rancher/k3s/server/${aside}/etcd/member`)).toBe('data of now');
  expect(host.read(`/var/lib/rancher/k3s/server/${aside}/cred/passwd`)).toBe('newer');
  expect(host.list('/var/lib/rancher/k3s/server')).not.toContain('cred');
});

test('a datastore outside of the cluster is left to its own tools', async () => {
  const { code, stderr } = await stage('stop', { DATASTORE: 'external' });
  expect(code).toBe(10);
  expect(stderr).toContain('restore the database with its own tools');
});
