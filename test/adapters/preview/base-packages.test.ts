import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findRepository } from '../../../adapters/git/repository';
import { findLockFile } from '../../../adapters/preview/package-manager';
import { renderBase } from '../../../adapters/preview/render-base';
import type { Rendered } from '../../../adapters/preview/rendered';
import '../../support/built-cli';
import { addFiles, folderWith } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

const variables = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
});
afterEach(() => void (process.env = { ...variables }));

async function baseOf(
  { folder }: TestRepository,
  program: string,
  cache = folderWith({}),
): Promise<Rendered> {
  return renderBase({
    repository: await findRepository(folder),
    ref: 'main',
    program: join(folder, program),
    cache,
  });
}

/** Names of the namespaces that the base makes. */
function namespaces({ failed, environments }: Rendered): readonly string[] {
  expect(failed).toBeUndefined();
  const side = environments.get('production');
  if (side === undefined || 'failed' in side) throw new Error(side?.failed ?? 'no production');
  return side.synthesis.manifests
    .flatMap(({ objects }) => objects)
    .filter(({ object }) => object.kind === 'Namespace')
    .map(({ object }) => String(object.metadata.name));
}

/** A program with a namespace named by a package. */
const programOf = (
  name: string,
): string => `import { environments, ExistingCluster, Namespace } from 'k3stack';
import names from '${name}';
export default environments({ production: {} }, (env) => {
  const cluster = new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
  new Namespace(cluster, names.namespace, { podSecurity: 'baseline' });
});
`;

/** Files of a package that says how a namespace is named, and would leave a trace if its scripts were run. */
const packageOf = (name: string, version: string, namespace: string): Record<string, string> => ({
  'package.json': JSON.stringify({
    name,
    version,
    main: 'index.js',
    scripts: { postinstall: 'exit 9', prepare: 'exit 9' },
  }),
  'index.js': `module.exports = { namespace: '${namespace}' };\n`,
});

const under = (folder: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const npm = (folder: string, ...args: readonly string[]): void =>
  void execFileSync('npm', [...args, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'pipe',
  });

/** A project below the root whose only package is a file of it, in the version given; with a lock file by npm. */
function locked(repository: TestRepository, version: string, namespace: string): void {
  const source = folderWith(packageOf('names', version, namespace));
  const project = join(repository.folder, 'infra');
  addFiles(project, {
    'package.json': JSON.stringify({
      name: 'infra',
      dependencies: { names: `file:vendor/names-${version}.tgz` },
    }),
    'environments.ts': programOf('names'),
    'vendor/.keep': '',
  });
  npm(source, 'pack', '--pack-destination', join(project, 'vendor'));
  rmSync(join(project, 'package-lock.json'), { force: true });
  rmSync(join(project, 'node_modules'), { recursive: true, force: true });
  npm(project, 'install');
  repository.commit({ '.gitignore': 'node_modules\n' });
}

/** `PATH` with git and nothing else. */
function onlyGit(): void {
  const folder = folderWith({});
  const git = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'git'));
  const found = git.find(
    (path) =>
      execFileSync('sh', ['-c', '[ -x "$1" ] && echo yes || echo no', 'sh', path], {
        encoding: 'utf8',
      }).trim() === 'yes',
  );
  symlinkSync(String(found), join(folder, 'git'));
  process.env['PATH'] = folder;
}

test('takes the packages of the working tree where the lock file is the same', async () => {
  const repository = TestRepository.create();
  locked(repository, '1.0.0', 'one');
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.commit({ 'infra/environments.ts': '' });
  onlyGit();
  expect(namespaces(await baseOf(repository, 'infra/environments.ts'))).toEqual(['one']);
});

test('installs what the lock file of the base says where it is another one, runs no script, and does so once', async () => {
  const repository = TestRepository.create();
  locked(repository, '1.0.0', 'one');
  repository.git('checkout', '--quiet', '-b', 'change');
  locked(repository, '2.0.0', 'two');
  const cache = folderWith({});
  expect(namespaces(await baseOf(repository, 'infra/environments.ts', cache))).toEqual(['one']);

  repository.git('checkout', '--quiet', 'main');
  repository.commit({ 'infra/environments.ts': `${programOf('names')}// later\n` });
  repository.git('checkout', '--quiet', 'change');
  repository.git('rebase', '--quiet', '--strategy-option=theirs', 'main');
  onlyGit();
  expect(namespaces(await baseOf(repository, 'infra/environments.ts', cache))).toEqual(['one']);
  const elsewhere = await baseOf(repository, 'infra/environments.ts');
  expect(elsewhere.failed).toBe('the packages of the base are installed with npm, which is not in PATH');
});

test('installs nothing through a committed link, which may lead out of the checkout', async () => {
  const outside = folderWith({ 'precious/package.json': '{}' });
  const repository = TestRepository.create();
  locked(repository, '1.0.0', 'one');
  rmSync(join(repository.folder, 'infra/node_modules'), { recursive: true });
  symlinkSync(outside, join(repository.folder, 'infra/node_modules'));
  repository.commit({ '.gitignore': '' });
  repository.git('rm', '--quiet', '--cached', 'infra/node_modules');
  rmSync(join(repository.folder, 'infra/node_modules'));
  repository.git('checkout', '--quiet', '-b', 'change');
  locked(repository, '2.0.0', 'two');
  const base = await baseOf(repository, 'infra/environments.ts');
  expect(readdirSync(outside)).toEqual(['precious']);
  expect([base.failed, [...base.environments.keys()].length]).toEqual([undefined, 1]);
});

