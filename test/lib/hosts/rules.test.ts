import { expect, test } from '@jest/globals';
import type { HostFacts } from '../../../lib/hosts/facts';
import { sha256 } from '../../../lib/hosts/manifest';
import { hostRules } from '../../../lib/hosts/rules';
import { runRules } from '../../../lib/rules/rule';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { hostNamed, k3sModel, server } from '../../support/k3s-model';

const sound: HostFacts = {
  system: 'Linux',
  machine: 'x86_64',
  hostname: 'alfa',
  machineId: '0123456789abcdef0123456789abcdef',
  init: 'systemd',
  cgroupControllers: ['cpu', 'cpuset', 'io', 'memory', 'pids'],
  memory: 3900,
  cpus: 4,
  diskFree: 20_000,
  clockSkew: 0.4,
  sudo: 'passwordless',
  swap: false,
  portsInUse: [22, 53],
  defaultRoute: 'eth0',
};

function check(facts: Partial<HostFacts>, name = 'alfa', props: Partial<K3sClusterProps> = {}): string[] {
  const host = hostNamed(k3sModel({ agents: { delta: server(9) }, ...props }), name);
  return runRules(hostRules, { ...sound, hostname: name, ...facts }, host, {
    environment: 'production',
    adopt: false,
  }).map((v) => `${v.rule} ${v.blocks}: [${v.path}] ${v.property}: ${v.problem}; ${v.fix}`);
}

test('a sound host is accepted', () => {
  expect(check({})).toEqual([]);
  expect(check({ memory: 480, cpus: 1 }, 'delta')).toEqual([]);
});

test.each<[string, Partial<HostFacts>, string, Partial<HostFacts>]>([
  [
    'another system',
    { system: 'FreeBSD' },
    'host-system provision: [k3s/servers/alfa] host: the host runs FreeBSD; use a Linux machine',
    { system: 'Linux' },
  ],
  [
    'no systemd',
    { init: 'openrc-init' },
    'host-system provision: [k3s/servers/alfa] host: process 1 is openrc-init, not systemd',
    { init: 'systemd' },
  ],
  [
    'another architecture',
    { machine: 'aarch64' },
    "architecture: it is aarch64, and amd64 is declared; write architecture: 'arm64'",
    { machine: 'amd64' },
  ],
  [
    'an architecture without a release',
    { machine: 'riscv64' },
    'K3s is not released for riscv64',
    { machine: 'x86_64' },
  ],
  [
    'sudo that asks for a password',
    { sudo: 'password' },
    'host-sudo provision: [k3s/servers/alfa] ssh.user: sudo asks for a password',
    { sudo: 'root' },
  ],
  ['no sudo', { sudo: 'none' }, 'the user may not use sudo', { sudo: 'passwordless' }],
  [
    'a Raspberry Pi as delivered',
    { cgroupControllers: ['cpu', 'pids'] },
    'the cgroup controller memory is off; add cgroup_enable=memory cgroup_memory=1',
    { cgroupControllers: ['pids', 'memory'] },
  ],
  [
    'little memory',
    { memory: 1000 },
    'host-memory nothing: [k3s/servers/alfa] host: a server needs 2048 MiB of memory, and has 1000',
    { memory: 1900 },
  ],
  ['too little memory', { memory: 700 }, 'host-memory provision:', { memory: 1900 }],
  ['one processor', { cpus: 1 }, 'host-cpu nothing:', { cpus: 2 }],
  [
    'a full disk',
    { diskFree: 1600 },
    '1600 MiB are free on its disk, and 1700 are needed',
    { diskFree: 1700 },
  ],
  ['a clock that is behind', { clockSkew: -31 }, 'its clock is 31 s behind', { clockSkew: -30 }],
  ['a clock that is ahead', { clockSkew: 95.4 }, 'its clock is 95 s ahead', { clockSkew: 29 }],
  [
    'taken ports',
    { portsInUse: [10250, 6443] },
    "ports 6443, 10250 are in use; stop what listens there: ss -ltnp '( sport = :6443 )'",
    { portsInUse: [6442, 8080] },
  ],
  [
    'no default route',
    { defaultRoute: undefined },
    'it has no default route; add one',
    { defaultRoute: 'dummy0' },
  ],
  [
    'K3s that something else installed',
    { installed: { distribution: 'k3s', version: 'v1.33.1+k3s1' } },
    'k3s v1.33.1+k3s1 is installed, and not by k3stack',
    {
      installed: { distribution: 'k3s', version: 'v1.33.1+k3s1', owner: 'production/k3s' },
      portsInUse: [6443],
      diskFree: 700,
    },
  ],
  [
    'K3s of another cluster',
    { installed: { distribution: 'k3s', version: 'v1.33.1+k3s1', owner: 'staging/k3s' } },
    'it belongs to cluster staging/k3s',
    { installed: { distribution: 'k3s', version: 'v1.33.1+k3s1', owner: 'production/k3s' } },
  ],
])('%s is told from what is fine', (_, broken, says, fine) => {
  const found = check(broken);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(says);
  expect(check(fine)).toEqual([]);
});

