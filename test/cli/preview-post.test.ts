import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FakeAccount, GithubFake } from '../adapters/forge/github-fake';
import { addFiles, cli, existingProgram, folderWith, type CliResult } from '../support/cli';
import { commit, git } from '../support/example-pull-request';

const TOKEN = 'ghs_0123456789secret';
const job: FakeAccount = {
  id: 41898282,
  login: 'github-actions[bot]',
  type: 'Bot',
  pullRequests: 'write',
  statuses: 'write',
};

const program = (release: string): string =>
  existingProgram(
    ['staging'],
    `new Worker(new Namespace(cluster, 'work', { podSecurity: 'restricted' }), 'worker', { image: 'ghcr.io/acme/worker:1.0.${release}' });`,
  ).replace('import {', 'import { Worker,');

let fake: GithubFake;
let cwd: string;
let env: Record<string, string>;

beforeEach(async () => {
  fake = new GithubFake();
  fake.accounts.set(TOKEN, job);
  cwd = folderWith({ 'environments.ts': program('1'), '.gitignore': 'out\nnode_modules\nevent.json\n' });
  git(cwd, 'init', '--quiet', '--initial-branch', 'main');
  commit(cwd, 'before');
  git(cwd, 'switch', '--quiet', '--create', 'next');
  env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: await fake.start(),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_PATH: join(cwd, 'event.json'),
    GITHUB_RUN_ID: '5',
    GITHUB_TOKEN: TOKEN,
  };
});
afterEach(() => fake.stop());

/** Pushes the program to the pull request, and runs its job. */
async function push(text: string, args: readonly string[] = []): Promise<CliResult> {
  addFiles(cwd, { 'environments.ts': text });
  commit(cwd, 'next');
  const sha = git(cwd, 'rev-parse', 'HEAD').trim();
  const head = { sha, ref: 'next', repo: { full_name: 'acme/shop' } };
  fake.pulls.splice(0, fake.pulls.length, { number: 7, head });
  addFiles(cwd, { 'event.json': JSON.stringify({ pull_request: { number: 7, head } }) });
  return cli(['preview', '--base', 'main', '--on', '2026-11-21', '--out', 'out', '--post', ...args], {
    cwd,
    env,
  });
}

test('one job renders and posts: one comment, edited by the next push, and a status that says how long it took', async () => {
  const first = await push(program('2'));
  expect(first).toMatchObject({ code: 2, stdout: '' });
  expect(first.stderr).toMatch(
    /^wrote out\/preview\.txt\ncompared in \d+\.\d s\n⚪ Routine: 1 changed\ncomment created: /,
  );
  expect(fake.statuses.at(-1)?.body).toMatchObject({
    state: 'success',
    description: expect.stringMatching(/Routine: 1 changed in \d+\.\d s$/),
  });
  const { stderr } = await push(program('3'), ['--quiet']);
  expect(stderr).toMatch(/^comment edited: /);
  expect(fake.comments.map(({ body }) => /worker:1\.0\.3/.test(body))).toEqual([true]);
});

test('a head that does not build leaves the last good report, with a warning, and fails the check', async () => {
  await push(program('2'));
  const { code, stderr } = await push('export default 1 +;');
  expect(code).toBe(1);
  expect(stderr).toContain('HEAD_FAILED');
  expect(fake.comments).toHaveLength(1);
  expect(fake.comments[0]?.body).toContain('**What follows is an earlier preview.**');
  expect(fake.comments[0]?.body).toContain('worker:1.0.2');
  expect(fake.statuses.at(-1)?.body['state']).toBe('error');
});

test('a report that lacks an environment which does not build is no success, also where nothing else differs', async () => {
  const failing = program('1').replace('new Worker', "throw new Error('no settings for it'); new Worker");
  const { code } = await push(failing);
  expect(code).toBe(1);
  expect(fake.statuses.at(-1)?.body).toMatchObject({
    state: 'error',
    description: expect.stringMatching(/^⚠️ Incomplete: nothing differs/),
  });
  expect(fake.comments[0]?.body).toContain('no settings for it');
});
