import { mkdirSync, renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost, type StepRun } from '../../../../support/script-host';
import { FakeK3s, nodeLine, onCoordinator, ownedHost, READY, type Answer } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

const DB = '/var/lib/rancher/k3s/server/db';
const CA = 'c'.repeat(64);

/** As after the stage `stop`: K3s does not run, and its drop-in is away. */
let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
  host.program('journalctl', ':');
  unit('inactive');
  host.write('/var/lib/k3stack/restore/50-bootstrap.yaml', 'server: "https://10.0.0.2:6443"\n');
  host.write('/etc/rancher/k3s/token', `K10${CA}::server:now\n`);
  host.write('/var/lib/rancher/k3s/server/token', `K10${CA}::server:then\n`);
  host.write(`${DB}/etcd/member`, 'data of now');
  host.write('/snapshot', 'snapshot');
});
afterEach(() => host.remove());

/** K3s becomes `state` when it is started. */
function unit(state: 'inactive' | 'active'): void {
  const file = host.path('/unit');
  host.write('/unit', 'inactive\n');
  host.program(
    'systemctl',
    `case "$*" in *ActiveState*) echo "ActiveState=$(cat '${file}')" ;; *'start k3s') echo ${state} >'${file}' ;; *'stop k3s') echo inactive >'${file}' ;; esac`,
  );
}

const stage = (name: string, values: Record<string, string> = {}): Promise<StepRun> =>
  host.run(
    'run',
    { step: 'restore', values: { ...onCoordinator, STAGE: name, TOKEN: 'then', ...values } },
    { K3STACK_START_SECONDS: '1' },
  );
const reset = (values: Record<string, string> = {}): Promise<StepRun> =>
  stage('reset', { SNAPSHOT: host.path('/snapshot'), ...values });

/** K3s moves the data aside before it looks at anything. */
const clusterReset = (more: Partial<Answer>): Answer => ({
  to: ['server --cluster-reset --cluster-reset-restore-path='],
  does: `mv '${host.path(`${DB}/etcd`)}' '${host.path(`${DB}/etcd-old-1`)}'; mkdir '${host.path(`${DB}/etcd`)}'; : >'${host.path(`${DB}/reset-flag`)}'`,
  ...more,
});
const DONE = 'Managed etcd cluster membership has been reset, restart without --cluster-reset flag now';

test('a bucket that cannot be read leaves the data of before, and says what K3s says', async () => {
  new FakeK3s(host, [
    clusterReset({
      code: 1,
      says: 'level=fatal msg="etcd: snapshot restore failed: unable to initialize S3 client: The specified bucket does not exist" token=K10ab::server:canary\n',
    }),
  ]);
  const { code, stderr } = await reset({ SNAPSHOT: 'on-demand-alfa-1', S3: 'yes' });
  expect([code, host.read(`${DB}/etcd/member`), host.list(DB)]).toEqual([43, 'data of now', ['etcd']]);
  expect(stderr).toContain('The specified bucket does not exist');
  expect(stderr).toContain('the data before is back');
  expect(stderr).not.toContain('canary');
});

test.each([
  ['a folder', () => void mkdirSync(host.path('/folder')), '/folder', 10, 'there is no file'],
  ['an empty file', () => host.write('/empty', ''), '/empty', 10, 'is empty'],
])('%s is no snapshot: K3s is not even called', async (_, make, path, code, why) => {
  const k3s = new FakeK3s(host, []);
  make();
  const run = await reset({ SNAPSHOT: host.path(path) });
  expect([run.code, k3s.calls()]).toEqual([code, []]);
  expect(run.stderr).toContain(why);
});

test('a disk that is too small for what comes out of the snapshot is told of before anything is moved', async () => {
  const k3s = new FakeK3s(host, []);
  host.program(
    'df',
    `printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\nx 9 9 20480 9%% /\\n'`,
  );
  const { code, stderr } = await reset();
  expect([code, k3s.calls()]).toEqual([21, []]);
  expect(stderr).toContain("three times the snapshot's size");
});

describe('a restore that was cut off behind the reset', () => {
  const calls = (k3s: FakeK3s): number => k3s.calls('--cluster-reset').length;
  let k3s: FakeK3s;
  beforeEach(async () => {
    const to = ['get node alfa --ignore-not-found'];
    const folder = host.path(`${DB}`);
    const answers: Answer[] = [READY, { to, says: nodeLine({ name: 'alfa', etcd: true }) }];
    const aside = `old='${folder}'/etcd-old-$(ls '${folder}' | wc -l); mv '${folder}/etcd' "$old"; mkdir '${folder}/etcd'`;
    k3s = new FakeK3s(host, [clusterReset({ says: DONE, does: aside }), ...answers]);
    const { code, stderr } = await reset();
    expect([code, calls(k3s)]).toEqual([43, 1]);
    expect(stderr).toContain('Run again to go on waiting');
    unit('active');
    expect((await stage('stop')).code).toBe(0);
  });

  test('goes on with the start, and resets nothing twice', async () => {
    unit('active');
    expect([(await reset()).code, calls(k3s)]).toEqual([0, 1]);
  });

  test('begins anew with another snapshot', async () => {
    host.write('/other', 'another snapshot');
    unit('active');
    const { code } = await reset({ SNAPSHOT: host.path('/other') });
    expect([code, calls(k3s)]).toEqual([0, 2]);
    expect(k3s.calls('--cluster-reset')[1]).toContain(host.path('/other'));
  });
});

test('nothing is moved while systemd does not say that K3s has stopped', async () => {
  const k3s = new FakeK3s(host, []);
  host.program('systemctl', 'exit 124');
  const { code } = await reset();
  expect([code, k3s.calls(), host.read(`${DB}/etcd/member`)]).toEqual([10, [], 'data of now']);
});

test('what was cut off between data and keys moves the keys too', async () => {
  new FakeK3s(host, [READY]);
  const server = '/var/lib/rancher/k3s/server';
  renameSync(host.path(DB), host.path(`${server}/db-before-restore-1`));
  for (const name of ['tls', 'cred']) host.write(`${server}/${name}/key`, 'key of then');
  expect((await stage('rejoin', { SERVER_URL: 'https://10.0.0.2:6443' })).code).toBe(43);
  const [, aside = ''] = host.list(server).filter((name) => name.startsWith('db-before-restore-'));
  expect([host.has(`${server}/tls`), host.has(`${server}/cred`)]).toEqual([false, false]);
  expect(host.list(`${server}/${aside}`)).toEqual(['cred', 'tls']);
});

test('a server that has joined what an earlier attempt had reset joins anew, and keeps the first data', async () => {
  new FakeK3s(host, [READY]);
  const rejoin = () => stage('rejoin', { SERVER_URL: 'https://10.0.0.2:6443' });
  const aside = () =>
    host.list('/var/lib/rancher/k3s/server').filter((name) => name.startsWith('db-before-restore-'));
  expect((await rejoin()).code).toBe(43);
  expect((await rejoin()).code).toBe(43);
  expect(aside()).toHaveLength(1);
  host.write(`${DB}/etcd/member`, 'joined since');
  expect((await stage('stop')).code).toBe(0);
  expect((await rejoin()).code).toBe(43);
  expect(host.has(`${DB}/etcd`)).toBe(false);
  expect(aside().map((name) => host.read(`/var/lib/rancher/k3s/server/${name}/etcd/member`))).toEqual([
    'data of now',
    'joined since',
  ]);
});
