import { describe, expect, test } from '@jest/globals';
import { K3stackError } from '../../lib/errors';
import { cli, existingProgram, folderWith, k3sProgram } from '../support/cli';
import { FakeHosts, wellStatus, type FakeScript } from '../support/fake-hosts';

const cwd = folderWith({
  'environments.ts': k3sProgram(['staging']),
  'three/environments.ts': `import { environments, K3sCluster } from 'k3stack';
export default environments({ staging: {}, production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' }, bravo: { nodeIp: '10.0.0.2' }, charlie: { nodeIp: '10.0.0.3' } },
    pools: { gpu: { nodes: { delta: { nodeIp: '10.0.0.4' } } } },
  });
  if (env.name === 'production') new K3sCluster(env, 'edge', { version: 'v1.34.1+k3s1', servers: { solo: {} } });
});
`,
  'none/environments.ts': existingProgram(['staging']),
});
const all = ['alfa', 'bravo', 'charlie', 'delta'];
const three = ['status', '--program', 'three', '--env', 'staging'];

async function status(script: FakeScript, args = three) {
  const hosts = new FakeHosts({ status: script });
  return { ...(await cli(args, { cwd, reachHosts: hosts.reach })), hosts };
}

describe('a cluster that is well', () => {
  const full = wellStatus(all, {
    etcd: { members: 3, healthy: 3 },
    certificates: [
      { file: '/var/lib/rancher/k3s/server/tls/client-ca.crt', expires: '2036-11-20T12:00:00Z' },
      { file: '/var/lib/rancher/k3s/server/tls/client-admin.crt', expires: '2027-11-20T12:00:00Z' },
    ],
    snapshots: [
      { name: 'etcd-snapshot-alfa-1', created: '2026-11-21T07:00:00Z', size: '4200000' },
      { name: 'etcd-snapshot-alfa-0', created: '2026-11-20T07:00:00Z', size: '1' },
    ],
  });

  test('is shown node by node, with what keeps it alive', async () => {
    const { code, stdout, stderr, hosts } = await status(full);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`staging / k3s  k3s v1.34.1+k3s1
  alfa     server        ready  v1.34.1+k3s1  for 28 h
  bravo    server        ready  v1.34.1+k3s1  for 28 h
  charlie  server        ready  v1.34.1+k3s1  for 28 h
  delta    agent of gpu  ready  v1.34.1+k3s1  for 28 h
  etcd          3 of 3 members healthy, 2 needed
  certificates  client-admin.crt ends in 364 d
  snapshot      etcd-snapshot-alfa-1, 5 h old, 4.2 MB
✓ 4 of 4 nodes ready at their releases for 27 h 59 min
`);
    expect(hosts.calls).toEqual(['status on alfa']);
    expect(hosts.open).toBe(0);
  });

  test('is told as JSON', async () => {
    const { code, stdout } = await status(full, [...three, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      environment: 'staging',
      cluster: 'k3s',
      etcd: { members: 3, healthy: 3 },
      health: { problems: [], since: '2026-11-20T08:00:30Z', seconds: 100_770 },
    });
  });

  test('the only environment and the only cluster need no name', async () => {
    const { code, hosts } = await status(wellStatus(['alfa']), ['status']);
    expect(code).toBe(0);
    expect(hosts.inputs[0]).toMatchObject({
      step: 'status',
      values: { NODE: 'alfa', ROLE: 'server', CLUSTER: 'k3s', DATA_DIR: '/var/lib/rancher/k3s' },
      records: [],
    });
  });
});