test('says why the packages of the base cannot be installed', async () => {
  const repository = TestRepository.create();
  locked(repository, '1.0.0', 'one');
  const manifest = JSON.stringify({ name: 'infra', dependencies: { names: 'file:vendor/other.tgz' } });
  repository.commit({ 'infra/package.json': manifest });
  repository.git('checkout', '--quiet', '-b', 'change');
  locked(repository, '2.0.0', 'two');
  const { failed } = await baseOf(repository, 'infra/environments.ts');
  expect(failed).toMatch(/^npm ci .* ended with \d+:\nnpm error/);
  expect(failed).not.toMatch(/scratch|\/tmp\//);
});

test('takes packages of a workspace from the base, and those around them from the working tree', async () => {
  const repository = TestRepository.create();
  const workspace = { name: 'all', workspaces: ['packages/*', 'infra'] };
  addFiles(repository.folder, {
    'package.json': JSON.stringify(workspace),
    '.gitignore': 'node_modules\n',
    'infra/package.json': JSON.stringify({ name: 'infra', dependencies: { '@acme/names': '*' } }),
    'infra/environments.ts': programOf('@acme/names'),
    ...under('packages/names', packageOf('@acme/names', '1.0.0', 'one')),
  });
  npm(repository.folder, 'install');
  repository.commit({});
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.commit({ 'packages/names/index.js': "module.exports = { namespace: 'two' };\n" });
  onlyGit();
  expect(namespaces(await baseOf(repository, 'infra/environments.ts'))).toEqual(['one']);
});

test('says so where the base has no lock file', async () => {
  const repository = TestRepository.create();
  repository.commit({
    '.gitignore': 'node_modules\n',
    'package.json': '{}',
    'environments.ts': programOf('names'),
  });
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.commit({ 'package.json': '{ "name": "new" }' });
  addFiles(repository.folder, under('node_modules/names', packageOf('names', '1.0.0', 'one')));
  const base = await baseOf(repository, 'environments.ts');
  expect(namespaces(base)).toEqual(['one']);
  expect(base.notes).toEqual(['The base has no lock file; its packages are those of the working tree.']);
});

test.each([
  ['its own words', (version: string) => under('node_modules/names', packageOf('names', version, version))],
  [
    'the list of npm',
    (version: string) => ({
      ...under('node_modules/names', packageOf('names', '1.0.0', version)),
      'node_modules/.package-lock.json': JSON.stringify({ packages: { 'node_modules/names': { version } } }),
    }),
  ],
])(
  'makes a base again when other packages are installed in the working tree, by %s',
  async (_, installed) => {
    const repository = TestRepository.create();
    const files = { '.gitignore': 'node_modules\n', 'package.json': '{}' };
    repository.commit({ ...files, 'environments.ts': programOf('names') });
    repository.git('checkout', '--quiet', '-b', 'change');
    const cache = folderWith({});
    for (const version of ['one', 'two', 'one']) {
      addFiles(repository.folder, installed(version));
      expect(namespaces(await baseOf(repository, 'environments.ts', cache))).toEqual([version]);
    }
  },
);

test('runs the k3stack that the base has, also one that does not know of origins', async () => {
  const repository = TestRepository.create();
  repository.commit({ '.gitignore': 'node_modules\n', 'package.json': '{}', 'environments.ts': '' });
  addFiles(repository.folder, {
    'node_modules/k3stack/package.json': JSON.stringify({
      name: 'k3stack',
      version: '0.0.9',
      bin: { k3stack: 'cli.js' },
    }),
    'node_modules/k3stack/cli.js': OLD_K3STACK,
  });
  const base = await baseOf(repository, 'environments.ts');
  expect(base.environments.get('production')).toEqual({ failed: 'said by version 0.0.9 of environments.ts' });
});

test.each([
  ['package-lock.json', {}, 'npm ci'],
  ['npm-shrinkwrap.json', {}, 'npm ci'],
  ['pnpm-lock.yaml', {}, 'pnpm install --frozen-lockfile'],
  ['yarn.lock', {}, 'yarn install --frozen-lockfile'],
  ['yarn.lock', { '.yarnrc.yml': '' }, 'yarn install --immutable'],
  ['bun.lock', {}, 'bun install --frozen-lockfile'],
  ['bun.lockb', {}, 'bun install --frozen-lockfile'],
])('installs %s %j with %s, without scripts', (name, others, words) => {
  const root = folderWith({ [name]: '', ...others, 'infra/environments.ts': '' });
  const found = findLockFile(join(root, 'infra'), root);
  expect(found).toMatchObject({ folder: root, file: join(root, name) });
  expect(found?.manager.install.join(' ')).toMatch(
    new RegExp(`^${words} .*(--ignore-scripts|--mode=skip-build)`),
  );
});

test('looks for a lock file up to the root and not above', () => {
  const outer = folderWith({ 'package-lock.json': '', 'repository/infra/environments.ts': '' });
  expect(findLockFile(join(outer, 'repository/infra'), join(outer, 'repository'))).toBeUndefined();
});

const OLD_K3STACK = `// A stand-in for an earlier release: it refuses what it does not know, and fails where it is not called as documented.
const [command, ...words] = process.argv.slice(2);
const fail = (message) => {
  console.log(JSON.stringify({ error: { code: 'USAGE', message } }));
  process.exit(1);
};
if (command !== 'synth') fail("unknown command '" + command + "'");
const options = {};
for (let at = 0; at < words.length; at++) {
  if (words[at] === '--json') options.json = true;
  else if (words[at] === '--program' || words[at] === '--out') options[words[at].slice(2)] = words[++at];
  else fail("unknown option '" + words[at] + "'");
}
if (!options.json || !options.out) fail('--json and --out are missing');
const program = require('node:path').relative(process.cwd(), options.program);
console.log(JSON.stringify({
  environments: [{ environment: 'production', ok: false, error: { code: 'X', message: 'said by version 0.0.9 of ' + program } }],
}));
process.exit(1);
`;
