import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { writeProject } from '../../cli/init/write-project';
import { PROJECT_KINDS } from '../../lib/init/kinds';
import { built } from '../support/built-cli';
import { cli, folderWith } from '../support/cli';

const root = process.cwd();
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith(files);
  folders.push(folder);
  return folder;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const PROJECT = [
  '.github/workflows/check.yaml',
  '.gitignore',
  'Pulumi.yaml',
  'README.md',
  'cdk8s.yaml',
  'environments.ts',
  'index.ts',
  'known_hosts',
  'package.json',
  'tsconfig.json',
];

// Two at once: each is several processes.
const projects = inTwoLanes(PROJECT_KINDS, newProject);

test.each(PROJECT_KINDS)(
  'a new project of kind %s passes k3stack validate with its types, and stock cdk8s synth',
  async (kind) => {
    const { folder, run, files, validated, synthesized } = await (projects.get(kind) as ReturnType<
      typeof newProject
    >);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(files).toEqual([...PROJECT, 'workloads/web-app.ts'].sort());
    expect(validated).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('✓ types') });
    expect(synthesized).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, 'dist')).length).toBeGreaterThan(0);
  },
  180_000,
);

async function newProject(kind: string) {
  const folder = join(folderOf(), 'My rack');
  const run = await node([built('main.js'), 'init', '--kind', kind, folder], root);
  const files = filesIn(folder);
  install(folder);
  const validated = await node([built('main.js'), 'validate'], folder);
  const synthesized = await node([join(root, 'node_modules/.bin/cdk8s'), 'synth'], folder);
  return { folder, run, files, validated, synthesized };
}