test.each<[string, string, K3sClusterProps['nodes'], boolean]>([
  ['the name of its node', 'alfa', {}, true],
  ['that name with a domain, in capitals', 'ALFA.example.org', {}, true],
  ['another one', 'bravo', {}, false],
  ['one that is declared', 'ip-10-0-0-1.internal', { hostname: 'ip-10-0-0-1' }, true],
  ['not the one that is declared', 'alfa', { hostname: 'ip-10-0-0-1' }, false],
  ['any', 'bravo', { hostname: 'any' }, true],
])('a machine is called %s', (_, hostname, nodes, fine) => {
  const found = check({ hostname }, 'alfa', { nodes });
  expect(found).toEqual(
    fine ? [] : [expect.stringMatching(/^host-named provision: \[k3s\/servers\/alfa\] hostname: /)],
  );
});

test('the operator’s own machine may be called anything', () => {
  expect(check({ hostname: 'laptop' }, 'alfa', { servers: { alfa: { local: true } } })).toEqual([]);
});

test('the hostname of a machine that k3stack has changed before is no matter any more', () => {
  const installed = { distribution: 'k3s', version: 'v1.34.1+k3s1', owner: 'production/k3s', node: 'alfa' };
  expect(check({ hostname: 'bravo', installed })).toEqual([]);
});

test('an agent needs no ports of servers', () => {
  expect(check({ portsInUse: [6443, 2379] }, 'delta')).toEqual([]);
});

test('a server is asked for the port of the API that is declared', () => {
  expect(check({ portsInUse: [7443] }, 'alfa', { api: { port: 7443 } })[0]).toContain('port 7443 is in use');
});

test('image archives need room as well', () => {
  expect(check({ diskFree: 2000 }, 'alfa', { airGap: true })[0]).toContain('2700 are needed');
});

test.each<[string, K3sClusterProps['rotate'], Record<string, string>, string[]]>([
  ['the same', { certificates: 3 }, { certificates: sha256('3') }, []],
  ['a higher one', { certificates: 4 }, { certificates: sha256('3') }, []],
  [
    'a lower one',
    { certificates: 2 },
    { certificates: sha256('202611') },
    [
      'host-rotation provision: [k3s/servers/alfa] rotate.certificates: is 2, and 202611 was done on it already; ' +
        'write rotate.certificates: 202611 to leave it as it is, or 202612 to rotate once more',
    ],
  ],
  [
    'none any more',
    undefined,
    { 'encryption-key': sha256('2') },
    [
      'host-rotation provision: [k3s/servers/alfa] rotate.encryptionKey: is 0, and 2 was done on it already; ' +
        'write rotate.encryptionKey: 2 to leave it as it is, or 3 to rotate once more',
    ],
  ],
  ['something that is no number', { certificates: 1 }, { certificates: sha256('other') }, []],
])('of a rotation, %s', (_, rotate, rotations, says) => {
  expect(check({ rotations }, 'alfa', rotate === undefined ? {} : { rotate })).toEqual(says);
});
