import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secret } from '../../../../lib/secret';
import { late } from '../../../../lib/late';
import { formatViolation } from '../../../../lib/rules/violation';
import { validateOptions } from '../../../../lib/distributions/k3s/validate-options';
import { anySettings } from './option-arbitraries';

const at = { version: 'v1.37.0+k3s1', path: 'test/k3s' } as const;
const problems = (options: unknown, role: 'server' | 'agent' = 'server', version: string = at.version) =>
  validateOptions(options, { ...at, role, version }).map(formatViolation);

test.each(['server', 'agent'] as const)('accepts every valid value of a %s', (role) => {
  fc.assert(
    fc.property(anySettings({ role, unmanaged: true }), (settings) => {
      const blocking = validateOptions(settings, { ...at, role }).filter(
        (violation) => violation.blocks !== 'nothing',
      );
      expect(blocking).toEqual([]);
    }),
  );
});

test.each([
  [
    { 'kubelet-args': {} },
    `[test/k3s] config["kubelet-args"]: K3s has no option "kubelet-args"; write 'kubelet-arg' (k3s-option-unknown)`,
  ],
  [
    { 'kube-controller-arg': {} },
    `[test/k3s] config["kube-controller-arg"]: is another name of 'kube-controller-manager-arg'; write 'kube-controller-manager-arg' (k3s-option-unknown)`,
  ],
  [
    { 'no-deploy': ['traefik'] },
    `[test/k3s] config["no-deploy"]: K3s has no option "no-deploy" since v1.26; write disable (k3s-option-unknown)`,
  ],
  [
    { constructor: 1 },
    `[test/k3s] config["constructor"]: K3s has no option "constructor"; remove it (k3s-option-unknown)`,
  ],
  [
    { token: 'abc' },
    '[test/k3s] config["token"]: holds a secret, which is never written to config.yaml; remove it and use the cluster’s token, a secret of the environment that `k3stack init` makes (k3s-option-managed)',
  ],
  [
    { 'node-name': 'a' },
    '[test/k3s] config["node-name"]: is set by k3stack; remove it and use the key of the node in `servers`, `agents` or a pool (k3s-option-managed)',
  ],
  [
    { docker: 'true' },
    '[test/k3s] config["docker"]: must be a boolean, got a string; write a boolean, such as true (k3s-option-type)',
  ],
  [
    { debug: null },
    '[test/k3s] config["debug"]: must be a boolean, got null; write a boolean, such as true (k3s-option-type)',
  ],
  [
    { log: '' },
    '[test/k3s] config["log"]: is empty, which K3s takes for a given value; leave it out (k3s-option-type)',
  ],
  [
    { log: 'k3s.log' },
    `[test/k3s] config["log"]: "k3s.log" is not an absolute path; write an absolute path, such as '/srv/k3s' (k3s-option-type)`,
  ],
  [
    { vmodule: ' a' },
    '[test/k3s] config["vmodule"]: K3s trims " a"; remove blanks at its start and end (k3s-option-type)',
  ],
  [
    { 'write-kubeconfig-mode': 644 },
    '[test/k3s] config["write-kubeconfig-mode"]: must be a string, got a number; write a string, such as \'text\' in quotes (k3s-option-type)',
  ],
  [
    { 'write-kubeconfig-mode': 'rw' },
    `[test/k3s] config["write-kubeconfig-mode"]: "rw" is not a file mode in octal digits; write a file mode in octal digits, such as '0640' (k3s-option-type)`,
  ],
  [
    { 'bind-address': '10.0.0' },
    `[test/k3s] config["bind-address"]: "10.0.0" is not an IP address; write an IP address, such as '10.0.0.11' (k3s-option-type)`,
  ],
  [
    { 'etcd-s3-timeout': '0s' },
    `[test/k3s] config["etcd-s3-timeout"]: "0s" is not a duration above zero; write a duration above zero, such as '10m' or '1h30m' (k3s-option-type)`,
  ],
  [
    { 'advertise-port': 1.5 },
    '[test/k3s] config["advertise-port"]: "1.5" is not a whole number from 1 to 65535; write a number from 1 to 65535 (k3s-option-type)',
  ],
  [
    { 'egress-selector-mode': 'pods' },
    `[test/k3s] config["egress-selector-mode"]: "pods" is none of agent, cluster, pod, disabled; write 'pod' (k3s-option-type)`,
  ],
  [
    { 'node-internal-dns': 'a' },
    '[test/k3s] config["node-internal-dns"]: must be a list, got a string; write ["a"] (k3s-option-type)',
  ],
  [
    { 'node-internal-dns': ['a,b'] },
    '[test/k3s] config["node-internal-dns"]: K3s splits "a,b" at its commas; write each part as an entry of the list (k3s-option-type)',
  ],
  [
    { 'kubelet-arg': ['max-pods=60'] },
    '[test/k3s] config["kubelet-arg"]: must be a map from argument to value, got a list; write { \'max-pods\': 60 } (k3s-option-type)',
  ],
  [
    { 'kubelet-arg': { '--max-pods': 60 } },
    `[test/k3s] config["kubelet-arg"]: "--max-pods" is no argument's name; write 'max-pods' as the key, and its value beside it (k3s-option-type)`,
  ],
  [
    { 'kubelet-arg': { a: { b: 1 } } },
    `[test/k3s] config["kubelet-arg"]: a must be text, a number, true or false, or a list of these, got an object; write 'a': 'value', without blanks at its start and end (k3s-option-type)`,
  ],
  [
    { 'kube-apiserver-arg': { 'tls-min-version': '1.3' } },
    `[test/k3s] config["kube-apiserver-arg"]: K3s stops: invalid tls-min-version; write 'tls-min-version': 'VersionTLS13' (k3s-option-conflict)`,
  ],
  [
    { 'helm-job-image': 'a' },
    '[test/k3s] config["helm-job-image"]: K3s calls it deprecated; use helm-controller-arg: { "default-job-image": … } where the version has it (k3s-option-deprecated)',
  ],
])('refuses %j', (options, expected) => {
  expect(problems(options)).toEqual([expected]);
});

