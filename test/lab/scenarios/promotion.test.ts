import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { K3sClusterProps } from 'k3stack';
import { run } from 'k3stack/pulumi';
import { loadProgram } from '../../../adapters/program';
import { labStack } from '../world/choose-stack';
import { CommandLine } from '../world/command-line';
import type { LabStack } from '../world/lab-stack';
import { releaseTest } from '../world/needs';
import { equip } from '../world/real-k3s';
import { World } from '../world/world';

/** The shortest that the program can say. */
const AFTER = { after: 'staging', soak: '1m' };

/** Environment to its one host. */
const HOSTS = { staging: 'alfa', production: 'bravo' } as const;

let world: World;
let k3stack: CommandLine;
let staging: LabStack;
let production: LabStack;

beforeAll(async () => {
  world = await World.start({ hosts: Object.values(HOSTS) });
  k3stack = new CommandLine(world);
  staging = await stackOf('staging');
  production = await stackOf('production');
});

afterAll(async () => {
  for (const part of [staging, production]) await part.dispose();
  await world.stop();
});

test('two environments of one program', async () => {
  program(first());
  await up(staging);
  await up(production);
  expect(await versions()).toEqual([first(), first()]);
});

test('upgrade.after on a cluster that runs already: what it runs itself is past the rule once that is written down', async () => {
  program(first(), AFTER);
  expect(await upFails(production)).toContain(`nothing proves that k3s in staging runs ${first()}`);
  expect(await k3stack.run('promote', '--env', 'production')).toMatchObject({ code: 0 });
  await up(production);
  expect((await production.up()).operations).toEqual([]);
});

releaseTest('patch')('a release that staging does not run is refused, and proven by nobody', async () => {
  program(patch(), AFTER);
  const output = await upFails(production);
  expect(output).toContain('production cannot be provisioned yet');
  expect(output).toContain(`nothing proves that k3s in staging runs ${patch()}`);
  expect(output).toContain('run k3stack promote --env staging when k3s has run it there for 60 s');
  const before = record();
  const { code, stderr } = await k3stack.run('promote', '--env', 'staging');
  expect([code, stderr]).toEqual([3, expect.stringContaining(`alfa runs ${first()}`)]);
  expect(record()).toBe(before);
  expect(await versions()).toEqual([first(), first()]);
});

releaseTest('patch')('one that staging has not run for long enough waits', async () => {
  await up(staging);
  expect(await versions()).toEqual([patch(), first()]);
  const { code, stdout } = await k3stack.run('promote', '--env', 'staging');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/! production lets it in after another \d+ s/)]);
  expect(await upFails(production)).toMatch(/k3s in staging was healthy at \S+ for \d+ s of 60 s/);
  expect(await versions()).toEqual([patch(), first()]);
});

releaseTest('patch')('then production takes it, without a look at staging', async () => {
  await untilLetIn();
  await world.host('alfa').powerOff();
  await up(production);
  expect(await world.nodes('bravo')).toEqual([`bravo Ready ${patch()}`]);
});

const first = (): string => world.releases.first.version;
const patch = (): string => world.releases.patch.version;
const record = (): string => readFileSync(join(world.project.folder, 'promotions.json'), 'utf8');

/** Writes the program that both stacks and the command line run. */
function program(version: string, rule?: object): void {
  const of = (host: string, upgrade = {}): K3sClusterProps =>
    world.propsOf({ servers: [host], version, upgrade: { healthyFor: 3, ...upgrade } });
  const clusters = { staging: of(HOSTS.staging), production: of(HOSTS.production, rule) };
  const text = `import { environments, K3sCluster } from 'k3stack';
export default environments(${JSON.stringify(clusters)}, (env, props) => {
  new K3sCluster(env, 'k3s', props as never);
});
`;
  writeFileSync(join(world.project.folder, 'environments.ts'), text);
}

function stackOf(environment: string): Promise<LabStack> {
  const { folder } = world.project;
  const key = readFileSync(world.lab.keys.privateKeyFile, 'utf8');
  const secrets = Object.entries({ 'k3stack:sshPrivateKey': key, ...world.secrets });
  return labStack({
    folder,
    environment,
    program: async () => run((await loadProgram(folder)).environments, { folder }),
    config: Object.fromEntries(secrets.map(([name, value]) => [name, { value, secret: true }])),
  });
}

async function up(stack: LabStack): Promise<void> {
  await equip(world.lab.hosts);
  const { succeeded, output } = await stack.up();
  if (!succeeded) throw new Error(`pulumi up failed:\n${output.slice(-6000)}`);
}

async function upFails(stack: LabStack): Promise<string> {
  const { succeeded, output } = await stack.up();
  expect(succeeded).toBe(false);
  return output;
}

/** What hosts run: alfa, then bravo. */
async function versions(): Promise<string[]> {
  const tables = await Promise.all(Object.values(HOSTS).map((host) => world.nodes(host)));
  return tables.map((nodes) => nodes.join().split(' ')[2] ?? '');
}

async function untilLetIn(): Promise<void> {
  const isLetIn = async (): Promise<boolean> =>
    (await k3stack.run('promote', '--env', 'staging')).stdout.includes('✓ production lets it in');
  for (const end = Date.now() + 180_000; !(await isLetIn()); await sleep(3000))
    if (Date.now() > end) throw new Error('not within 3 min');
}
