import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { K3sClusterProps } from 'k3stack';
import { run } from 'k3stack/pulumi';
import { loadProgram } from '../../../adapters/program';
import { labStack } from '../world/choose-stack';
import { CommandLine } from '../world/command-line';
import type { LabStack, RunReport } from '../world/lab-stack';
import { releaseTest } from '../world/needs';
import { equip } from '../world/real-k3s';
import { World } from '../world/world';

const needsPatch = releaseTest('patch');

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
  await staging.dispose();
  await production.dispose();
  await world.stop();
});

test('two environments of one program', async () => {
  program({ version: world.releases.first.version });
  await up(staging);
  await up(production);
  expect(await versions()).toEqual({ alfa: first(), bravo: first() });
});

test('upgrade.after on a cluster that runs already: what it runs itself is past the rule once that is written down', async () => {
  program({ version: first(), production: AFTER });
  expect(await upFails(production)).toContain(`nothing proves that k3s in staging runs ${first()}`);
  expect(await k3stack.run('promote', '--env', 'production')).toMatchObject({ code: 0 });
  await up(production);
  expect((await production.up()).operations).toEqual([]);
});

needsPatch('a release that staging does not run is refused, and proven by nobody', async () => {
  program({ version: patch(), production: AFTER });
  const output = await upFails(production);
  expect(output).toContain('production cannot be provisioned yet');
  expect(output).toContain(`nothing proves that k3s in staging runs ${patch()}`);
  expect(output).toContain('run k3stack promote --env staging when k3s has run it there for 60 s');
  const before = record();
  const { code, stderr } = await k3stack.run('promote', '--env', 'staging');
  expect([code, stderr]).toEqual([3, expect.stringContaining(`alfa runs ${first()}`)]);
  expect(record()).toBe(before);
  expect(await versions()).toEqual({ alfa: first(), bravo: first() });
});

needsPatch('one that staging has not run for long enough waits', async () => {
  await up(staging);
  expect(await versions()).toEqual({ alfa: patch(), bravo: first() });
  const { code, stdout } = await k3stack.run('promote', '--env', 'staging');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/! production lets it in after another \d+ s/)]);
  expect(await upFails(production)).toMatch(/k3s in staging was healthy at \S+ for \d+ s of 60 s/);
  expect(await versions()).toEqual({ alfa: patch(), bravo: first() });
});

needsPatch('then production takes it, without a look at staging', async () => {
  await untilLetIn();
  await world.host('alfa').powerOff();
  await up(production);
  expect(await world.nodes('bravo')).toEqual([`bravo Ready ${patch()}`]);
});

const first = (): string => world.releases.first.version;
const patch = (): string => world.releases.patch.version;
const record = (): string => readFileSync(join(world.project.folder, 'promotions.json'), 'utf8');

/** Writes the program that both stacks and the command line run. */
function program({ version, production: rule }: { version: string; production?: object }): void {
  const propsOf = (host: string, upgrade?: object): K3sClusterProps => {
    const props = world.propsOf({ servers: [host], version });
    return { ...props, upgrade: { ...props.upgrade, ...upgrade } };
  };
  const clusters = { staging: propsOf(HOSTS.staging), production: propsOf(HOSTS.production, rule) };
  const text = `import { environments, K3sCluster } from 'k3stack';
export default environments(${JSON.stringify(clusters)}, (env, props) => {
  new K3sCluster(env, 'k3s', props as never);
});
`;
  writeFileSync(join(world.project.folder, 'environments.ts'), text);
}

function stackOf(environment: string): Promise<LabStack> {
  const key = readFileSync(world.lab.keys.privateKeyFile, 'utf8');
  const secrets = { 'k3stack:sshPrivateKey': key, ...world.secrets };
  const { folder } = world.project;
  return labStack({
    folder,
    environment,
    program: async () => run((await loadProgram(folder)).environments, { folder }),
    config: Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [name, { value, secret: true }]),
    ),
  });
}

async function up(stack: LabStack): Promise<RunReport> {
  await equip(world.lab.hosts);
  const report = await stack.up();
  if (!report.succeeded) throw new Error(`pulumi up failed:\n${report.output.slice(-6000)}`);
  return report;
}

async function upFails(stack: LabStack): Promise<string> {
  const { succeeded, output } = await stack.up();
  expect(succeeded).toBe(false);
  return output;
}

/** What hosts run. */
async function versions(): Promise<Record<string, string>> {
  const of = async (host: string): Promise<string> => (await world.nodes(host)).join().split(' ')[2] ?? '';
  const found = Object.values(HOSTS).map(async (host) => [host, await of(host)] as const);
  return Object.fromEntries(await Promise.all(found));
}

async function untilLetIn(): Promise<void> {
  const end = Date.now() + 180_000;
  for (;;) {
    const { stdout, stderr } = await k3stack.run('promote', '--env', 'staging');
    if (stdout.includes('✓ production lets it in')) return;
    if (Date.now() > end) throw new Error(`not within 3 min: ${stdout}${stderr}`);
    await sleep(3000);
  }
}
