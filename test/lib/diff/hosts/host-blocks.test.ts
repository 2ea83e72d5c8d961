import { describe, expect, test } from '@jest/globals';
import { collapseHosts } from '../../../../lib/diff/hosts/collapse-hosts';
import { hostBlocks } from '../../../../lib/diff/hosts/host-blocks';
import type { HostBlock } from '../../../../lib/diff/host-report';
import { hostRules } from '../../../../lib/diff/rules/host-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import type { K3sClusterProps } from '../../../../lib/distributions/k3s/cluster-settings';
import type { HostFile, Synthesis } from '../../../../lib/synthesis/synthesis';
import { hostComparison } from '../../../support/host-comparison';
import { server, servers } from '../../../support/k3s-model';
import { k3sSynthesis } from '../../../support/k3s-synthesis';

type Props = Partial<K3sClusterProps>;

const base: Props = { servers: servers('alfa', 'bravo', 'charlie'), agents: { delta: server(7) } };
const before = k3sSynthesis(base);
const blocks = (props: Props, from: Props = base): HostBlock[] =>
  hostBlocks(k3sSynthesis(from), k3sSynthesis({ ...from, ...props }));
const named = (all: readonly HostBlock[], host: string): HostBlock | undefined =>
  all.find((block) => block.host === host);

describe('blocks of hosts', () => {
  test('are none where nothing differs', () => {
    expect(hostBlocks(before, k3sSynthesis(base))).toEqual([]);
    expect(hostBlocks(undefined, undefined)).toEqual([]);
  });

  test('say the release, what that costs, and nothing that follows from it', () => {
    const [first, ...others] = blocks({ version: 'v1.34.2+k3s1' });
    expect(first).toEqual({
      cluster: 'k3s',
      host: 'alfa',
      role: 'server',
      kind: 'changed',
      environments: ['test'],
      level: 'routine',
      disruption: 'drain-restart',
      reason: 'version v1.34.1+k3s1 -> v1.34.2+k3s1',
      properties: [
        { name: 'version', before: 'v1.34.1+k3s1', after: 'v1.34.2+k3s1', disruption: 'drain-restart' },
      ],
      options: [],
      files: [],
      steps: [],
      origin: { path: 'k3s/servers/alfa' },
    });
    expect(others.map(({ host }) => host)).toEqual(['bravo', 'charlie', 'delta']);
  });

  test('say options with when they apply, and not once more as text of the file', () => {
    const config = { server: { 'kube-apiserver-arg': { 'max-requests-inflight': 800 } } };
    const block = named(blocks({ config }), 'bravo');
    expect(block?.options).toEqual([
      {
        name: 'kube-apiserver-arg.max-requests-inflight',
        before: '(default)',
        after: '800',
        disruption: 'restart',
        applies: 'restart',
        why: expect.stringMatching(/^K3s reads/) as unknown,
      },
    ]);
    expect(block?.files).toEqual([
      { path: '/etc/rancher/k3s/config.yaml', kind: 'changed', what: ['content'], disruption: 'none' },
    ]);
  });

  test('say hosts that come and go, without what is on them', () => {
    const all = blocks({ servers: servers('alfa', 'bravo'), agents: { ...base.agents, echo: server(8) } });
    expect(all.map(({ host, kind, reason }) => [host, kind, reason])).toEqual([
      ['echo', 'added', 'new: staged, then joins'],
      ['charlie', 'removed', 'no longer declared: drained, removed from the cluster, uninstalled'],
    ]);
    expect(all[0]?.files.map(({ before: old, after, fields }) => [old, after, fields])).toEqual(
      all[0]?.files.map(() => [undefined, undefined, undefined]),
    );
    expect(all[0]?.files.length).toBeGreaterThan(0);
  });

  test('are all added for a new environment and all removed for one that goes', () => {
    expect(hostBlocks(undefined, before).map(({ kind }) => kind)).toEqual(Array(4).fill('added'));
    expect(hostBlocks(before, undefined).map(({ kind }) => kind)).toEqual(Array(4).fill('removed'));
  });

  test('say a key by which a host is known, although nothing on the host differs', () => {
    const keyed = (hostKey: string): Props => ({
      servers: { ...base.servers, alfa: { ...server(1), ssh: { host: '10.0.0.1', hostKey } } },
    });
    const [block, ...others] = blocks(keyed('ssh-ed25519 TWO'), { ...base, ...keyed('ssh-ed25519 ONE') });
    expect(others).toEqual([]);
    expect([block?.kind, block?.disruption, block?.reason]).toEqual(['changed', 'none', 'host key differs']);
    expect(block?.properties).toEqual([
      { name: 'host key', before: 'ssh-ed25519 ONE', after: 'ssh-ed25519 TWO', disruption: 'none' },
    ]);
  });

  test('say commands that are given something else', () => {
    const [block, ...others] = blocks({ reconcile: { bravo: 1 } });
    expect(others).toEqual([]);
    expect([block?.host, block?.steps, block?.reason]).toEqual([
      'bravo',
      ['run: RECONCILE 0 -> 1'],
      'run: RECONCILE 0 -> 1',
    ]);
  });

  test('carry the line of the nearest construct that has one', () => {
    const origin = { file: 'src/main.ts', line: 12, column: 3 };
    const after = k3sSynthesis({ ...base, version: 'v1.34.2+k3s1' });
    const atHost = hostBlocks(before, after, new Map([['k3s/servers/alfa', origin]]));
    expect(atHost[0]?.origin).toEqual({ path: 'k3s/servers/alfa', file: 'src/main.ts', line: 12 });
    const atCluster = hostBlocks(before, after, new Map([['k3s', origin]]));
    expect(atCluster[1]?.origin).toEqual({ path: 'k3s/servers/bravo', file: 'src/main.ts', line: 12 });
  });

  test('have the level of the worst risk about the host', () => {
    const after = k3sSynthesis({ ...base, servers: servers('alfa', 'bravo') });
    const risks = findRisks(hostComparison(before, after), hostRules);
    expect(named(hostBlocks(before, after, new Map(), risks), 'charlie')?.level).toBe('high');
  });

  test('have the level of a risk about their cluster where it comes from what differs on them', () => {
    const max = { 'max-requests-inflight': 800 };
    const after = k3sSynthesis({
      ...base,
      config: { server: { 'kube-apiserver-arg': max } },
      agents: { delta: { ...server(7), labels: { zone: 'a' } } },
    });
    const risks = findRisks(hostComparison(before, after), hostRules);
    const all = hostBlocks(before, after, new Map(), risks);
    expect(all.map(({ host, level }) => [host, level])).toEqual([
      ['alfa', 'high'],
      ['bravo', 'high'],
      ['charlie', 'high'],
      ['delta', 'routine'],
    ]);
  });

  test('are refused where no running host can take a change up', () => {
    const after = k3sSynthesis({ ...base, network: { clusterCidr: ['10.52.0.0/16'] } });
    const risks = findRisks(hostComparison(before, after), hostRules);
    expect(hostBlocks(before, after, new Map(), risks).map(({ level }) => level)).toEqual(
      Array(3).fill('block'),
    );
  });
});

