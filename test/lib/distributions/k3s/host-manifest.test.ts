import { describe, expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../../lib/distributions/k3s/cluster-settings';
import { hostManifest, prepareRecords } from '../../../../lib/distributions/k3s/host-manifest';
import { sha256 } from '../../../../lib/hosts/manifest';
import { hostNamed, k3sModel, server, servers } from '../../../support/k3s-model';

const base: Partial<K3sClusterProps> = {
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8) },
};
const manifest = (name: string, change: Partial<K3sClusterProps> = {}) =>
  hostManifest(hostNamed(k3sModel({ ...base, ...change }), name));

/** Lines that differ, with the classes they have. */
function differing(name: string, change: Partial<K3sClusterProps>): Record<string, string> {
  const [before, after] = [manifest(name), manifest(name, change)];
  const old = new Map(before.lines.map((line) => [line.name, line]));
  const now = new Map(after.lines.map((line) => [line.name, line]));
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return Object.fromEntries(
    names
      .filter((line) => old.get(line)?.sha256 !== now.get(line)?.sha256)
      .map((line) => [line, (now.get(line) ?? old.get(line))?.class ?? '']),
  );
}

const CONFIG = '/etc/rancher/k3s/config.yaml';

describe('what a change costs, line by line', () => {
  test('nothing differs when nothing changes', () => expect(differing('alfa', {})).toEqual({}));

  test('registries restart servers and agents', () => {
    const registries = { mirrors: { 'docker.io': { endpoints: ['https://mirror.lan'] } } };
    const expected = { '/etc/rancher/k3s/registries.yaml': 'restart' };
    expect(differing('alfa', { registries })).toEqual(expected);
    expect(differing('delta', { registries })).toEqual(expected);
  });

  test('a label costs nothing: it is set through the API', () => {
    const agents = { ...base.agents, delta: { ...server(7), labels: { zone: 'a' } } };
    const lines = differing('delta', { agents });
    expect(Object.values(lines).filter((cost) => cost !== 'none' && cost !== 'live')).toEqual([]);
    expect(differing('alfa', { agents })).toEqual({});
  });

  test('an option costs what that option does; the file it stands in nothing', () => {
    const config = { server: { 'kube-apiserver-arg': { 'max-requests-inflight': 800 } } };
    expect(differing('alfa', { config })).toEqual({
      [CONFIG]: 'none',
      'option:kube-apiserver-arg.max-requests-inflight': 'restart',
    });
    expect(differing('delta', { config })).toEqual({});
  });

  test('an option that a drain has to come before says so', () => {
    const config = { agent: { 'kubelet-arg': { 'cpu-manager-policy': 'static' } } };
    expect(differing('delta', { config })).toEqual({
      [CONFIG]: 'none',
      'option:kubelet-arg.cpu-manager-policy': 'drain-restart',
    });
  });

  test('a release drains', () => {
    const lines = differing('delta', { version: 'v1.34.2+k3s1' });
    expect(lines['/usr/local/bin/k3s']).toBe('drain-restart');
  });

  test('image archives cost nothing until K3s starts', () => {
    const before = manifest('delta', { airGap: { images: false } });
    const after = manifest('delta', { airGap: true });
    const added = after.lines.filter(({ name }) => !before.lines.some((line) => line.name === name));
    expect(added.map((line) => line.class)).toEqual(['none']);
  });

  test('a raised number of certificates restarts servers; agents get theirs whenever they start', () => {
    expect(differing('alfa', { rotate: { certificates: 1 } })).toEqual({ 'rotate:certificates': 'restart' });
    expect(differing('delta', { rotate: { certificates: 1 } })).toEqual({});
  });

  test.each<[string, Partial<K3sClusterProps>]>([
    ['a further agent', { agents: { ...base.agents, foxtrot: server(9) } }],
    ['an agent that goes', { agents: { delta: server(7) } }],
    ['a further server', { servers: { ...base.servers, golf: server(4) } }],
    ['where releases come from', { downloadFrom: 'https://mirror.example.org/k3s' }],
    ['how nodes are disturbed', { upgrade: { drain: false, healthyFor: 60, gate: './smoke-test.sh' } }],
    ['a number that brings another host back', { reconcile: { echo: 1 } }],
    ['leave to lose data', { allowDataLoss: true, adopt: true }],
  ])('%s changes no line of the others', (_, change) => {
    for (const name of ['alfa', 'bravo', 'delta']) expect(differing(name, change)).toEqual({});
  });
});

test('servers of one cluster have the same files, whatever their order', () => {
  const { alfa, bravo, charlie } = servers('alfa', 'bravo', 'charlie');
  const reversed = { servers: { charlie: charlie!, bravo: bravo!, alfa: alfa! } };
  // The first server is whom agents register with, unless there is an address for all.
  const api = { registrationAddress: 'k3s.example.org' };
  for (const name of ['alfa', 'charlie', 'delta'])
    expect(manifest(name, { ...reversed, api }).digest).toBe(manifest(name, { api }).digest);
});

describe('the records of prepare', () => {
  const host = hostNamed(k3sModel(base), 'alfa');
  const records = prepareRecords(host);

  test('carry every file with its checksum', () => {
    const files = records.filter(([kind]) => kind === 'file');
    expect(files).toHaveLength(host.files.length);
    for (const [, , , , checksum, content] of files)
      expect(sha256(Buffer.from(content ?? '', 'base64').toString())).toBe(checksum);
  });

  test('name the URL of every artifact, and none of those that are uploaded', () => {
    const urls = (change: Partial<K3sClusterProps>) =>
      prepareRecords(hostNamed(k3sModel({ ...base, ...change }), 'alfa'))
        .filter(([kind]) => kind === 'artifact')
        .map((record) => record[4]);
    expect(urls({})).toEqual(['https://github.com/k3s-io/k3s/releases/download/v1.34.1%2Bk3s1/k3s']);
    expect(urls({ downloadFrom: 'https://mirror.example.org/k3s' })).toEqual([
      'https://mirror.example.org/k3s/v1.34.1%2Bk3s1/k3s',
    ]);
    expect(urls({ airGap: true })).toEqual(['', '']);
  });

  test('hold the lines of the manifest', () => {
    expect(records.filter(([kind]) => kind === 'line').map(([, ...line]) => line)).toEqual(
      hostManifest(host).lines.map((line) => [line.class, line.sha256, line.name]),
    );
  });

  test('names of lines hold no spaces, which would end them', () => {
    for (const name of ['alfa', 'delta'])
      expect(manifest(name).lines.filter((line) => /\s/.test(line.name))).toEqual([]);
  });
});
