import { describe, expect, test } from '@jest/globals';
import { k3sRules } from '../../../../../lib/distributions/k3s/rules';
import { late } from '../../../../../lib/late';
import { runRules } from '../../../../../lib/rules/rule';
import { secret } from '../../../../../lib/secret';
import type { HostFile } from '../../../../../lib/synthesis/synthesis';
import { k3sModel, server } from '../../../../support/k3s-model';

const PLAIN = { mode: '0644', owner: 'root:root', content: '', encoding: 'raw', disruption: 'none' };

/** Violations of a server with files, as an untyped program may pass them. */
function check(files: readonly unknown[], more: object = {}): string[] {
  const model = k3sModel(
    { servers: { alfa: { ...server(1), ...more } } },
    { files: new Map([['alfa', files as HostFile[]]]) },
  );
  return runRules(k3sRules, model).map((v) => `${v.rule}: [${v.path}] ${v.property}: ${v.problem}; ${v.fix}`);
}

const at = (...paths: unknown[]): unknown[] => paths.map((path) => ({ ...PLAIN, path }));

test.each<[string, unknown, string]>([
  [
    'no file',
    null,
    "addFile: must get a path and a file, got null; write addFile('/etc/motd', { content: '…' })",
  ],
  ['text for a file', '/etc/x', 'addFile: must get a path and a file, got "/etc/x"'],
  ['no path', { ...PLAIN, path: null }, 'addFile(null): must be an absolute path of a file, got null'],
  ['a symbol for a path', { ...PLAIN, path: Symbol('x') }, "got a symbol; write '/etc/motd'"],
  ['a relative path', { ...PLAIN, path: 'etc/x' }, 'got "etc/x"; write \'/etc/x\''],
  ['a path with dots', { ...PLAIN, path: '/etc/../x' }, 'got "/etc/../x"; write \'/x\''],
  ['a late path', { ...PLAIN, path: late('p', { example: '/etc/x' }) }, 'must be an absolute path of a file'],
  ['no content', { ...PLAIN, path: '/etc/x', content: undefined }, 'addFile("/etc/x").content: must be text'],
  ['a number for content', { ...PLAIN, path: '/etc/x', content: 5n }, '.content: must be text, got 5'],
  [
    'a secret for content',
    { ...PLAIN, path: '/etc/x', content: secret('db') },
    "must be text, got a secret; write content: secretHole(secret('db'))",
  ],
  ['half a character', { ...PLAIN, path: '/etc/x', content: '\ud800' }, 'holds half of a character'],
  [
    'a short mode',
    { ...PLAIN, path: '/etc/x', mode: '644' },
    'four octal digits, got "644"; write mode: \'0644\'',
  ],
  [
    'a number for a mode',
    { ...PLAIN, path: '/etc/x', mode: 0o644 },
    '.mode: must be four octal digits, got 420',
  ],
  ['a late mode', { ...PLAIN, path: '/etc/x', mode: late('m', { example: '0644' }) }, '.mode: must be'],
  [
    'no group',
    { ...PLAIN, path: '/etc/x', owner: 'root' },
    'must be user:group, got "root"; write owner: \'root:root\'',
  ],
  [
    'another encoding',
    { ...PLAIN, path: '/etc/x', encoding: 'base64' },
    "must be one of 'raw', 'yaml', 'environment', got \"base64\"; write encoding: 'raw'",
  ],
  ['another disruption', { ...PLAIN, path: '/etc/x', disruption: 'reboot' }, "write disruption: 'restart'"],
])('says what is wrong with %s', (_, file, says) => {
  const found = check([file]);
  expect(found).toEqual([expect.stringContaining(says)]);
  expect(found[0]).toMatch(/^host-file: \[k3s\/servers\/alfa\] addFile/);
});

test('a file that holds itself is refused', () => {
  const content: Record<string, unknown> = {};
  content['self'] = content;
  expect(check([{ ...PLAIN, path: '/etc/x', content }])).toEqual([
    expect.stringContaining('.content: must be text, got a map'),
  ]);
});

const DATA = '/var/lib/rancher/k3s';