describe('files of hosts', () => {
  const path = '/var/lib/rancher/k3s/server/manifests/shop.yaml';
  const file = (over: Partial<HostFile>): HostFile => ({
    path,
    mode: '0600',
    owner: 'root:root',
    content: '',
    encoding: 'raw',
    disruption: 'live',
    ...over,
  });
  const holding = (over: Partial<HostFile>): Synthesis => ({
    ...before,
    hosts: before.hosts.map((host) => ({ ...host, files: [...host.files, file(over)] })),
  });
  const fileOf = (old: Synthesis, now: Synthesis) => hostBlocks(old, now)[0]?.files[0];

  test('are compared key by key where they are YAML', () => {
    const registries = (endpoint: string): Props => ({
      registries: { mirrors: { 'docker.io': { endpoints: [endpoint] } } },
    });
    const [block] = blocks(registries('https://b.lan'), { ...base, ...registries('https://a.lan') });
    expect(block?.files[0]).toEqual({
      path: '/etc/rancher/k3s/registries.yaml',
      kind: 'changed',
      what: ['content'],
      disruption: 'restart',
      fields: [
        {
          path: 'mirrors["docker.io"].endpoint[0]',
          op: 'replace',
          before: 'https://a.lan',
          after: 'https://b.lan',
        },
      ],
    });
  });

  test('are the same to nobody when only keys stand in another order', () => {
    const found = fileOf(holding({ content: 'a: 1\nb: 2\n' }), holding({ content: 'b: 2\na: 1\n' }));
    expect([found?.what, found?.fields]).toEqual([['content'], []]);
  });

  test('are compared object by object where they are manifests', () => {
    const found = fileOf(
      holding({ content: `${deployment(1)}---\n${configMap('old')}` }),
      holding({ content: `${configMap('new')}---\n${deployment(2)}` }),
    );
    expect(found?.fields).toEqual([
      { path: 'ConfigMap shop/new', op: 'add' },
      { path: 'ConfigMap shop/old', op: 'remove' },
      { path: 'Deployment shop/web spec.replicas', op: 'replace', before: 1, after: 2 },
    ]);
  });

  test('never show a value of a Secret, nor what is like one', () => {
    const secret = (value: string): string =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {password: ${value}}\n`;
    const list = (value: string): string =>
      `apiVersion: v1\nkind: List\nitems:\n- {kind: Secret, data: {a: ${value}}}\n`;
    const texts = [
      [secret('hunter2'), secret('hunter3')],
      ['', secret('hunter2')],
      [`${secret('hunter2')}---\n- broken: [`, secret('hunter3')],
      [list('hunter2'), list('hunter3')],
    ];
    for (const [old = '', now = ''] of texts) {
      const found = fileOf(holding({ content: old }), holding({ content: now }));
      expect(found?.path).toBe(path);
      expect(JSON.stringify(found)).not.toContain('hunter');
    }
    const [old, now] = [secret('hunter2'), secret('hunter3')].map((content) => holding({ content }));
    expect(fileOf(old as Synthesis, now as Synthesis)?.fields).toEqual([
      { path: 'Secret shop/s data.password', op: 'replace', before: '«hidden»', after: '«hidden»' },
    ]);
  });

  test('are compared variable by variable where systemd reads them', () => {
    const environment = (content: string): Synthesis =>
      holding({ path: '/etc/systemd/system/k3s.service.env', encoding: 'environment', content });
    const found = fileOf(
      environment('A="1"\nB="«secret:key»"\n'),
      environment('B="«secret:other»"\nA="1"\nC="2"\n'),
    );
    expect(found?.fields).toEqual([
      { path: 'B', op: 'replace', before: '«secret:key»', after: '«secret:other»' },
      { path: 'C', op: 'add', after: '2' },
    ]);
  });

  test('are text otherwise, whole on both sides', () => {
    const unit = (content: string): Synthesis => holding({ path: '/etc/motd', content });
    const found = fileOf(unit('one\n'), unit('two\n'));
    expect([found?.before, found?.after, found?.fields]).toEqual(['one\n', 'two\n', undefined]);
  });

  test('that do not parse, or hold too many aliases, are text', () => {
    const bomb = `a: &a [x]\n${Array.from({ length: 12 }, (_, n) => `k${n}: [*a, *a]`).join('\n')}\n`;
    const broken = fileOf(holding({ content: 'a: [1\n' }), holding({ content: 'a: [2\n' }));
    expect([broken?.before, broken?.fields]).toEqual(['a: [1\n', undefined]);
    expect(fileOf(holding({ content: bomb }), holding({ content: 'a: 1\n' }))?.path).toBe(path);
    const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 0; n < 9; n += 1) {
      const last = String.fromCharCode(97 + n);
      const next = String.fromCharCode(98 + n);
      laughs.push(`${next}: &${next} [${Array(10).fill(`*${last}`).join(', ')}]`);
    }
    const found = fileOf(holding({ content: 'a: 1\n' }), holding({ content: laughs.join('\n') }));
    expect(found?.fields).toBeUndefined();
  });

  function deployment(replicas: number): string {
    return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: ${replicas}}\n`;
  }
  function configMap(name: string): string {
    return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata: {a: b}\n`;
  }
});

describe('blocks of several environments', () => {
  const inEnvironment = (name: string, props: Props): HostBlock[] =>
    hostBlocks(
      { ...before, environment: name },
      { ...k3sSynthesis({ ...base, ...props }), environment: name },
    );

  test('become one where the same host changes in the same way', () => {
    const one = inEnvironment('staging', { version: 'v1.34.2+k3s1' });
    const two = inEnvironment('production', { version: 'v1.34.2+k3s1' });
    const all = collapseHosts([...one, ...two]);
    expect(all.map(({ host, environments }) => [host, environments])).toEqual(
      ['alfa', 'bravo', 'charlie', 'delta'].map((host) => [host, ['staging', 'production']]),
    );
  });

  test('stay apart where it changes in another way, the costliest first', () => {
    const one = inEnvironment('staging', { reconcile: { bravo: 1 } });
    const two = inEnvironment('production', { version: 'v1.34.2+k3s1' });
    expect(
      collapseHosts([...one, ...two]).map(({ host, environments }) => `${host} ${environments.join()}`),
    ).toEqual([
      'alfa production',
      'bravo production',
      'charlie production',
      'delta production',
      'bravo staging',
    ]);
  });

  test('have the worst level of all', () => {
    const [block] = inEnvironment('staging', { reconcile: { bravo: 1 } }) as [HostBlock];
    const other: HostBlock = { ...block, environments: ['production'], level: 'high' };
    expect(collapseHosts([block, other])).toEqual([
      { ...block, environments: ['staging', 'production'], level: 'high' },
    ]);
  });
});
