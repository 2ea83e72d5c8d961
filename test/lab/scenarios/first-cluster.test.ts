import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fencesOf } from '../../support/markdown';
import { tool } from '../hosts/run-tool';
import { ChecksumLists } from '../world/checksum-lists';
import { pulumiOnPath } from '../world/engine-stack';
import { keepLog } from '../world/keep-log';
import { PlayedPulumi } from '../world/played-pulumi';
import { Reader, type Reply } from '../world/reader';
import { World } from '../world/world';

/**
 * The page is followed word for word: every line of every block is typed, in order, on a terminal in an empty folder. Only what a reader has of their own is in
 * the place of what the page has: the address of the machine, and where the package, K3s and its checksums are downloaded.
 */
const PAGE = 'docs/your-first-cluster.md';
const blocks = fencesOf(PAGE);
const engine = process.env['K3STACK_LAB_ENGINE'] === 'mock' ? undefined : pulumiOnPath();
const seconds: Record<string, number> = {};
let world: World;
let lists: ChecksumLists;
let reader: Reader;
let played: PlayedPulumi | undefined;
let archive: string;
let stuck = false;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa'] });
  lists = await ChecksumLists.start(world.lab.operatorAddress, Object.values(world.releases));
  const registry = (await tool('npm', ['config', 'get', 'registry'])).trim();
  reader = new Reader(ANSWERS, {
    npm_config_registry: registry,
    npm_config_prefer_offline: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  });
  mkdirSync(join(reader.home, '.npm'));
  mkdirSync(join(reader.home, '.pulumi'));
  const cache = (await tool('npm', ['config', 'get', 'cache'])).trim();
  symlinkSync(join(cache, '_cacache'), join(reader.home, '.npm', '_cacache'));
  reader.keep(world.lab.keys.privateKeyFile, '.ssh/id_ed25519');
  reader.program('kubectl', KUBECTL.replace('K3S', world.releases.first.file));
  const packed = await tool('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', reader.home]);
  archive = join(reader.home, (JSON.parse(packed) as [{ filename: string }])[0].filename);
  if (engine === undefined) {
    process.stderr.write(
      `    the lines of pulumi in ${PAGE} are played by the driver of the lab: no engine\n`,
    );
    played = await PlayedPulumi.on(reader);
  } else {
    const home = process.env['PULUMI_HOME'] ?? join(process.env['HOME'] ?? '', '.pulumi');
    symlinkSync(realpathSync(join(home, 'plugins')), join(reader.home, '.pulumi', 'plugins'));
    process.stderr.write(`    the lines of pulumi in ${PAGE} are typed: ${engine}\n`);
  }
});

afterAll(async () => {
  await played?.stop();
  await lists.stop();
  reader.remove();
  await world.stop();
});

test('A project', async () => {
  const made = await follow();
  write();
  const seen = await follow();
  expect(made.of('npx k3stack init --kind home-lab shop')).toContain('✓ shop');
  expect(reader.at).toBe(join(reader.desk, 'shop'));
  expect(seen.of('npx k3stack validate')).toMatch(/✓ home\b/);
  expect(seen.of('npx k3stack plan --brief')).toMatch(/alfa/);
});

