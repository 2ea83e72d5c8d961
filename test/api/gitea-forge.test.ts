// A pull request on a real Gitea, from its first comment to its last, by the same functions that `k3stack preview --post` calls.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openForge } from '../../adapters/forge/open-forge';
import { type Publication, publish } from '../../adapters/forge/publish';
import { hasGo } from '../support/go-program';
import { GiteaServer, PASSWORD } from './forge/gitea-server';

const MARKER = '<!-- k3stack-preview: shop -->';
const SCOPES = 'write:issue,write:repository,read:user';

interface GiteaComment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
}

let gitea: GiteaServer;
let work: string;
let token: string;
let commit: string;

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', work, '-c', 'user.name=maria', '-c', 'user.email=maria@example.org', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: work, GIT_TERMINAL_PROMPT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** Commits a file and pushes; gives the commit, which Gitea then knows. */
async function push(branch: string, text: string): Promise<string> {
  writeFileSync(join(work, 'values.txt'), text);
  git('add', '.');
  git('commit', '--quiet', '--message', text);
  git('push', '--quiet', 'origin', branch);
  const pushed = git('rev-parse', 'HEAD');
  // Gitea looks at what was pushed after it has taken it.
  await until(async () => {
    const path = `/repos/owner/shop/branches/${branch}`;
    return (await gitea.ask<{ commit: { id: string } }>('GET', path, { as: 'owner' })).commit.id === pushed;
  });
  return pushed;
}

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await is().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`not so: ${is.toString()}`);
}

const open = (more: { token?: string; commit?: string; pullRequest?: number } = {}) =>
  openForge(
    {
      kind: 'gitea',
      url: `${gitea.url}/api/v1`,
      repository: 'owner/shop',
      token,
      pullRequest: 1,
      commit,
      ...more,
    },
    { wait: () => Promise.resolve() },
  );

const report = (body: string): Publication => ({
  project: 'shop',
  body,
  status: { state: 'success', description: body },
});

const comments = () =>
  gitea.ask<GiteaComment[]>('GET', '/repos/owner/shop/issues/1/comments', { as: 'owner' });
const ours = async () =>
  (await comments()).filter(({ body, user }) => body.startsWith(MARKER) && user.login === 'robot');

