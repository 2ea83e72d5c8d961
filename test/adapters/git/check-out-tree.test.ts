import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { checkOutTree, type CheckedOut } from '../../../adapters/git/check-out-tree';
import { addFiles, folderWith } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

beforeAll(
  () => void Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }),
);

/** Checks a commit out, and returns what was said and the folder. */
async function checkedOut(
  { folder }: TestRepository,
  commit: string,
): Promise<CheckedOut & { folder: string }> {
  const own = folderWith({});
  const target = join(own, 'tree');
  return { ...(await checkOutTree(folder, commit, target, join(own, 'index'))), folder: target };
}

test('writes the files of the commit, not those of the working tree or the index', async () => {
  const repository = TestRepository.create();
  const commit = repository.commit({ 'a.txt': '1', 'deep/er/b.txt': '2' });
  repository.commit({ 'a.txt': '3', 'c.txt': '4' });
  addFiles(repository.folder, { 'a.txt': '5' });
  repository.git('add', 'a.txt');
  const { folder, ...rest } = await checkedOut(repository, commit);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('1');
  expect(readFileSync(join(folder, 'deep/er/b.txt'), 'utf8')).toBe('2');
  expect(existsSync(join(folder, 'c.txt'))).toBe(false);
  expect(rest).toEqual({ files: ['a.txt', 'deep/er/b.txt'], missingSubmodules: [], lfsPointers: [] });
});

test('changes nothing in the repository', async () => {
  const repository = TestRepository.create();
  const commit = repository.commit({ 'a.txt': '1' });
  repository.git('config', 'core.splitIndex', 'true');
  addFiles(repository.folder, { 'a.txt': '2' });
  const state = (): unknown =>
    readdirSync(repository.folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const { size, mtimeMs } = statSync(join(repository.folder, name));
        return { name, size, mtimeMs };
      });
  const before = state();
  await checkedOut(repository, commit);
  expect(state()).toEqual(before);
});

test('writes files with hostile names, files that an archive leaves out, and the mode of programs', async () => {
  const repository = TestRepository.create();
  const names = ['-rf', '$(touch x)', 'ä «b»', 'new\nline', 'quo"te', '.gitattributes'];
  const commit = repository.commit({
    ...Object.fromEntries(names.map((name) => [name, name])),
    '.gitattributes': 'secret.txt export-ignore\n',
    'secret.txt': 'there',
  });
  const { folder, files } = await checkedOut(repository, commit);
  expect([...files].sort()).toEqual([...names, 'secret.txt'].sort());
  expect(readFileSync(join(folder, 'new\nline'), 'utf8')).toBe('new\nline');
  expect(readFileSync(join(folder, 'secret.txt'), 'utf8')).toBe('there');
});

test('writes all files of a repository of which only a part is checked out', async () => {
  const repository = TestRepository.create();
  const commit = repository.commit({ 'a/a.txt': '1', 'b/b.txt': '2' });
  repository.git('sparse-checkout', 'set', 'a');
  expect(existsSync(join(repository.folder, 'b/b.txt'))).toBe(false);
  const { folder } = await checkedOut(repository, commit);
  expect(readFileSync(join(folder, 'b/b.txt'), 'utf8')).toBe('2');
});

test('fills submodules whose commit is there, and names those that are empty', async () => {
  const library = TestRepository.create();
  library.commit({ 'library.txt': 'one' });
  const repository = TestRepository.create();
  repository.git('submodule', '--quiet', 'add', library.folder, 'vendor/one');
  repository.git('submodule', '--quiet', 'add', library.folder, 'vendor/two');
  const commit = repository.commit({});
  library.commit({ 'library.txt': 'two' });
  new TestRepository(join(repository.folder, 'vendor/one')).git('pull', '--quiet');
  const there = await checkedOut(repository, commit);
  expect(readFileSync(join(there.folder, 'vendor/one/library.txt'), 'utf8')).toBe('one');
  expect(there).toMatchObject({
    files: ['.gitmodules', 'vendor/one/library.txt', 'vendor/two/library.txt'],
    missingSubmodules: [],
  });
  repository.git('submodule', '--quiet', 'deinit', '--force', 'vendor/two');
  const gone = await checkedOut(repository, commit);
  expect(gone.missingSubmodules).toEqual(['vendor/two']);
  expect(existsSync(join(gone.folder, 'vendor/one/library.txt'))).toBe(true);
});

test('names files that are pointers to Git LFS, and no others', async () => {
  const repository = TestRepository.create();
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
  const commit = repository.commit({
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'deep/chart.bin': pointer,
    'content.bin': 'content',
    'pointer.txt': pointer,
  });
  expect((await checkedOut(repository, commit)).lfsPointers).toEqual(['deep/chart.bin']);
});