test('Pins', async () => {
  const pins = await follow();
  pins.of('npx k3stack lock');
  expect(file('k3stack.lock.json')).toContain(world.releases.first.sha256);
  const fingerprint = await world.host('alfa').must('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
  expect(pins.of('npx k3stack hosts trust')).toContain(fingerprint.split(' ')[1]);
  expect(pins.asked('npx k3stack hosts trust')).toEqual([expect.stringContaining('Trust it?')]);
  expect(file('known_hosts')).toContain(`${world.host('alfa').address} ssh-ed25519 `);
  expect(pins.of('npx k3stack check')).toContain('✓ home/alfa');
});

test('A stack', async () => {
  await follow();
  if (engine === undefined) return;
  const settings = file('Pulumi.home.yaml');
  for (const key of ['shop:k3s-server-token', 'shop:k3s-agent-token', 'k3stack:sshPrivateKey'])
    expect(settings).toMatch(new RegExp(`^ +${key}:\\n +secure: `, 'm'));
});

test('Up', async () => {
  const up = await follow();
  const again = await follow();
  for (const step of STEPS)
    expect(up.of('pulumi preview')).toMatch(new RegExp(`(?:${step} +create|create ${step}$)`, 'm'));
  if (engine !== undefined) expect(up.asked('pulumi up')).toEqual(['Do you want to perform this update?']);
  expect(await world.nodes('alfa')).toEqual([`alfa Ready ${world.releases.first.version}`]);
  if (engine !== undefined)
    expect(await world.kubectl('alfa', 'get namespace shop -o jsonpath={.metadata.labels}')).toContain(
      '"pod-security.kubernetes.io/enforce":"restricted"',
    );
  expect(again.of('pulumi up')).toMatch(/Resources:\n +(?:\d+|all) unchanged/);
});

test('Look', async () => {
  const look = await follow();
  expect(look.of('npx k3stack status')).toMatch(/alfa +server +ready/);
  expect(look.of('npx k3stack kubeconfig --merge')).toContain('home-k3s');
  expect(look.of('kubectl --context home-k3s get nodes')).toMatch(/^alfa +Ready /m);
});

test('Change', async () => {
  const before = await runs();
  const [, changed = ''] = /in `environments\.ts`: `([^`]+)`/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const program = file('environments.ts');
  expect(changed).toContain('labels');
  writeFileSync(join(reader.at, 'environments.ts'), program.replace(/\{ ssh: \{ .* \}(?=\])/, changed));
  expect(file('environments.ts')).not.toBe(program);
  const change = await follow();
  change.of('pulumi up');
  expect(await world.kubectl('alfa', 'get node alfa --show-labels')).toContain('disk=ssd');
  expect(before).toMatch(/^MainPID=[1-9]/m);
  expect(await runs()).toBe(before);
  expect(change.of('npx k3stack drift')).toContain('✓ 1 host: what the program says');
});

test('Down', async () => {
  const down = await follow();
  down.of('pulumi destroy');
  expect(await world.leftOn('alfa')).toEqual([]);
});

test('and that was the whole page', () => {
  expect(blocks).toEqual([]);
  keepLog('first-cluster', { engine: engine ?? 'the driver that plays Pulumi', seconds });
});

/** Types the lines of the next block, each of which has to succeed. */
async function follow(): Promise<{ of(line: string): string; asked(line: string): readonly string[] }> {
  if (stuck) throw new Error('the reader is stuck at an earlier line');
  const block = blocks.shift();
  if (block?.language !== 'sh')
    throw new Error(`${PAGE}: a block of sh was expected, got ${block?.language ?? 'none'}`);
  const replies = new Map<string, Reply>();
  for (const line of block.code.split('\n').filter(Boolean)) {
    const reply = await reader.type(own(line));
    world.printed.push(reply.output);
    replies.set(line, reply);
    seconds[line] = (seconds[line] ?? 0) + reply.seconds;
    process.stderr.write(`    ${line}: ${reply.code}, ${reply.seconds.toFixed(1)} s\n`);
    stuck = reply.code !== 0;
    if (stuck) throw new Error(`${PAGE}: ${line} ended with ${reply.code}:\n${reply.output.slice(-6000)}`);
  }
  const find = (line: string): Reply => {
    const reply = replies.get(line);
    if (reply === undefined) throw new Error(`${PAGE}:${block.line} has no line ${line}`);
    return reply;
  };
  return { of: (line) => find(line).output, asked: (line) => find(line).asked };
}

/** Writes the next block into the program. */
function write(): void {
  const block = blocks.shift();
  if (block?.language !== 'ts')
    throw new Error(`${PAGE}: the program was expected, got ${block?.language ?? 'nothing'}`);
  const { version } = world.releases.first;
  const program = block.code
    .replaceAll('10.0.0.11', world.host('alfa').address)
    .replace(/version: '.*'/, `downloadFrom: '${world.mirror.url}',\n    version: '${version}'`);
  expect(program).toContain(version);
  writeFileSync(join(reader.at, 'environments.ts'), program);
}

/** A line as this reader types it. The libraries are those of this checkout, so that an engine has their plugins. */
function own(line: string): string {
  if (line.startsWith('npx k3stack init')) return line.replace('npx', `npx --package ${archive}`);
  if (line === 'npm install') return `${line} ${archive} ${libraries().join(' ')}`;
  if (line === 'npx k3stack lock') return `NODE_EXTRA_CA_CERTS=${lists.ca} ${line} --from ${lists.url}`;
  return line;
}

function libraries(): string[] {
  return ['@pulumi/command', '@pulumi/kubernetes', '@pulumi/pulumi'].map((name) => {
    const own = readFileSync(join('node_modules', name, 'package.json'), 'utf8');
    return `${name}@${(JSON.parse(own) as { version: string }).version}`;
  });
}

function file(name: string): string {
  return readFileSync(join(reader.at, name), 'utf8');
}

/** Differs once K3s was started anew. */
function runs(): Promise<string> {
  return world.host('alfa').must('systemctl show --property=MainPID,ActiveEnterTimestampMonotonic k3s');
}

const ANSWERS = [
  { to: /Ok to proceed\? \(y\) $/, keys: 'y\r' },
  { to: /Trust it\? \[y\/N\] $/, keys: 'y\r' },
  { to: /Do you want to perform this \w+\?/, keys: 'yes\r' },
];

/** Of its preview. */
const STEPS = ['alfa/prepare', 'alfa/run', 'k3s/bootstrap', 'k3s/nodes', 'k3s/kubeconfig', 'k3s/shop'];

/** As `kubectl` is without K3s around it. */
const KUBECTL = `#!/bin/sh
export KUBECONFIG="\${KUBECONFIG:-$HOME/.kube/config}"
exec K3S kubectl "$@"
`;
