import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cli, type CliResult } from '../../support/cli';
import { ENVIRONMENT, World, type ClusterProps } from '../world/world';

const cluster: ClusterProps = { servers: ['alfa'], agents: ['delta'] };
let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa', 'delta'] });
  world.declare(cluster);
  await world.up();
  const props = JSON.stringify(world.propsOf(cluster), undefined, 2);
  writeFileSync(
    join(world.project.folder, 'environments.ts'),
    `import { environments, K3sCluster } from 'k3stack';
export default environments({ ${ENVIRONMENT}: {} }, (env) => {
  new K3sCluster(env, 'k3s', ${props} as never);
});
`,
  );
});

afterAll(async () => {
  await world.stop();
});

/** The command line, on the hosts of the lab. */
async function use(...args: string[]): Promise<CliResult> {
  const identity = ['--identity', world.lab.keys.privateKeyFile];
  const result = await cli([...args, ...identity], { cwd: world.project.folder, env: {} });
  world.printed.push(result.stdout, result.stderr);
  return result;
}

test('status shows both nodes, and that all is well', async () => {
  const { code, stdout, stderr } = await use('status');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/alfa {3}server {2}ready/);
  expect(stdout).toContain('✓ 2 of 2 nodes ready at their releases for');
});

test('promote proves what it saw', async () => {
  const { code, stdout } = await use('promote');
  expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('all 2 nodes healthy for')]);
  const record = JSON.parse(readFileSync(join(world.project.folder, 'promotions.json'), 'utf8'));
  expect(record.environments[ENVIRONMENT].k3s).toHaveProperty([world.releases.first.version, 'nodes'], ['alfa', 'delta']);
});

test('drift finds nothing on hosts that nobody touched, and then what somebody did', async () => {
  expect(await use('drift')).toMatchObject({ code: 0, stdout: '✓ 2 hosts: what the program says\n' });
  await world.host('delta').exec('echo "# mine" >> /etc/rancher/k3s/config.yaml');
  const { code, stdout } = await use('drift');
  expect(code).toBe(2);
  expect(stdout).toContain('/etc/rancher/k3s/config.yaml  was changed on the host');
  expect(stdout).toContain('reconcile: { delta: 1 }');
});

test('kubeconfig leads to the cluster', async () => {
  expect(await use('kubeconfig', '--out', 'k.yaml')).toMatchObject({ code: 0, stderr: '' });
  const text = readFileSync(join(world.project.folder, 'k.yaml'), 'utf8');
  expect(text).toContain(`server: https://${world.host('alfa').address}:6443`);
});

test('a snapshot is taken, listed, and its token sealed', async () => {
  const taken = await use('snapshot', 'create', '--json');
  expect(taken.code).toBe(0);
  const { snapshot } = JSON.parse(taken.stdout) as { snapshot: { name: string } };
  expect((await use('snapshot', 'list')).stdout).toContain(snapshot.name);
});

test('the drill brings the same cluster back', async () => {
  const { code, stdout, stderr } = await use('drill', '--yes');
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining('by their UIDs') });
});

test('doctor collects from both hosts', async () => {
  const { code, stdout } = await use('doctor');
  expect([code, stdout]).toEqual([0, expect.stringContaining('delta.txt')]);
});

test('the agent is rebooted, and comes back', async () => {
  const { code, stdout, stderr } = await use('reboot', 'delta', '--yes');
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '✓ delta\n' });
});

test('no secret was printed, or lies anywhere but in its own files', async () => {
  expect(await world.leaks()).toEqual([]);
});
