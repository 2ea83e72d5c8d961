import { describe, expect, test } from '@jest/globals';
import { hostChanges, type HostChange } from '../../../lib/report/changes';
import { changesText } from '../../../lib/report/changes-text';
import type { HostFile, HostSynthesis } from '../../../lib/synthesis/synthesis';
import { synthesisOf, type HostLiteral } from '../../support/synthesis-fixture';

const file = (path: string, over: Partial<HostFile> = {}): HostFile => ({
  path,
  mode: '0600',
  owner: 'root:root',
  content: 'a',
  encoding: 'raw',
  disruption: 'restart',
  ...over,
});
const CONFIG = '/etc/rancher/k3s/config.yaml';
const UNIT = '/etc/systemd/system/k3s.service';

/** The change of host alfa of three, from one literal to another. */
function changeOf(before: HostLiteral, after: HostLiteral): HostChange | undefined {
  const others = { bravo: {}, charlie: {} };
  const changes = hostChanges(
    synthesisOf({ hosts: { alfa: before, ...others } }),
    synthesisOf({ hosts: { alfa: after, ...others } }),
  );
  expect(changes.length).toBeLessThan(2);
  return changes[0];
}
const settings = (values: HostSynthesis['settings']): HostLiteral => ({ settings: values });

test('a host that stays as it is does not change', () => {
  expect(changeOf({ files: [file(CONFIG)] }, { files: [file(CONFIG)] })).toBeUndefined();
});

describe('what a change costs', () => {
  test.each<[string, HostLiteral, HostLiteral, HostChange['disruption'], string]>([
    ['a label', { labels: {} }, { labels: { a: 'b' } }, 'live', 'label a none -> b'],
    ['a taint', { taints: [] }, { taints: ['a=b:NoSchedule'] }, 'live', 'taints none -> a=b:NoSchedule'],
    ['a version', {}, { version: 'v1.34.2+k3s1' }, 'drain-restart', 'version v1.34.1+k3s1 -> v1.34.2+k3s1'],
    [
      'an option that a restart applies',
      settings({}),
      settings({ disable: ['traefik'] }),
      'restart',
      'disable',
    ],
    [
      'an option of the node’s identity',
      settings({}),
      settings({ 'data-dir': '/data' }),
      'replace',
      'data-dir',
    ],
    [
      'an option of the whole cluster',
      settings({}),
      settings({ 'cluster-cidr': ['10.9.0.0/16'] }),
      'refused',
      'cluster-cidr',
    ],
    ['a file', { files: [file(UNIT)] }, { files: [file(UNIT, { content: 'b' })] }, 'restart', UNIT],
    [
      'a mode',
      { files: [file(UNIT)] },
      { files: [file(UNIT, { mode: '0644', disruption: 'none' })] },
      'none',
      UNIT,
    ],
    [
      'another way to the same host',
      {},
      { transport: { ssh: { host: 'vpn' } } },
      'none',
      'reached at 10.0.0.1 -> vpn',
    ],
  ])('%s', (_, before, after, disruption, reason) => {
    const change = changeOf(before, after);
    expect([change?.disruption, change?.reason.startsWith(reason)]).toEqual([disruption, true]);
  });

  test('is the worst of all causes, which the reason names', () => {
    const change = changeOf(
      { labels: {}, ...settings({}) },
      { labels: { a: 'b' }, ...settings({ disable: ['traefik'] }) },
    );
    expect([change?.disruption, change?.reason.split(' ')[0]]).toEqual(['restart', 'disable']);
  });

  test('of a file with options is what the options cost', () => {
    const before = { files: [file(CONFIG)], ...settings({ server: 'https://10.0.0.1:6443' }) };
    const after = {
      files: [file(CONFIG, { content: 'b' })],
      ...settings({ server: 'https://10.0.0.9:6443' }),
    };
    expect(changeOf(before, after)).toMatchObject({
      disruption: 'none',
      files: [{ path: CONFIG, kind: 'changed' }],
    });
  });

  test('labels and taints are told once, not as options too', () => {
    const change = changeOf({}, { labels: { a: 'b' }, ...settings({ 'node-label': ['a=b'] }) });
    expect(change?.options).toEqual([]);
  });

  test('the only node restarts without being drained', () => {
    const [change] = hostChanges(
      synthesisOf({ hosts: { alfa: {} } }),
      synthesisOf({ hosts: { alfa: {} }, version: 'v1.34.2+k3s1' }),
    );
    expect(change?.disruption).toBe('restart');
  });
});

test('options tell key, both values and when they apply; arguments one by one', () => {
  const change = changeOf(
    settings({ 'kubelet-arg': { 'max-pods': 60, v: 2 } }),
    settings({ 'kubelet-arg': { 'max-pods': 80, v: 2 } }),
  );
  expect(change?.options).toMatchObject([
    { option: 'kubelet-arg.max-pods', before: 60, after: 80, applies: 'restart' },
  ]);
});

test('hosts that come and go are told after and before', () => {
  const changes = hostChanges(
    synthesisOf({ hosts: { alfa: {}, old: { role: 'agent' } } }),
    synthesisOf({ hosts: { alfa: {}, new: { role: 'agent', files: [file(UNIT)] } } }),
  );
  expect(changes.map(({ host, kind, files }) => [host, kind, files.length])).toEqual([
    ['new', 'added', 1],
    ['old', 'removed', 0],
  ]);
});

describe('as text', () => {
  test('verdict, violations, who is disturbed, then host by host', () => {
    const changes = hostChanges(
      synthesisOf({
        hosts: { alfa: { files: [file(CONFIG), file(UNIT)] }, bravo: {}, old: { role: 'agent' } },
      }),
      synthesisOf({
        hosts: {
          alfa: {
            files: [file(CONFIG, { content: 'b' }), file(UNIT, { mode: '0644' })],
            settings: { 'kubelet-arg': { 'max-pods': 80 } },
          },
          bravo: { labels: { zone: 'a' } },
          new: { role: 'agent' },
        },
      }),
    );
    const violation = {
      rule: 'some-rule',
      path: 'test/k3s',
      property: 'servers',
      problem: 'is odd',
      fix: 'mend it',
    };
    expect(changesText(changes, { violations: [{ ...violation, blocks: 'provision' }] }))
      .toMatchInlineSnapshot(`
     "4 hosts: 2 changed, 1 added, 1 removed

     Hosts are refused until this is mended
       test/k3s servers: is odd
         mend it (some-rule)

       K3s restarts, pods keep running  alfa
       applied live                     bravo

     ~ alfa  server of k3s · K3s restarts, pods keep running: kubelet-arg.max-pods and 1 more
         kubelet-arg.max-pods  (default) -> 80  K3s restarts, pods keep running
         ~ /etc/rancher/k3s/config.yaml     content
         ~ /etc/systemd/system/k3s.service  mode 0600 -> 0644

     ~ bravo  server of k3s · applied live: label zone none -> a
         label zone  none -> a

     + new  agent of k3s · new: staged, then joins

     - old  agent of k3s · no longer declared: drained, removed from the cluster, uninstalled
     "
    `);
  });

  test('of no change is one line', () => expect(changesText([])).toBe('no host changes\n'));
});