test('refuses options of servers on an agent, naming where they belong', () => {
  expect(problems({ 'disable-scheduler': true }, 'agent')).toEqual([
    '[test/k3s] config["disable-scheduler"]: K3s knows it on servers only, so the agent would not start; remove it here and set it on the servers (k3s-option-role)',
  ]);
});

test('refuses options that the version does not have', () => {
  expect(problems({ 'helm-controller-arg': {} }, 'server', 'v1.34.9+k3s1')).toEqual([
    '[test/k3s] config["helm-controller-arg"]: K3s v1.34.9+k3s1 does not have it; remove it, or use a version that has it: v1.33.13+k3s2, v1.34.10+k3s1, v1.35.7+k3s1, v1.36.3+k3s1 (k3s-option-version)',
  ]);
});

test('names every problem at once', () => {
  expect(problems({ tokn: 'x', docker: 1, debug: 'on' })).toHaveLength(3);
});

test.each([[null], ['debug'], [[]], [3]])('refuses %j where a map belongs', (options) => {
  expect(validateOptions(options, { ...at, role: 'server' })).toMatchObject([
    { rule: 'k3s-option-type', property: 'config' },
  ]);
});

test('checks a late value by its example', () => {
  expect(problems({ 'advertise-address': late('web-ip', { example: '203.0.113.7' }) })).toEqual([]);
  expect(problems({ 'advertise-address': late('web-ip', { example: 'web' }) })).toHaveLength(1);
});

test('what only does less than it says is a warning', () => {
  expect(validateOptions({ 'disable-agent': true }, { ...at, role: 'server' })).toMatchObject([
    { rule: 'k3s-option-conflict', property: 'config["disable-agent"]', blocks: 'nothing' },
  ]);
});

test('no violation holds the value of a secret, or of what may be one', () => {
  const canary = 's3cr3t-c4n4ry';
  const options = {
    token: canary,
    tokn: canary,
    'agent-token': [canary],
    'vpn-auth': { a: canary },
    'no-deploy': canary,
  };
  expect(problems(options).join()).not.toContain(canary);
  const misplaced = {
    vmodule: secret('a'),
    'node-internal-dns': secret('a'),
    'kubelet-arg': secret('a'),
    'etcd-arg': { a: secret('a') },
  };
  expect(problems(misplaced)).toHaveLength(4);
  expect(problems({ 'node-internal-dns': [secret('a')] })).toHaveLength(1);
});

test('refuses half a character, which no file can hold', () => {
  expect(problems({ vmodule: 'a\ud800', 'kubelet-arg': { a: '\udc00' } })).toHaveLength(2);
});
