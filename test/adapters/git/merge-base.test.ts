import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { mergeBase } from '../../../adapters/git/merge-base';
import { findRepository } from '../../../adapters/git/repository';
import { K3stackError } from '../../../lib/errors';
import { folderWith } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

beforeAll(
  () => void Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }),
);

const baseOf = async ({ folder }: TestRepository, ref: string) =>
  mergeBase(await findRepository(folder), ref);

const errorOf = async (repository: TestRepository, ref: string): Promise<K3stackError> => {
  const error: unknown = await baseOf(repository, ref).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(K3stackError);
  return error as K3stackError;
};

/** A branch that left `main`, which has gone on. */
function branched(): { repository: TestRepository; fork: string } {
  const repository = TestRepository.create();
  const fork = repository.commit({ 'a.txt': '1' });
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.commit({ 'b.txt': '1' });
  repository.git('checkout', '--quiet', 'main');
  repository.commit({ 'c.txt': '1' });
  repository.git('checkout', '--quiet', 'change');
  return { repository, fork };
}

/** A clone of a repository. */
function cloneOf(repository: TestRepository, ...options: readonly string[]): TestRepository {
  const outer = new TestRepository(folderWith({}));
  outer.git('clone', '--quiet', ...options, pathToFileURL(repository.folder).href, 'clone');
  return new TestRepository(`${outer.folder}/clone`);
}

test('is the commit at which the branch left the line of the ref, with its tree', async () => {
  const { repository, fork } = branched();
  const tree = repository.git('rev-parse', `${fork}^{tree}`);
  expect(await baseOf(repository, 'main')).toEqual({ commit: fork, tree });
  expect(await baseOf(repository, fork.slice(0, 10))).toEqual({ commit: fork, tree });
});

test('takes a remote branch, and a tag with a message', async () => {
  const { repository, fork } = branched();
  repository.git('tag', '--annotate', '--message=One', 'v1', fork);
  const clone = cloneOf(repository);
  expect((await baseOf(clone, 'origin/main')).commit).toBe(fork);
  expect((await baseOf(clone, 'v1')).commit).toBe(fork);
});

test('refuses a ref that is not there, and proposes the nearest one or a fetch', async () => {
  const { repository } = branched();
  const near = await errorOf(repository, 'mian');
  expect(near.code).toBe('UNKNOWN_REF');
  expect(near.message).toBe(`the repository has no commit "mian"; did you mean 'main'?`);
  const far = await errorOf(repository, 'something/entirely/different');
  expect(far.message).toContain('write a branch, a tag or a commit, such as change');
  const clone = cloneOf(repository, '--single-branch');
  const remote = await errorOf(clone, 'origin/release-of-next-year');
  expect(remote.message).toContain('git fetch origin release-of-next-year');
});

test('proposes no fetch for a name without a remote, whether there are remotes or none', async () => {
  const { repository } = branched();
  for (const one of [repository, cloneOf(repository)]) {
    const { message } = await errorOf(one, 'nope');
    expect(message).toMatch(
      /^the repository has no commit "nope"; write a branch, a tag or a commit, such as /,
    );
  }
});

test.each([
  '--help',
  '-n',
  '--output=/tmp/x',
  '',
  ' ',
  'main\0',
  'main\nchange',
  'main..change',
  '^main',
  '@{u}',
  ':a.txt',
  'main:a.txt',
])('takes %j for no commit, and for no option', async (ref) => {
  const { repository } = branched();
  const { code, message } = await errorOf(repository, ref);
  expect(code).toBe('UNKNOWN_REF');
  expect(message).toContain(JSON.stringify(ref));
});

test('refuses a repository without a commit', async () => {
  const error = await errorOf(TestRepository.create(), 'main');
  expect(error.code).toBe('NO_COMMITS');
});

test('says how to get the history that a shallow clone does not have', async () => {
  const { repository } = branched();
  const clone = cloneOf(repository, '--depth=1', '--no-single-branch');
  const error = await errorOf(clone, 'origin/main');
  expect(error.code).toBe('NO_MERGE_BASE');
  expect(error.message).toContain('git fetch --unshallow');
  expect(error.message).toContain('fetch-depth: 0');
  clone.git('fetch', '--quiet', '--unshallow');
  expect((await baseOf(clone, 'origin/main')).commit).toMatch(/^[0-9a-f]{40}$/);
});

test('refuses lines that have nothing in common', async () => {
  const { repository } = branched();
  repository.git('checkout', '--quiet', '--orphan', 'island');
  repository.commit({});
  const error = await errorOf(repository, 'main');
  expect(error.code).toBe('NO_MERGE_BASE');
  expect(error.message).toContain('no commit in common');
  expect(error.message).not.toContain('shallow');
});