(hasGo() ? describe : describe.skip)('a pull request on a real Gitea', () => {
  beforeAll(async () => {
    gitea = await GiteaServer.start();
    gitea.addUser('owner', ['--admin']);
    for (const name of ['maria', 'robot']) gitea.addUser(name);
    await gitea.ask('POST', '/user/repos', { as: 'owner', body: { name: 'shop', default_branch: 'main' } });
    for (const name of ['maria', 'robot'])
      await gitea.ask('PUT', `/repos/owner/shop/collaborators/${name}`, {
        as: 'owner',
        body: { permission: 'write' },
      });
    token = gitea.token('robot', SCOPES);
    work = mkdtempSync(join(gitea.folder, 'work-'));
    git('init', '--quiet', '--initial-branch', 'main');
    git('remote', 'add', 'origin', `http://maria:${PASSWORD}@127.0.0.1:${gitea.port}/owner/shop.git`);
    await push('main', 'one');
    git('checkout', '--quiet', '-b', 'bump');
    commit = await push('bump', 'two');
    const body = { title: 'Bump </details> `@everyone`', head: 'bump', base: 'main' };
    await gitea.ask('POST', '/repos/owner/shop/pulls', { as: 'maria', body });
  }, 900_000);

  afterAll(() => gitea?.stop());

  test('is found by the commit alone, as a job finds it that another one started', async () => {
    const { kind, url, repository } = {
      kind: 'gitea' as const,
      url: `${gitea.url}/api/v1`,
      repository: 'owner/shop',
    };
    expect((await openForge({ kind, url, repository, token, commit })).pullRequest).toBe(1);
    await expect(openForge({ kind, url, repository, token, commit: '0'.repeat(40) })).rejects.toMatchObject({
      code: 'NO_PULL_REQUEST',
    });
  });

  test('gets a comment, shown as Markdown with its marker hidden, and a status on its commit', async () => {
    const published = await publish(await open(), report('**high** 3 changed'));
    expect(published).toEqual({
      comment: 'created',
      url: expect.stringMatching(/\/owner\/shop\/pulls\/1#issuecomment-\d+$/),
      notes: [],
    });
    expect((await ours()).map(({ body }) => body)).toEqual([`${MARKER}\n\n**high** 3 changed\n`]);
    const page = await (await fetch(`${gitea.url}/owner/shop/pulls/1`)).text();
    expect(page).toContain('<strong>high</strong> 3 changed');
    const statuses = await gitea.ask<object[]>('GET', `/repos/owner/shop/statuses/${commit}`, {
      as: 'maria',
    });
    expect(statuses).toEqual([
      expect.objectContaining({
        status: 'success',
        context: 'k3stack/preview: shop',
        description: '**high** 3 changed',
      }),
    ]);
  });

  test('has the same comment after a second push, edited, also behind 60 others', async () => {
    const [before] = await ours();
    for (let index = 0; index < 60; index++)
      await gitea.ask('POST', '/repos/owner/shop/issues/1/comments', {
        as: 'maria',
        body: { body: `comment ${index}` },
      });
    commit = await push('bump', 'three');
    expect(await publish(await open(), report('second'))).toMatchObject({ comment: 'edited', notes: [] });
    const [after, more] = await ours();
    expect(more).toBeUndefined();
    expect(after).toMatchObject({ id: before?.id, body: `${MARKER}\n\nsecond\n` });
    expect(await publish(await open(), report('second'))).toMatchObject({ comment: 'unchanged' });
    expect(await comments()).toHaveLength(61);
  });

  test('is left to its newest commit', async () => {
    const earlier = git('rev-parse', 'HEAD~1');
    expect(await publish(await open({ commit: earlier }), report('late'))).toMatchObject({
      comment: 'superseded',
    });
    expect((await ours())[0]?.body).toContain('second');
  });

  test('keeps its good comment with a warning when a report fails, and loses the warning with the next one', async () => {
    const failure = { reason: 'npm ci: </details> @maria ``` <!-- -->\n# owned' };
    const status = { state: 'error' as const, description: failure.reason };
    await publish(await open(), { project: 'shop', failure, status });
    const [{ body } = { body: '' }] = await ours();
    expect(body).toContain('earlier preview');
    expect(body.endsWith('\n\nsecond\n')).toBe(true);
    const page = await (await fetch(`${gitea.url}/owner/shop/pulls/1`)).text();
    expect(page).toContain('<code>npm ci: &lt;/details&gt; @maria ``` &lt;!-- --&gt; # owned</code>');
    await publish(await open(), report('third'));
    expect((await ours())[0]?.body).toBe(`${MARKER}\n\nthird\n`);
  });

  test('keeps what someone else wrote with our marker, first in line or not', async () => {
    const body = { body: `${MARKER}\n\nall is well` };
    const theirs = await gitea.ask<GiteaComment>('POST', '/repos/owner/shop/issues/1/comments', {
      as: 'maria',
      body,
    });
    const [mine] = await ours();
    await gitea.ask('DELETE', `/repos/owner/shop/issues/comments/${mine?.id}`, { as: 'robot' });
    expect(await publish(await open(), report('fourth'))).toMatchObject({
      comment: 'created',
      notes: [expect.stringContaining('by someone else')],
    });
    expect((await comments()).find(({ id }) => id === theirs.id)?.body).toBe(body.body);
    expect((await ours()).map(({ body: text }) => text)).toEqual([`${MARKER}\n\nfourth\n`]);
    expect(await publish(await open(), report('fifth'))).toMatchObject({ comment: 'edited' });
  });

  test('is found by its first line where the token may not say whose it is, and that is said', async () => {
    const narrow = gitea.token('robot', 'write:issue,write:repository');
    const all = (await comments()).filter(({ body }) => body.startsWith(MARKER));
    for (const { id, user } of all)
      if (user.login !== 'robot')
        await gitea.ask('DELETE', `/repos/owner/shop/issues/comments/${id}`, { as: 'owner' });
    expect(await publish(await open({ token: narrow }), report('sixth'))).toMatchObject({
      comment: 'edited',
      notes: [expect.stringContaining('read:user')],
    });
  });

  test('takes a comment as large as there is', async () => {
    const line = 'größer 😀 | '.repeat(10);
    const body = Array.from({ length: 520 }, () => line)
      .join('\n')
      .slice(0, 63_900);
    await publish(await open(), { ...report('x'), body });
    expect((await ours())[0]?.body).toBe(`${MARKER}\n\n${body.trim()}\n`);
  });

  test.each([
    ['a wrong token', () => 'f'.repeat(40), 'FORGE_TOKEN_REFUSED'],
    [
      'a token that may only read',
      () => gitea.token('robot', 'read:issue,read:repository,read:user'),
      'FORGE_FORBIDDEN',
    ],
    ['a token for nothing of a repository', () => gitea.token('robot', 'read:user'), 'FORGE_FORBIDDEN'],
  ])('is as it was after %s', async (_name, makeToken, code) => {
    const before = await ours();
    const wrong = makeToken();
    const attempt = open({ token: wrong }).then((forge) => publish(forge, report('no')));
    const error = (await attempt.catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ name: 'K3stackError', code });
    expect(`${error.message} ${error.stack}`).not.toContain(wrong);
    expect(await ours()).toEqual(before);
  });

  test('that is not there is said', async () => {
    await expect(open({ pullRequest: 99 })).rejects.toMatchObject({ code: 'FORGE_NOT_FOUND' });
  });

  test('is as it was after Gitea was down, which is said', async () => {
    const before = await ours();
    const forge = await open();
    await gitea.pause();
    await expect(publish(forge, report('down'))).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await gitea.resume();
    expect(await ours()).toEqual(before);
  });
});
