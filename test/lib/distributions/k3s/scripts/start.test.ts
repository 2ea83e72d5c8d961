import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost, type SourceRun } from '../../../../support/script-host';
import { FakeK3s, nodeLine, onCoordinator, READY, type Answer } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  journal('');
});
afterEach(() => host.remove());

const VALUES = {
  ...Object.fromEntries(Object.entries(onCoordinator).map(([name, value]) => [`IN_${name}`, value])),
  STAGED_VERSION: 'v1.36.3+k3s1',
  START_SECONDS: '3',
  K3STACK_FINAL_SECONDS: '1',
};

/** Says `up`, or what failed and why. */
const start = (more: Record<string, string> = {}): SourceRun =>
  host.source(
    ['kube', 'health'],
    'if start_service start; then echo up; else echo "$START_FAILURE: $START_CAUSE"; fi',
    { ...VALUES, ...more },
  );

/** A systemd that says one state after the other, the last one for ever, and writes down what it is asked. */
function unit(...states: readonly string[]): void {
  host.write('/states', `${states.join('\n')}\n`);
  const file = host.path('/states');
  host.program(
    'systemctl',
    [
      `case "$*" in`,
      `  *'show -p ActiveState '*) echo "ActiveState=$(head -n 1 '${file}')"; [ "$(wc -l <'${file}')" = 1 ] || sed -i 1d '${file}' ;;`,
      `  *'show -p '*) ;;`,
      `  *) echo "$*" >>'${host.path('/asked')}' ;;`,
      'esac',
    ].join('\n'),
  );
}

function journal(...lines: readonly string[]): void {
  host.write('/journal', lines.map((line) => `${line}\n`).join(''));
  host.program('journalctl', `cat '${host.path('/journal')}'`);
}

const NODE = ['get node alfa --ignore-not-found'];
const LEASE: Answer = {
  to: ['-n kube-node-lease get lease alfa'],
  says: '2999-01-01T00:00:00.000000Z',
};
const isReady = nodeLine({ name: 'alfa', etcd: true });

describe('a start', () => {
  test('that never comes to an end is given up: systemd is not waited for', () => {
    unit('activating');
    new FakeK3s(host, []);
    expect(start().stdout).toBe('startFailed: K3s on alfa is not healthy after 3 s: k3s is activating\n');
    expect(host.read('/asked').split('\n')).toContain('--no-block start k3s');
  });

  test('that fails at first is no failure: systemd tries again', () => {
    unit('activating', 'failed', 'activating', 'active');
    journal('level=fatal msg="starting kubernetes: preparing server: failed to get CA certs: starting"');
    new FakeK3s(host, [READY, { to: NODE, says: isReady }, LEASE]);
    const { stdout, stderr } = start({ START_SECONDS: '30' });
    expect(stdout).toBe('up\n');
    expect(stderr).toContain('the server it joins does not answer');
  });

  test('of an agent whose token is refused ends with that, though K3s itself waits for ever', () => {
    unit('activating');
    journal(
      'level=info msg="Waiting to retrieve agent configuration; server is not ready: failed to retrieve configuration from server: not authorized"',
    );
    new FakeK3s(host, []);
    const { stdout } = start({ IN_ROLE: 'agent', IN_UNIT: 'k3s-agent', START_SECONDS: '30' });
    expect(stdout).toMatch(
      /^joinFailed: K3s on alfa does not come up: the cluster does not accept the token/,
    );
  });
});