/** The compiler may take long on a machine that does other things, too. */
async function node(
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args, { cwd, env, timeout: 60_000 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

function inTwoLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Map<T, Promise<R>> {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  return new Map(
    items.map((item, index) => {
      const result = (lanes[index % 2] as Promise<unknown>).then(() => work(item));
      lanes[index % 2] = result.catch(() => undefined);
      return [item, result];
    }),
  );
}

/** What `npm install` would put there, without a network. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/k3stack'));
  for (const name of ['@pulumi', '@types/node', 'cdk8s', 'cdk8s-plus-28', 'constructs', 'typescript']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
}

describe('init', () => {
  test('takes the name of the folder, its own release, and the ranges it has itself', async () => {
    const folder = join(folderOf(), 'My_Rack 2');
    expect(await cli(['init', folder, '--quiet'], { cwd: root })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const own = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>> & {
      version: string;
    };
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-rack-2',
      dependencies: { k3stack: `^${own.version}`, cdk8s: own['peerDependencies']?.['cdk8s'] },
      devDependencies: { typescript: own['devDependencies']?.['typescript'] },
    });
  });

  test('writes the same bytes twice', async () => {
    const cwd = folderOf();
    for (const name of ['a', 'b']) await cli(['init', name, '--name', 'rack', '--quiet'], { cwd });
    for (const file of filesIn(join(cwd, 'a'))) {
      expect(readFileSync(join(cwd, 'b', file), 'utf8')).toBe(readFileSync(join(cwd, 'a', file), 'utf8'));
    }
  });

  test('names every file that is in the way, and writes nothing', async () => {
    const cwd = folderOf({
      'environments.ts': 'mine',
      'README.md': 'mine',
      LICENSE: 'mine',
      '.github/workflows/check.yaml/x': '',
    });
    const { code, stderr } = await cli(['init'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('environments.ts');
    expect(stderr).toContain('.github/workflows/check.yaml, ');
    expect(stderr).toContain('README.md');
    expect(filesIn(cwd)).toEqual([
      '.github/workflows/check.yaml/x',
      'LICENSE',
      'README.md',
      'environments.ts',
    ]);
  });

  test('goes beside what is not in the way, and may be run again', async () => {
    const cwd = folderOf({ LICENSE: 'mine' });
    expect((await cli(['init', '--quiet'], { cwd })).code).toBe(0);
    expect((await cli(['init', '--quiet'], { cwd })).code).toBe(0);
    expect(filesIn(cwd)).toEqual(['LICENSE', ...PROJECT, 'workloads/web-app.ts'].sort());
  });

  test.each([
    [['--kind', 'huge'], 'Allowed choices are'],
    [['--name', 'Rack'], "got 'Rack'; write rack"],
    [['--version', 'v1.34'], 'must be a K3s release'],
    [['--env', 'A B', '--from', 'x'], '--env must be'],
    [['--role', 'alfa=agent'], 'add --from'],
    [['--kind', 'edge', '--from', 'x'], 'keep one of them'],
    [['a', 'b'], 'one folder to write to was expected'],
  ])('%j is refused', async (args, message) => {
    const cwd = folderOf();
    const { code, stderr } = await cli(['init', ...args], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
    expect(filesIn(cwd)).toEqual([]);
  });

  test('a disk that takes no more leaves nothing behind', () => {
    const folder = folderOf({ sub: 'a file where a folder has to be' });
    expect(() => writeProject(folder, { 'a.txt': 'a', 'b/c.txt': 'c', 'sub/x.txt': 'x' })).toThrow(
      expect.objectContaining({ code: 'INIT_CONFLICT' }),
    );
    expect(() => writeProject(folder, { 'a.txt': 'a', [`${'x'.repeat(300)}.txt`]: 'x' })).toThrow(
      expect.objectContaining({ code: 'CANNOT_INIT' }),
    );
    expect(filesIn(folder)).toEqual(['sub']);
    expect(() => writeProject(join(folder, 'new'), { [`${'x'.repeat(300)}.txt`]: 'x' })).toThrow();
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });
});

describe('init --from refuses', () => {
  const laughs = Array.from(
    { length: 30 },
    (_, at) => `l${at}: &l${at} [${at === 0 ? 'x' : `*l${at - 1}, *l${at - 1}`}]`,
  ).join('\n');

  test.each([
    ['a missing file', {}, ['missing.yaml'], 'cannot read missing.yaml: there is no such file'],
    ['broken YAML', { 'config.yaml': 'a: 1\nb: [\n' }, ['config.yaml'], 'config.yaml:3:1: not YAML'],
    ['YAML that is no map', { 'config.yaml': '- a\n' }, ['config.yaml'], 'config.yaml:1:1: must be a map'],
    [
      'a broken drop-in',
      { 'config.yaml': 'debug: true', 'config.yaml.d/x.yaml': 'a: "' },
      ['config.yaml'],
      'x.yaml:1:',
    ],
    [
      'a manifest',
      { 'web.yaml': 'apiVersion: v1\nkind: Pod\n' },
      ['web.yaml'],
      'web.yaml is a Kubernetes manifest',
    ],
    ['bytes', { 'config.yaml': 'a: \0' }, ['config.yaml'], 'config.yaml is no text'],
    ['a huge file', { 'config.yaml': 'a'.repeat(2_000_000) }, ['config.yaml'], 'has 2000000 bytes'],
    ['an empty script', { 'install.sh': '' }, ['install.sh'], 'nothing in it is about K3s'],
    ['a folder without K3s', { 'a/b.txt': 'x' }, ['a'], 'holds no files of K3s'],
    [
      'a node that could be both',
      { 'config.yaml': 'server: https://a:6443\nnode-name: alfa' },
      ['config.yaml'],
      'add --role alfa=agent, or alfa=server',
    ],
    ['agents alone', { 'x.sh': 'k3s agent --server https://a:6443' }, ['x.sh'], 'no server among the hosts'],
    [
      'two hosts of one name',
      { 'x.sh': 'k3s server --node-name a\nk3s server --node-name a' },
      ['x.sh'],
      'two hosts are called a',
    ],
    [
      'two starts and one file',
      { 'config.yaml': 'debug: true', 'x.sh': 'k3s server\nk3s server' },
      ['config.yaml', 'x.sh'],
      'give each host a folder of its own',
    ],
    [
      'a command in a command',
      { 'x.sh': 'k3s server --node-ip $(hostname -I)' },
      ['x.sh'],
      'x.sh:1: cannot read the command line',
    ],
    [
      'a role for nobody',
      { 'config.yaml': 'node-name: alfa' },
      ['config.yaml', '--role', 'alfe=agent'],
      'write --role alfa=',
    ],
    [
      'a target that is a host',
      { 'alfa/config.yaml': 'debug: true', 'bravo/config.yaml': '' },
      ['alfa', 'bravo'],
      'bravo holds files of K3s',
    ],
  ])('%s', async (_, files: Record<string, string>, args, message) => {
    const cwd = folderOf(files);
    const before = filesIn(cwd);
    const { code, stdout, stderr } = await cli(['init', '--from', ...args], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(stderr).not.toContain('defect');
    expect(filesIn(cwd)).toEqual(before);
  });

  test.each([
    ['an alias of itself', 'tls-san: &a [*a, x]\nkubelet-arg: &b {c: *b}\n'],
    ['a billion laughs', `${laughs}\ntls-san: *l29\n`],
    ['an empty file', ''],
    ['only comments', '# nothing\n'],
  ])('nothing in %s, and ends', async (_, text) => {
    const cwd = folderOf({ 'config.yaml': text });
    const { stderr } = await cli(['init', 'out', '--from', 'config.yaml'], { cwd });
    expect(stderr).toBe('');
    expect(existsSync(join(cwd, 'out/environments.ts'))).toBe(true);
  });

  test('a file that may not be read', async () => {
    const cwd = folderOf({ 'config.yaml': 'debug: true' });
    chmodSync(join(cwd, 'config.yaml'), 0);
    const { code, stderr } = await cli(['init', 'out', '--from', 'config.yaml'], { cwd });
    const isRoot = process.getuid?.() === 0;
    expect({ code, stderr }).toMatchObject(
      isRoot ? { stderr: '' } : { code: 1, stderr: expect.stringContaining('it may not be read') },
    );
  });
});

test('a message about broken YAML holds nothing of what is written there', async () => {
  const cwd = folderOf({ 'config.yaml': 'token: "hunter2" "hunter2"\n"hunter2": [ }' });
  const { stderr } = await cli(['init', 'out', '--from', 'config.yaml'], { cwd });
  expect(stderr).toContain('config.yaml:1:');
  expect(stderr).not.toContain('hunter2');
});

test('init --from takes files as a shell expands them, and leaves what is there alone', async () => {
  const cwd = folderOf({
    'alfa/config.yaml': 'node-ip: 10.0.0.11',
    'alfa/registries.yaml': 'mirrors: {docker.io: {}}',
  });
  writeFileSync(join(cwd, 'environments.ts'), 'mine');
  const args = [
    'init',
    '--from',
    'alfa/config.yaml',
    'alfa/registries.yaml',
    '--version',
    'v1.34.1+k3s1',
    '--env',
    'home',
  ];
  expect(await cli(args, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('environments.ts'),
  });
  expect(readFileSync(join(cwd, 'environments.ts'), 'utf8')).toBe('mine');

  expect(await cli([...args, 'out'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  const program = readFileSync(join(cwd, 'out/environments.ts'), 'utf8');
  expect(program).toContain(`registries: { mirrors: { 'docker.io': {} } }`);
  expect(program).toContain('environments({ home: {} }');
});
