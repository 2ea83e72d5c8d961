import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { findRepository } from '../../../adapters/git/repository';
import { renderBase } from '../../../adapters/preview/render-base';
import type { Rendered } from '../../../adapters/preview/rendered';
import { K3stackError } from '../../../lib/errors';
import '../../support/built-cli';
import { existingProgram, folderWith, k3sProgram } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

beforeAll(
  () => void Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }),
);

/** How a preview asks for a base. */
interface Asked {
  /** @default 'environments.ts' */
  readonly program?: string;
  readonly environments?: readonly string[];

  /** @default 'main' */
  readonly ref?: string;

  /** @default - an empty one */
  readonly cache?: string;
}

async function baseOf({ folder }: TestRepository, asked: Asked = {}): Promise<Rendered> {
  const { program = 'environments.ts', ref = 'main', cache = folderWith({}), environments } = asked;
  return renderBase({
    repository: await findRepository(folder),
    ref,
    program: join(folder, program),
    cache,
    ...(environments && { environments }),
  });
}

/** A repository with a program in `main`, and a branch checked out on which it is another one. */
function previewed(
  files: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | undefined>>,
): TestRepository {
  const repository = TestRepository.create();
  repository.commit(files);
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.commit(change);
  return repository;
}

function objectNames({ environments }: Rendered, environment: string): string[] {
  const side = environments.get(environment);
  if (side === undefined || 'failed' in side) return [];
  return side.synthesis.manifests.flatMap(({ objects }) =>
    objects.map(({ object }) => String(object.metadata.name)),
  );
}

