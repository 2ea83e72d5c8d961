import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cli, folderWith } from '../support/cli';
import { FakeHosts, wellStatus, type FakeScript } from '../support/fake-hosts';

const program = `import { environments, K3sCluster } from 'k3stack';
export default environments({ staging: {}, production: { after: 'staging', soak: '2d' }, edge: { after: 'staging' } }, (env, upgrade) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' } },
    agents: { delta: { nodeIp: '10.0.0.4' } },
    upgrade,
  });
});
`;

async function promote(cwd: string, script: FakeScript, ...args: string[]) {
  const hosts = new FakeHosts({ status: script });
  return cli(['promote', '--env', 'staging', ...args], { cwd, reachHosts: hosts.reach });
}
const record = (cwd: string): string => readFileSync(join(cwd, 'promotions.json'), 'utf8');
const blockers = async (cwd: string): Promise<string[]> => {
  const { stdout } = await cli(['plan', '--json'], { cwd });
  const { environments } = JSON.parse(stdout) as {
    environments: { environment: string; blockers: { rule: string; problem: string }[] }[];
  };
  return environments.flatMap(({ environment, blockers: found }) =>
    found.filter(({ rule }) => rule === 'release-proof').map(({ problem }) => `${environment}: ${problem}`),
  );
};

test('writes what it saw, and says who lets the release in and who still waits', async () => {
  const cwd = folderWith({ 'environments.ts': program });
  expect(await blockers(cwd)).toEqual([
    'production: nothing proves that k3s in staging runs v1.34.1+k3s1',
    'edge: nothing proves that k3s in staging runs v1.34.1+k3s1',
  ]);

  const { code, stdout, stderr } = await promote(cwd, wellStatus(['alfa', 'delta']));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`✓ staging / k3s  v1.34.1+k3s1: all 2 nodes healthy for 27 h 59 min
  ! production lets it in after another 20 h: run this again then
  ✓ edge lets it in
  in promotions.json; commit it
`);
  expect(JSON.parse(record(cwd)).environments.staging.k3s).toEqual({
    'v1.34.1+k3s1': {
      since: '2026-11-20T08:00:30Z',
      checkedAt: '2026-11-21T12:00:00Z',
      healthy: 100_770,
      nodes: ['alfa', 'delta'],
    },
  });
  expect(await blockers(cwd)).toEqual([
    'production: k3s in staging was healthy at v1.34.1+k3s1 for 27 h 59 min of 2 d',
  ]);
});

test('the same look writes the same bytes', async () => {
  const cwd = folderWith({ 'environments.ts': program });
  await promote(cwd, wellStatus(['alfa', 'delta']));
  const first = record(cwd);
  await promote(cwd, wellStatus(['delta', 'alfa']));
  expect(record(cwd)).toBe(first);
});

test('--json has the proof, and how long the others wait', async () => {
  const cwd = folderWith({ 'environments.ts': program });
  const { stdout } = await promote(cwd, wellStatus(['alfa', 'delta']), '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    environment: 'staging',
    proven: true,
    proof: { healthy: 100_770 },
    waiting: [
      { environment: 'production', missing: 72_030 },
      { environment: 'edge', missing: 0 },
    ],
  });
});

describe('proves nothing, and writes nothing, when', () => {
  const node = (name: string, over: object = {}) => ({
    name,
    ready: true,
    version: 'v1.34.1+k3s1',
    versionSince: '2026-11-20T08:00:00Z',
    ...over,
  });
  test.each<[string, object[], string]>([
    ['a declared node is missing', [node('alfa')], 'delta is declared, and the cluster has no such Node'],
    ['one is not Ready', [node('alfa'), node('delta', { ready: false })], 'delta is not Ready'],
    [
      'one runs another release',
      [node('alfa', { version: 'v1.33.5+k3s1' }), node('delta')],
      'alfa runs v1.33.5+k3s1, and v1.34.1+k3s1 is declared',
    ],
    [
      'nobody marked since when',
      [node('alfa'), node('delta', { versionSince: '' })],
      'nobody has marked since when delta run their release',
    ],
  ])('%s', async (_, nodes, says) => {
    const cwd = folderWith({ 'environments.ts': program });
    const result = await promote(cwd, () => ({ now: '2026-11-21T12:00:00Z', nodes }));
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(says);
    expect(() => record(cwd)).toThrow('ENOENT');
  });
});

test('a record that cannot be read stops every command that needs it', async () => {
  const cwd = folderWith({ 'environments.ts': program });
  writeFileSync(join(cwd, 'promotions.json'), '<<<<<<< HEAD\n');
  for (const args of [
    ['validate', '--no-types'],
    ['promote', '--env', 'staging'],
  ])
    expect(await cli(args, { cwd, reachHosts: new FakeHosts({}).reach })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('promotions.json is not JSON'),
    });
});