test('what is not as it should be is exit code 2, and named', async () => {
  const nodes = [
    {
      name: 'alfa',
      ready: true,
      version: 'v1.34.1+k3s1',
      versionSince: '2026-11-20T08:00:00Z',
      etcd: true,
      voter: false,
    },
    { name: 'bravo', ready: false, version: 'v1.34.1+k3s1' },
    { name: 'charlie', ready: true, version: 'v1.33.5+k3s1', cordoned: true },
    { name: 'zulu', ready: true, version: 'v1.34.1+k3s1' },
  ];
  const { code, stdout } = await status(() => ({
    now: '2026-11-21T12:00:00Z',
    nodes,
    etcd: { members: 3, healthy: 1 },
    certificates: [{ file: 'a.crt', expires: '2026-11-19T12:00:00Z' }],
  }));
  expect(code).toBe(2);
  expect(stdout).toBe(`staging / k3s  k3s v1.34.1+k3s1
  alfa     server        ready            v1.34.1+k3s1  for 28 h
  bravo    server        not ready        v1.34.1+k3s1
  charlie  server        ready, cordoned  v1.33.5+k3s1
  delta    agent of gpu  missing
  zulu     not declared  ready            v1.34.1+k3s1
  etcd          1 of 3 members healthy, 2 needed
  certificates  a.crt ended 2 d ago
  ! alfa does not vote in etcd yet
  ✗ bravo is not Ready
  ✗ charlie runs v1.33.5+k3s1, and v1.34.1+k3s1 is declared
  ! charlie is cordoned
  ✗ delta is declared, and the cluster has no such Node
  ! zulu is not declared by the program
  ✗ 1 of 3 etcd members are healthy, 2 are needed
  ✗ certificate a.crt is no longer valid; raise rotate.certificates
✗ 1 of 4 nodes ready at their releases
`);
});

test('a Node that nobody declared, or one that is cordoned, is no failure', async () => {
  const { code, stdout } = await status(wellStatus([...all, 'zulu']));
  expect(code).toBe(0);
  expect(stdout).toContain('! zulu is not declared by the program');
});

describe('servers are asked in turn', () => {
  const down =
    (names: readonly string[]): FakeScript =>
    (input, on) => {
      if (names.includes(on)) throw new K3stackError('SSH_UNREACHABLE', `${on} does not answer`);
      return wellStatus(all)(input, on);
    };

  test('until one answers', async () => {
    const { code, hosts } = await status(down(['alfa', 'bravo']));
    expect(code).toBe(0);
    expect(hosts.calls).toEqual(['status on alfa', 'status on bravo', 'status on charlie']);
  });

  test('past one whose API does not answer', async () => {
    const { code, hosts } = await status((input, on) =>
      on === 'alfa' ? { now: '2026-11-21T12:00:00Z', api: false, nodes: null } : wellStatus(all)(input, on),
    );
    expect([code, hosts.calls]).toEqual([0, ['status on alfa', 'status on bravo']]);
    const none = await status(() => ({ now: '2026-11-21T12:00:00Z', api: false, nodes: null }));
    expect(none.stderr).toContain('  charlie: K3s is there, and its API does not answer');
  });

  test('and the reason of each is told when none does', async () => {
    const { code, stderr, hosts } = await status(down(['alfa', 'bravo', 'charlie']));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /no server of k3s could be asked:\n {2}alfa does not answer\n {2}bravo.*\n {2}charlie/,
    );
    expect(hosts.open).toBe(0);
  });
});

test('what an older release reports is refused', async () => {
  const { code, stderr } = await status(() => ({ now: '2026-11-21T12:00:00Z', nodes: 'alfa' }));
  expect(code).toBe(1);
  expect(stderr).toContain(
    'status on alfa reported nodes in a form that this release does not know: a list was expected',
  );
});

test.each([
  [['status', '--program', 'three'], 'choose one with --env: staging, production'],
  [['status', '--program', 'three', '--env', 'production'], 'choose one with --cluster: k3s, edge'],
  [
    ['status', '--program', 'three', '--env', 'production', '--cluster', 'k4s'],
    "has no cluster 'k4s' on hosts; choose one of k3s, edge",
  ],
  [['status', '--program', 'none'], 'staging has no cluster on hosts'],
  [['status', '--program', 'three', '--env', 'prod'], 'write one of staging, production'],
])('refuses %j before any host is asked', async (args, says) => {
  const { code, stderr, hosts } = await status(wellStatus(all), args);
  expect(code).toBe(1);
  expect(stderr).toContain(says);
  expect(hosts.calls).toEqual([]);
});
