import { afterAll, expect, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';

const host = new ScriptHost();
afterAll(() => host.remove());

function facts(): Record<string, unknown> {
  const run = host.source([], '. "$SCRIPTS/facts.sh"; step; print_result; rm -f "$SCRATCH/result"', {
    IN_UNIT: 'k3s',
    IN_NODE: 'alfa',
    HTTPS_PROXY: 'http://user:canary@proxy',
    no_proxy: 'localhost',
  });
  expect(run.stdout).not.toContain('canary');
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

test('a host that has nothing yet', () => {
  host.program('timedatectl', 'echo NTPSynchronized=yes');
  const found = facts();
  expect(found).toMatchObject({
    k3stack: 1,
    step: 'facts',
    system: 'Linux',
    machine: expect.any(String),
    hostname: expect.any(String),
    cpus: expect.any(Number),
    memory: expect.any(Number),
    diskFree: expect.any(Number),
    swap: expect.any(Boolean),
    portsInUse: expect.any(Array),
    cgroupControllers: expect.any(Array),
    timeSync: true,
    proxies: ['HTTPS_PROXY'],
    datastore: 'empty',
  });
  expect(Math.abs(Number(found['clock']) - Date.now() / 1000)).toBeLessThan(30);
  expect(found).not.toHaveProperty('installed');
});

test('a host with another system tells which, and nothing that only Linux has', () => {
  const other = new ScriptHost();
  const uname = 'case $1 in -s) echo FreeBSD ;; -m) echo amd64 ;; -n) echo alfa ;; *) echo 14.1 ;; esac';
  other.program('uname', uname);
  for (const name of ['awk', 'nproc', 'df', 'stat']) other.program(name, 'exit 127');
  const run = other.source([], '. "$SCRIPTS/facts.sh"; step; print_result', {
    IN_UNIT: 'k3s',
    IN_NODE: 'alfa',
  });
  other.remove();
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/"system":"FreeBSD","machine":"amd64".*"init":"unknown".*"memory":0/);
});

test('images that lie there before K3s was ever installed are no K3s', () => {
  host.write('/var/lib/rancher/k3s/agent/images/app.tar', '');
  expect(facts()).not.toHaveProperty('installed');
});

test('a server of ours', () => {
  const hash = 'a'.repeat(64);
  host.executable(host.path('/usr/local/bin/k3s'), "echo 'k3s version v1.36.3+k3s1 (x)'");
  host.program('systemctl', 'case $* in *ActiveState*) echo ActiveState=active ;; *) exit 99 ;; esac');
  host.write('/etc/systemd/system/k3s.service', '');
  host.write('/etc/default/k3s', 'HTTPS_PROXY=x');
  host.write('/etc/rancher/k3s/initialised', '');
  host.write('/var/lib/rancher/k3s/server/db/state.db', '');
  host.write('/var/lib/rancher/k3s/server/token', `K10${hash}::server:canary\n`);
  host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='alfa'\nROLE='server'\n");
  host.write(
    '/var/lib/k3stack/active',
    'restart aa option:x\nrestart bb rotate:certificates\nrestart cc rotate:encryption-key\n',
  );
  expect(facts()).toMatchObject({
    datastore: 'running',
    caHash: hash,
    owner: 'prod/k3s',
    node: 'alfa',
    installed: { distribution: 'k3s', version: 'v1.36.3+k3s1' },
    activeDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    rotations: { certificates: 'bb', 'encryption-key': 'cc' },
    proxies: [],
  });
});

test('a server whose data has gone', () => {
  host.source([], 'rm -r "$ROOT/var/lib/rancher/k3s/server/db"');
  expect(facts()).toMatchObject({ datastore: 'lost' });
});
