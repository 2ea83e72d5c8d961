import { expect, test } from '@jest/globals';
import type { HostFacts } from '../../../lib/hosts/facts';
import { hostSetFindings } from '../../../lib/hosts/host-set-rules';
import { hostRules } from '../../../lib/hosts/rules';
import { runRules } from '../../../lib/rules/rule';
import { hostNamed, k3sModel, servers } from '../../support/k3s-model';

const model = k3sModel({ servers: servers('alfa', 'bravo', 'charlie') });
const sound: HostFacts = {
  system: 'Linux',
  machine: 'x86_64',
  hostname: 'alfa',
  machineId: 'a',
  init: 'systemd',
  cgroupControllers: ['memory', 'pids'],
  memory: 3900,
  cpus: 4,
  diskFree: 20_000,
  clockSkew: 0,
  sudo: 'root',
  swap: false,
  portsInUse: [],
  defaultRoute: 'eth0',
};

const reported = (name: string, facts: Partial<HostFacts>) => ({
  host: hostNamed(model, name),
  facts: { ...sound, ...facts },
});

test('hosts that are different machines are fine', () => {
  expect(
    hostSetFindings([
      reported('alfa', {}),
      reported('bravo', { machineId: 'b', hostname: 'bravo' }),
      reported('charlie', { machineId: '', hostname: 'charlie' }),
    ]),
  ).toEqual([]);
});

test('one machine under two names stops both from being changed', () => {
  const found = hostSetFindings([reported('alfa', {}), reported('bravo', {})]);
  expect(found).toMatchObject([
    { rule: 'host-machine-id', path: 'k3s/servers/bravo', property: 'ssh.host', blocks: 'provision' },
  ]);
  expect(found[0]?.problem).toContain('machine-id of alfa (a)');
});

test('one hostname of two machines is a hint', () => {
  expect(hostSetFindings([reported('alfa', {}), reported('bravo', { machineId: 'b' })])).toMatchObject([
    { rule: 'host-hostname', problem: 'alfa is the hostname of alfa too', blocks: 'nothing' },
  ]);
});

const check = (facts: Partial<HostFacts>, adopt = false): string[] =>
  runRules(hostRules, { ...sound, ...facts }, hostNamed(model, 'alfa'), {
    environment: 'production',
    adopt,
  })
    .filter(({ rule }) => rule !== 'host-named')
    .map(({ rule, blocks, problem }) => `${rule} ${blocks}: ${problem}`);

test.each<[Partial<HostFacts>, string]>([
  [{ hostname: 'localhost' }, 'host-hostname nothing: its hostname is localhost'],
  [{ hostname: 'a_b' }, 'host-hostname nothing: its hostname is "a_b", which is no name by RFC 1123'],
  [{ swap: true }, 'host-swap nothing: swap is on'],
  [{ timeSync: false }, 'host-time-sync nothing: it follows no time server'],
  [{ iscsi: false }, 'host-volume-tools nothing: pods cannot use iSCSI volumes there'],
  [{ nfs: false }, 'host-volume-tools nothing: pods cannot use NFS volumes there'],
  [{ proxies: ['HTTPS_PROXY'] }, 'host-proxy nothing: HTTPS_PROXY is set there, and not for K3s'],
  [{ missing: ['curl'] }, 'host-tools provision: it lacks curl'],
  [
    { portsInUse: [6443], listeners: ['6443/haproxy'] },
    'host-ports provision: port 6443 is in use, by haproxy',
  ],
  [{ sudo: 'password', sudoPassword: 'wrong' }, 'host-sudo provision: the sudo password is wrong'],
  [
    { installed: { distribution: 'k3s', version: 'v1', owner: 'production/k3s', node: 'bravo' } },
    'host-installed provision: it is node bravo of this cluster',
  ],
])('%j is told', (facts, says) => {
  expect(check(facts)).toEqual([says]);
});

test('a sudo password that is right will do', () => {
  expect(check({ sudo: 'password', sudoPassword: 'right' })).toEqual([]);
});

test('K3s of somebody else is taken over when the program says so, another distribution never', () => {
  expect(check({ installed: { distribution: 'k3s', version: 'v1.34.1+k3s1' } }, true)).toEqual([]);
  expect(check({ installed: { distribution: 'rke2', version: 'v1' } }, true)).toHaveLength(1);
  expect(
    check({ installed: { distribution: 'k3s', version: 'v1', owner: 'staging/k3s' } }, true),
  ).toHaveLength(1);
});