describe('a unit that is active is not healthy while', () => {
  const another = isReady.replace('v1.36.3', 'v1.36.2');
  test.each<[string, readonly Answer[], string]>([
    ['the API says that it is not ready', [{ ...READY, code: 1, says: '' }], 'the API server is not ready'],
    ['the API answers nothing else', [READY], 'the API does not answer this node'],
    ['there is no Node', [READY, { to: NODE, says: '' }], 'the cluster has no Node alfa'],
    [
      'its Node is not Ready',
      [READY, { to: NODE, says: nodeLine({ name: 'alfa', ready: 'False' }) }],
      'its Node is not Ready',
    ],
    [
      'its Node is that of the version before',
      [READY, { to: NODE, says: another }],
      'reports version v1.36.2+k3s1 instead of v1.36.3+k3s1',
    ],
    [
      'its kubelet was last heard of before',
      [READY, { to: NODE, says: isReady }, { ...LEASE, says: '2001-01-01T00:00:00.000000Z' }],
      'its kubelet has not reported since the start',
    ],
    [
      'etcd has it as a learner',
      [READY, { to: NODE, says: isReady.replace('|true|True|', '|true|False|') }, LEASE],
      'etcd has it as a learner only',
    ],
  ])('%s', (_, answers, why) => {
    unit('active');
    new FakeK3s(host, answers);
    expect(start({ START_SECONDS: '1' }).stdout).toContain(why);
  });
});

describe('the journal', () => {
  const cause = (line: string, more: Record<string, string> = {}): string => {
    journal('earlier', line, 'later');
    return host.source(['kube', 'health'], 'start_mark=now; journal_cause', { ...VALUES, ...more }).stdout;
  };

  test.each([
    [
      'an address that etcd does not know',
      'level=fatal msg="Failed to start etcd: this server is a not a member of the etcd cluster. Found [alfa-1=https://10.0.0.1:2380], expect: alfa-1=https://10.0.0.9:2380"',
      'final|startFailed|etcd does not know this server under its address',
    ],
    [
      'a certificate of another time',
      'level=error msg="tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 1970-01-01T00:00:21Z is before 2026-11-21T10:00:00Z"',
      'wait|startFailed|a certificate is not valid at this time; compare the clocks',
    ],
    [
      'a binary for another processor',
      'k3s.service: Failed at step EXEC: exec format error',
      'final|startFailed|the binary is for another processor',
    ],
    [
      'a cgroup controller that is off',
      'level=fatal msg="failed to find memory cgroup (v2)"',
      'final|requirements|a cgroup controller is not switched on',
    ],
    [
      'control groups of version 1',
      'level=error msg="kubelet exited: kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported and will be removed in a future release"',
      'final|requirements|this release does not run with control groups of version 1',
    ],
    [
      'a host without a default route',
      'level=fatal msg="no default routes found in \\"/proc/net/route\\""',
      'wait|requirements|the host has no default route',
    ],
  ])('tells of %s', (_, line, found) => {
    expect(cause(line)).toContain(found);
  });

  test.each([
    [
      'is away',
      'level=error msg="Failed to connect: dial tcp 10.0.0.5:5432: connect: connection refused"',
      'slow|startFailed|the external datastore does not answer',
    ],
    [
      'refuses the password',
      'level=fatal msg="failed to create database: pq: password authentication failed for user"',
      'final|startFailed|the external datastore does not let it in',
    ],
  ])('tells of a datastore outside that %s, and only where there is one', (_, line, found) => {
    expect(cause(line, { IN_DATASTORE: 'external' })).toContain(found);
    expect(cause(line, { IN_DATASTORE: 'embedded-etcd' })).not.toContain('datastore');
  });
});

describe('what ran in kube-system before a restart', () => {
  const available: Answer = {
    to: ['-n kube-system get deployments'],
    says: 'deployment/coredns 1 1\ndeployment/metrics-server 1 \n',
  };
  const back = (now: string): SourceRun => {
    new FakeK3s(host, [available, { to: ['-n kube-system get daemonsets'], says: '' }]);
    host.source(['kube', 'workloads'], 'workloads_remember', VALUES);
    new FakeK3s(host, [
      { ...available, says: now },
      { to: ['-n kube-system get daemonsets'], says: '' },
    ]);
    return host.source(['kube', 'workloads'], 'workloads_wait 1', VALUES);
  };

  test('has to be available again', () => {
    const { code, stderr } = back('deployment/coredns 1 \ndeployment/metrics-server 1 1\n');
    expect(code).toBe(42);
    expect(stderr).toContain('available before and are not: deployment/coredns');
  });

  test('need not be better than it was', () => {
    expect(back('deployment/coredns 1 1\ndeployment/metrics-server 1 \n').code).toBe(0);
  });
});