describe('paths that others own', () => {
  test.each([
    ['/etc/rancher/k3s/config.yaml', 'write config: { … } of the cluster, a pool or a node'],
    ['/etc/rancher/k3s/config.yaml.d/99-x.yaml', 'write config: { … }'],
    ['/etc/rancher/k3s/registries.yaml', 'write registries: { … } of the cluster'],
    ['/etc/rancher/k3s/server-token', 'write another path'],
    ['/etc/rancher/node/password', 'write another path'],
    ['/etc/sysctl.d/90-k3stack.conf', 'write sysctls'],
    ['/etc/systemd/system/k3s.service', 'use ceiling or config'],
    ['/etc/systemd/system/k3s.service.d/99.conf', 'HTTP_PROXY go to /etc/default/k3s'],
    ['/etc/systemd/system/k3s-agent.service.env', 'use ceiling or config'],
    ['/usr/lib/systemd/system/k3s-.service.d/x.conf', 'use ceiling or config'],
    ['/usr/local/bin/k3s', 'write version for another release'],
    ['/usr/local/bin/k3s/x', 'or another path'],
    [`${DATA}/server/token`, `write a path outside of ${DATA}`],
    [`${DATA}/server/db/x`, `write a path outside of ${DATA}`],
    [`${DATA}/server/tls`, `write a path outside of ${DATA}`],
    [`${DATA}/agent`, `write a path outside of ${DATA}`],
    [`${DATA}/server/manifests/x.yaml`, 'new AutoDeploy(cluster'],
    [`${DATA}/agent/images/x.tar`, 'write airGap: { archives: […] }'],
    [`${DATA}/agent/etc/kubelet.conf.d/00-k3s-defaults.conf`, 'write a path outside'],
    [`${DATA}/agent/etc/containerd/config.toml`, 'write a path outside'],
    ['/proc/sys/vm/swappiness', 'write sysctls'],
    ['/sys/x', 'write sysctls'],
    ['/dev/x', '/etc/tmpfiles.d/own.conf'],
    ['/run/x', 'write a path that stays'],
    ['/var/run/x', 'write a path that stays'],
  ])('%s', (path, fix) => {
    const found = check(at(path));
    expect(found).toEqual([
      expect.stringContaining(`host-file-owned: [k3s/servers/alfa] addFile("${path}"): `),
    ]);
    expect(found[0]).toContain(fix);
  });

  test('follow the data directory', () => {
    const found = check(at('/srv/k3s/server/token'), { dataDir: '/srv/k3s' });
    expect(found).toEqual([expect.stringContaining('host-file-owned')]);
  });

  test.each([
    '/etc/motd',
    '/etc/default/k3s',
    '/etc/rancher/k3s/datastore/ca.crt',
    '/etc/rancher/k3s/config.yaml.bak',
    '/etc/systemd/system/own.service',
    '/usr/local/bin/k3s-backup',
    '/etc/systemd/system/k3s-backup.service',
    '/running/x',
    '/var/lib/rancher/k3s-own/x',
    '/var/lib/rancher/credentialprovider/config.yaml',
    `${DATA}/agent/etc/containerd/config-v3.toml.tmpl`,
    `${DATA}/agent/etc/containerd/config.toml.tmpl`,
    `${DATA}/agent/etc/containerd/config-v3.toml.d/10-own.toml`,
    `${DATA}/agent/etc/kubelet.conf.d/60-own.conf`,
    `${DATA}/agent/etc/cni/net.d/05-own.conflist`,
    `${DATA}/agent/images/own.txt`,
    `${DATA}/agent/pod-manifests/own.yaml`,
  ])('do not include %s', (path) => {
    expect(check(at(path))).toEqual([]);
  });
});

test.each<[string, unknown[], string]>([
  ['the same path twice', ['/etc/x', '/etc/x'], 'k3stack writes this file, or the program does so twice'],
  ['paths that differ in case', ['/etc/X', '/etc/x'], "differs from the file '/etc/X' in letter case only"],
  ['a path of k3stack in another case', ['/etc/rancher/k3s/Config.yaml'], 'in letter case only'],
  ['a file below a file', ['/etc/x', '/etc/X/y'], "needs a folder where the file '/etc/x' lies"],
  ['a file above a file', ['/etc/x/y', '/etc/x'], "is a folder for the file '/etc/x/y'"],
  ['a file where k3stack needs a folder', ['/etc/rancher'], "is a folder for the file '/"],
])('refuses %s', (_, paths, says) => {
  const found = check(at(...paths));
  expect(found).toEqual([expect.stringContaining(says)]);
  expect(found[0]).toMatch(/^host-file-twice: \[k3s\/servers\/alfa\] addFile\(".*"\): .*; use the property/);
});