/** All files below a folder, with what they hold. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const SHOP = existingProgram(['production', 'staging']);
const CHANGED = SHOP.replaceAll("'shop'", "'store'");

test('shows the program as it was when the branch left main, with the lines that made its objects', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, { 'environments.ts': CHANGED });
  const base = await baseOf(repository);
  expect(base.failed).toBeUndefined();
  expect(base.commit).toBe(repository.git('rev-parse', 'main'));
  expect(base.ref).toBe('main');
  expect([...base.environments.keys()]).toEqual(['production', 'staging']);
  expect(objectNames(base, 'production')).toContain('shop');
  const side = base.environments.get('staging');
  expect(side).toMatchObject({ synthesis: { environment: 'staging' } });
  const origins = side !== undefined && 'origins' in side ? side.origins : undefined;
  expect(origins?.get('laptop/shop')).toEqual({ file: 'environments.ts', line: 4, column: 3 });
});

test('shows a program below the root, with helpers beside its folder', async () => {
  const program = existingProgram(['production'], 'add(cluster);').replace(
    'import',
    "import { add } from '../lib/add';\nimport",
  );
  const add =
    "import { Namespace, type ExistingCluster } from 'k3stack';\nexport const add = (cluster: ExistingCluster): Namespace =>\n  new Namespace(cluster, 'added', { podSecurity: 'baseline' });\n";
  const repository = previewed({ 'deploy/infra/environments.ts': program, 'deploy/lib/add.ts': add }, {});
  const base = await baseOf(repository, { program: 'deploy/infra/environments.ts' });
  expect(base.failed).toBeUndefined();
  const side = base.environments.get('production');
  expect(side !== undefined && 'origins' in side && side.origins.get('laptop/added')).toEqual({
    file: 'deploy/lib/add.ts',
    line: 3,
    column: 3,
  });
});

test('shows only the environments that were asked for, of those that the base has', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  const base = await baseOf(repository, { environments: ['staging', 'new'] });
  expect([...base.environments.keys()]).toEqual(['staging']);
});

test('shows the other environments when one cannot be synthesized', async () => {
  const program = SHOP.replace(
    'const cluster',
    "if (env.name === 'staging') throw new Error('no staging yet');\n  const cluster",
  );
  const base = await baseOf(previewed({ 'environments.ts': program }, { 'environments.ts': SHOP }));
  expect(base.failed).toBeUndefined();
  expect(objectNames(base, 'production')).toContain('shop');
  const staging = base.environments.get('staging');
  expect(staging).toEqual({ failed: expect.stringContaining('threw Error: no staging yet') });
});

test('tells violations of an environment without where things lie on this machine', async () => {
  const program = k3sProgram(['production'], 'v1.34.1');
  const repository = previewed({ 'environments.ts': program }, {});
  const base = await baseOf(repository);
  expect(base.environments.get('production')).toEqual({ failed: expect.stringContaining('v1.34.1') });
  expect(JSON.stringify([...base.environments])).not.toMatch(/scratch|\/tmp\//);
});

test.each([
  ['a syntax error', 'export default {\n  a: : 1 };\n', /^environments\.ts:2:6: Unexpected token/],
  [
    'an exception',
    "throw new Error('boom \\u001b[31mred');\n",
    /environments\.ts threw Error: boom red\n +at environments\.ts:1:\d+$/,
  ],
  [
    'an import of a package that is not there',
    "import '@acme/nothing';\n",
    /environments\.ts imports "@acme\/nothing", which is not there/,
  ],
  ['no default export', 'export const a = 1;\n', /has no default export/],
  ['an exit', 'process.exit(0);\n', /ended before its environments were there/],
  ['what is no text', '\0\x01\x02', /environments\.ts/],
])('is a value with a reason when the program of the base has %s', async (_, program, reason) => {
  const repository = previewed({ 'environments.ts': program }, { 'environments.ts': SHOP });
  const base = await baseOf(repository);
  expect(base.failed).toMatch(reason);
  expect(base.failed).not.toMatch(/scratch|\/tmp\/|node_modules/);
  expect(base.environments.size).toBe(0);
  expect(base.commit).toBe(repository.git('rev-parse', 'main'));
});

test('says that the base has no program', async () => {
  const repository = previewed({ 'README.md': '' }, { 'deploy/environments.ts': SHOP });
  const base = await baseOf(repository, { program: 'deploy/environments.ts' });
  expect(base.failed).toBe('the base has no deploy/environments.ts');
});

test('a base whose files cannot be written is one that failed', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  repository.git('checkout', '--quiet', 'main');
  const blob = repository.git('hash-object', 'environments.ts');
  repository.git('update-index', '--add', '--cacheinfo', `100644,${blob},${'n'.repeat(300)}`);
  repository.git('commit', '--quiet', '--message=A name that is too long');
  const { failed, environments } = await baseOf(repository, { ref: 'HEAD' });
  expect(failed).toMatch(/^git checkout-index in \S* ended with \d+: .*File name too long/s);
  expect(failed).not.toContain(repository.folder);
  expect(environments.size).toBe(0);
});

test('finds a program that had another extension', async () => {
  const repository = previewed(
    { 'environments.mts': SHOP },
    { 'environments.mts': undefined, 'environments.ts': SHOP },
  );
  expect(objectNames(await baseOf(repository), 'production')).toContain('shop');
});

test('refuses a ref that is not there', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  await expect(baseOf(repository, { ref: 'mian' })).rejects.toThrow(K3stackError);
});

test('understands a program that prints while it is loaded', async () => {
  const repository = previewed(
    { 'environments.ts': `console.log('{ hello');\nconsole.log('world');\n${SHOP}` },
    {},
  );
  const base = await baseOf(repository);
  expect(base.failed).toBeUndefined();
  expect(objectNames(base, 'production')).toContain('shop');
});

test('does no work for a base that it has shown before, also from another branch with the same base', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  const cache = folderWith({});
  const first = await baseOf(repository, { cache });
  repository.commit({ 'environments.ts': CHANGED });
  const before = filesIn(cache);
  // Whatever would be run now fails.
  const second = await renderBase({
    repository: await findRepository(repository.folder),
    ref: 'main',
    program: join(repository.folder, 'environments.ts'),
    cache,
    command: [process.execPath, '-e', 'process.exit(9)'],
  });
  expect(second).toEqual(first);
  expect(filesIn(cache)).toEqual(before);
});

test('makes a base again whose kept files are damaged', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  const cache = folderWith({});
  const first = await baseOf(repository, { cache });
  for (const [name, text] of [
    ['base.json', '{'],
    ['synthesis.json', '{}'],
    ['origins.json', 'x'],
  ] as const) {
    const damaged = filesIn(cache).filter((file) => file.endsWith(`/${name}`));
    expect(damaged.length).toBeGreaterThan(0);
    damaged.forEach((file) => writeFileSync(file, text));
    expect(await baseOf(repository, { cache })).toEqual(first);
  }
});

test('keeps no base that failed, and nothing of the checkout', async () => {
  const repository = previewed({ 'environments.ts': 'throw new Error();' }, {});
  const cache = folderWith({});
  expect((await baseOf(repository, { cache })).failed).toBeDefined();
  expect(filesIn(cache)).toEqual([]);
});

test('leaves nothing in the repository', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  const before = filesIn(repository.folder);
  await baseOf(repository);
  expect(filesIn(repository.folder)).toEqual(before);
  expect(repository.git('worktree', 'list').split('\n')).toHaveLength(1);
});

test('two runs at once, of the same base and of another one, do not disturb each other', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, { 'environments.ts': CHANGED });
  const cache = folderWith({});
  const [one, two, other] = await Promise.all([
    baseOf(repository, { cache }),
    baseOf(repository, { cache }),
    baseOf(repository, { cache, ref: 'change' }),
  ]);
  expect(two).toEqual(one);
  expect(objectNames(one, 'production')).toContain('shop');
  expect(objectNames(other, 'production')).toContain('store');
});

test('takes away what a killed run left, and keeps the five bases that were used last', async () => {
  const repository = TestRepository.create();
  const cache = folderWith({});
  for (let index = 0; index < 6; index++) {
    repository.commit({ 'environments.ts': existingProgram([`env-${index}`]) });
    expect([...(await baseOf(repository, { cache })).environments.keys()]).toEqual([`env-${index}`]);
  }
  const own = join(cache, String(readdirSync(cache)[0]));
  const old = new Date('2020-01-01');
  const bases = (): string[] => readdirSync(join(own, 'bases'));
  expect(bases()).toHaveLength(6); // all of them were used just now, as if by runs that are not done yet
  bases().forEach((name) => utimesSync(join(own, 'bases', name), old, old));
  const host = hostname().replace(/[^A-Za-z0-9-]/g, '-');
  mkdirSync(join(own, `scratch.${host}.4194305.00000000/tree`), { recursive: true });
  repository.commit({ 'environments.ts': existingProgram(['last']) });
  await baseOf(repository, { cache });
  expect(bases()).toHaveLength(5);
  expect(readdirSync(own)).toEqual(['bases']);
});

test('works where the folder of the user cannot be written', async () => {
  const repository = previewed({ 'environments.ts': SHOP }, {});
  const file = join(folderWith({ file: '' }), 'file');
  const base = await baseOf(repository, { cache: join(file, 'cache') });
  expect(objectNames(base, 'production')).toContain('shop');
});

test('says which files of the base are missing', async () => {
  const library = TestRepository.create();
  library.commit({ 'a.txt': '' });
  const repository = TestRepository.create();
  repository.git('submodule', '--quiet', 'add', library.folder, 'vendor');
  repository.commit({
    'environments.ts': SHOP,
    '.gitattributes': '*.bin filter=lfs\n',
    'chart.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
  });
  repository.git('submodule', '--quiet', 'deinit', '--force', 'vendor');
  expect((await baseOf(repository)).notes).toEqual([
    'The submodule vendor is empty in the base: its commit is not on this machine.',
    'Git LFS has not fetched 1 file of the base, such as chart.bin: install git-lfs, or check out with lfs.',
  ]);
});
