import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findRepository, pathInRepository, workingTree } from '../../../adapters/git/repository';
import { K3stackError } from '../../../lib/errors';
import { addFiles, folderWith } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

const variables = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
});
afterEach(() => void (process.env = { ...variables }));

const errorOf = async (work: Promise<unknown>): Promise<K3stackError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(K3stackError);
  return error as K3stackError;
};

test('finds the root of the repository from a folder below it', async () => {
  const { folder } = TestRepository.create();
  mkdirSync(join(folder, 'deploy/infra'), { recursive: true });
  expect(await findRepository(join(folder, 'deploy/infra'))).toEqual({ root: folder, shallow: false });
});

test('finds a repository whose folder has a hostile name', async () => {
  const outer = folderWith({ 'a; touch x $(id) «ä»\n-b/.keep': '' });
  const folder = join(outer, 'a; touch x $(id) «ä»\n-b');
  new TestRepository(folder).git('init', '--quiet');
  expect((await findRepository(folder)).root).toBe(folder);
});

test('follows no variable that points git elsewhere', async () => {
  const [one, other] = [TestRepository.create(), TestRepository.create()];
  process.env['GIT_DIR'] = join(other.folder, '.git');
  process.env['GIT_WORK_TREE'] = other.folder;
  expect((await findRepository(one.folder)).root).toBe(one.folder);
});

test('refuses a folder that is in no repository, a bare one and the inside of .git', async () => {
  const outside = await errorOf(findRepository(folderWith({})));
  expect(outside.code).toBe('NOT_A_REPOSITORY');
  expect(outside.message).toContain('is not in a git repository');
  const bare = new TestRepository(folderWith({}));
  bare.git('init', '--quiet', '--bare');
  expect((await errorOf(findRepository(bare.folder))).code).toBe('NOT_A_REPOSITORY');
  const inside = join(TestRepository.create().folder, '.git');
  expect((await errorOf(findRepository(inside))).code).toBe('NOT_A_REPOSITORY');
});

test('says that git is missing', async () => {
  const { folder } = TestRepository.create();
  process.env['PATH'] = folderWith({});
  const error = await errorOf(findRepository(folder));
  expect(error.code).toBe('GIT_MISSING');
  expect(error.message).toContain('install git');
});

test('says what to do about a repository of another user', async () => {
  const { folder } = TestRepository.create();
  if (process.getuid?.() === 0) {
    chownSync(folder, 4242, 4242);
    chownSync(join(folder, '.git'), 4242, 4242);
  } else process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
  const error = await errorOf(findRepository(folder));
  expect(error.code).toBe('GIT_UNSAFE_REPOSITORY');
  expect(error.message).toContain('safe.directory');
});

test('tells other failures of git with its own words', async () => {
  const { folder } = TestRepository.create();
  writeFileSync(join(folder, '.git/config'), '[core\n');
  const error = await errorOf(findRepository(folder));
  expect(error.code).toBe('GIT_FAILED');
  expect(error.message).toContain('bad config line 1');
});

test('tells the commit that is checked out, and whether anything differs from it', async () => {
  const repository = TestRepository.create();
  const found = await findRepository(repository.folder);
  expect(await workingTree(found)).toEqual({ dirty: false });
  const commit = repository.commit({ 'a.txt': '1', '.gitignore': 'ignored' });
  addFiles(repository.folder, { ignored: '' });
  expect(await workingTree(found)).toEqual({ commit, dirty: false });
  addFiles(repository.folder, { 'new.txt': '' });
  expect(await workingTree(found)).toEqual({ commit, dirty: true });
  repository.git('clean', '--force', '--quiet');
  addFiles(repository.folder, { 'a.txt': '2' });
  expect(await workingTree(found)).toEqual({ commit, dirty: true });
});

test('runs nothing that the configuration of a repository names', async () => {
  const repository = TestRepository.create();
  repository.commit({ 'a.txt': '1' });
  const trace = join(folderWith({}), 'trace');
  addFiles(repository.folder, { '.git/hooks/run': `#!/bin/sh\necho "$0" >>'${trace}'\n` });
  const hook = join(repository.folder, '.git/hooks/run');
  chmodSync(hook, 0o755);
  for (const name of ['post-index-change', 'post-checkout', 'reference-transaction'])
    symlinkSync(hook, join(repository.folder, '.git/hooks', name));
  repository.git('config', 'core.fsmonitor', hook);
  await workingTree(await findRepository(repository.folder));
  expect(() => chmodSync(trace, 0o644)).toThrow('ENOENT');
});

test('names a path of the working tree as git does, and refuses one outside of it', async () => {
  const { folder } = TestRepository.create();
  addFiles(folder, { 'deploy/environments.ts': '' });
  const elsewhere = folderWith({ 'environments.ts': '' });
  symlinkSync(folder, join(elsewhere, 'link'));
  const found = await findRepository(folder);
  expect(pathInRepository(found, join(folder, 'deploy/environments.ts'))).toBe('deploy/environments.ts');
  expect(pathInRepository(found, join(elsewhere, 'link/deploy/environments.ts'))).toBe(
    'deploy/environments.ts',
  );
  const outside = (): string => pathInRepository(found, join(elsewhere, 'environments.ts'));
  expect(outside).toThrow(K3stackError);
  expect(outside).toThrow(/lies outside of the repository/);
});
