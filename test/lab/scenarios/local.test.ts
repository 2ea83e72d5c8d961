import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { LabHost } from '../hosts/host';
import { tool } from '../hosts/run-tool';
import { CommandLine } from '../world/command-line';
import { hasEngine } from '../world/choose-stack';
import { keepLog } from '../world/keep-log';
import { engineTest } from '../world/needs';
import { World } from '../world/world';

/**
 * What a pipeline does: everything runs on the machine that the cluster is made on. A host of the lab is that machine; Node, the engine and this repository
 * are mounted into it read-only, and `k3stack init --kind disposable` has made the project. Nothing of it goes by SSH.
 */
const inHost = engineTest('a program on a host needs one there');
const REPOSITORY = join(__dirname, '..', '..', '..');
const PROJECT = '/root/project';
const mounts: string[] = [];
let world: World;
let runner: LabHost;
let seconds = 0;

beforeAll(async () => {
  world = await World.start({ hosts: ['runner', 'bare'] });
  runner = world.host('runner');
  if (!hasEngine()) return;
  await runner.powerOff();
  const engine = dirname(realpathSync(execFileSync('which', ['pulumi'], { encoding: 'utf8' }).trim()));
  await mount(REPOSITORY, '/mnt/k3stack');
  await mount(engine, '/mnt/engine');
  await mount(
    join(process.env['PULUMI_HOME'] ?? join(process.env['HOME'] ?? '', '.pulumi'), 'plugins'),
    '/mnt/plugins',
  );
  cpSync(process.execPath, join(runner.root, 'usr/local/bin/node'));
  const made = await initialised();
  cpSync(made, join(runner.root, PROJECT), { recursive: true });
  await runner.powerOn();
  await sh(`${FOLDERS}; ${packages(made)}`);
});

afterAll(async () => {
  await runner.powerOff();
  for (const path of mounts.reverse()) await tool('umount', ['--lazy', path]);
  await world.stop();
});

inHost('a cluster on the machine that runs the program', async () => {
  await sh('pulumi stack init test');
  for (const name of ['k3s-server-token', 'k3s-agent-token'])
    await sh(`pulumi config set --secret ${name}`, world.secrets[name]);
  const began = Date.now();
  await sh('pulumi up --yes --skip-preview --non-interactive');
  seconds = (Date.now() - began) / 1000;
  expect(await world.nodes('runner')).toEqual([`runner Ready ${world.releases.first.version}`]);
  expect(await runner.journal('ssh')).not.toContain('Accepted');
});

inHost('a second up runs nothing', async () => {
  const output = await sh('pulumi up --yes --skip-preview --non-interactive');
  expect(output).toMatch(/Resources:\n +\d+ unchanged/);
});

inHost('no token is in an argument, a log or plain state', async () => {
  expect(await world.leaks()).toEqual([]);
  const state = await runner.readFile(`${PROJECT}/.pulumi/stacks/${await projectName()}/test.json`);
  for (const value of Object.values(world.secrets)) expect(state).not.toContain(value);
});

inHost('destroy leaves no process, mount, firewall rule or file', async () => {
  await sh('pulumi destroy --yes --skip-preview --non-interactive');
  expect(await world.leftOn('runner')).toEqual([]);
  const { stdout } = await runner.exec(
    `find / -xdev -newer ${PROJECT}/package.json ${ELSEWHERE} -type f -print`,
  );
  expect(stdout.split('\n').filter((path) => /k3s|rancher|k3stack|kube|cni/.test(path))).toEqual([]);
});

inHost('its time is printed beside that of the binary alone', async () => {
  const bare = world.host('bare');
  cpSync(world.releases.first.file, join(bare.root, 'usr/local/bin/k3s'));
  const began = Date.now();
  await bare.must(
    'systemd-run --quiet --unit=bare --setenv=K3S_TOKEN=bare k3s server --disable-helm-controller --disable-network-policy',
  );
  const isReady = 'k3s kubectl get nodes --no-headers 2>/dev/null | grep -q " Ready "';
  await bare.must(`until ${isReady}; do sleep 0.5; done`, { timeout: 240_000 });
  keepLog('local', { seconds, bareBinary: (Date.now() - began) / 1000 });
});

/** Runs a command in the project, inside of the host. */
async function sh(command: string, input = ''): Promise<string> {
  const variables = [
    'PATH=/mnt/engine:$PATH PULUMI_HOME=/root/pulumi PULUMI_CONFIG_PASSPHRASE=lab PULUMI_SKIP_UPDATE_CHECK=true',
    `PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true PULUMI_BACKEND_URL=file://${PROJECT}`,
  ].join(' ');
  const { code, stdout, stderr } = await runner.exec(
    `mkdir -p ${PROJECT}; cd ${PROJECT}; export ${variables}; ${command}`,
    { input, timeout: 500_000 },
  );
  world.printed.push(stdout, stderr);
  if (code !== 0)
    throw new Error(`${command} ended with ${code}:\n${stdout.slice(-4000)}\n${stderr.slice(-2000)}`);
  return stdout;
}

/** What `k3stack init` writes, with the releases of the lab. */
async function initialised(): Promise<string> {
  const { version } = world.releases.first;
  const console = new CommandLine(world);
  const made = join(console.folder, 'project');
  await console.init('--kind', 'disposable', '--version', version, made);
  const file = join(made, 'environments.ts');
  const program = readFileSync(file, 'utf8').replace(
    "version: '",
    `downloadFrom: '${world.mirror.url}',\n    upgrade: { healthyFor: 3 },\n    version: '`,
  );
  writeFileSync(file, program);
  cpSync(join(console.folder, 'k3stack.lock.json'), join(made, 'k3stack.lock.json'));
  return made;
}

/** Instead of `npm install`, which would need a network. */
function packages(made: string): string {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(made, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const links = Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => existsSync(join(REPOSITORY, 'node_modules', name)))
    .map((name) => `ln -s /mnt/k3stack/node_modules/${name} node_modules/${name}`);
  return [
    'mkdir -p node_modules/@pulumi node_modules/@types',
    ...links,
    'ln -s /mnt/k3stack node_modules/k3stack',
  ].join('; ');
}

async function projectName(): Promise<string> {
  const text = await runner.readFile(`${PROJECT}/Pulumi.yaml`);
  return /^name: (\S+)/m.exec(text)?.[1] ?? '';
}

/** Read-only, while the host is off: it takes what is mounted below its root along. */
async function mount(from: string, to: string): Promise<void> {
  const path = join(runner.root, to);
  mkdirSync(path, { recursive: true });
  await tool('mount', ['--bind', from, path]);
  mounts.push(path);
  await tool('mount', ['-o', 'remount,bind,ro', path]);
  if (readdirSync(path).length === 0) throw new Error(`${from} is empty`);
}

const FOLDERS = 'mkdir -p /root/pulumi; ln -s /mnt/plugins /root/pulumi/plugins';

/** What the machine, the engine and the stand-in's own record write. */
const ELSEWHERE = `-not -path '${PROJECT}/*' -not -path '/root/*' -not -path '/var/log/*' -not -path '/mnt/*' -not -path '/tmp/*'`;
