import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { ForgeSettings } from '../../../adapters/forge/forge';
import { openForge } from '../../../adapters/forge/open-forge';
import { publish } from '../../../adapters/forge/publish';
import {
  TOKEN,
  HEAD,
  MARKER,
  fake,
  settings,
  waits,
  change,
  open,
  report,
  post,
  bodies,
  posts,
} from './github-pull';

describe('a forge in trouble', () => {
  test('that did not answer a new comment is looked at before it is sent again', async () => {
    fake.faults.push({ method: 'POST', path: /comments/, answer: 'drop after' });
    expect(await post(report('first'))).toMatchObject({ comment: 'created' });
    expect(bodies()).toHaveLength(1);
    expect(posts()).toBe(1);
    expect(waits).toEqual([1000]);
  });

  test('that did not take it gets it again', async () => {
    fake.faults.push({ method: 'POST', path: /comments/, answer: { status: 502 } });
    expect(await post(report('first'))).toMatchObject({ comment: 'created' });
    expect(bodies()).toHaveLength(1);
  });

  test('that took the comment and then tells nothing more is not said to have failed', async () => {
    fake.faults.push({ method: 'GET', path: /comments/, answer: { status: 503 }, times: 4, after: 1 });
    expect(await post(report('first'))).toMatchObject({ comment: 'created', notes: [] });
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(bodies()).toHaveLength(1);
  });

  test('is asked four times, and the comment is as it was', async () => {
    await post(report('first'));
    fake.faults.push({ method: 'PATCH', path: /comments/, answer: { status: 503 }, times: 4 });
    await expect(post(report('second'))).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      message: expect.stringContaining('503'),
    });
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(bodies()).toEqual([`${MARKER}\n\nfirst\n`]);
  });

  test('that is not there is said, without a stack of causes', async () => {
    await fake.stop();
    const error = (await open().catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({
      code: 'FORGE_UNREACHABLE',
      message: expect.stringMatching(/did not answer GET \/repos\/acme\/shop\/pulls\/1: ECONNREFUSED/),
    });
    expect(error.cause).toBeUndefined();
    expect(waits).toEqual([1000, 2000, 4000]);
    await fake.start();
  });

  test('that is silent is given up', async () => {
    fake.faults.push({ method: 'GET', path: /pulls/, answer: 'silent', times: 4 });
    const opening = openForge(settings, { wait: () => Promise.resolve(), timeoutMilliseconds: 20 });
    await expect(opening).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      message: expect.stringContaining('no answer in time'),
    });
  });

  test('is waited for as long as it asks, where that is short', async () => {
    const busy = {
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit.' },
      headers: { 'retry-after': '7' },
    };
    fake.faults.push({ method: 'POST', path: /comments/, answer: busy });
    expect(await post(report('first'))).toMatchObject({ comment: 'created' });
    expect(waits).toEqual([7000]);
    expect(bodies()).toHaveLength(1);
  });

  test('is not waited for an hour, and says when it answers again', async () => {
    fake.remaining = 0;
    await expect(post(report('x'))).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      message: expect.stringContaining('2027-01-15T08:00:00.000Z'),
    });
    fake.remaining = 10;
    fake.faults.push({
      method: 'GET',
      path: /pulls/,
      answer: { status: 429, headers: { 'retry-after': '3600' } },
    });
    await expect(post(report('x'))).rejects.toMatchObject({ code: 'FORGE_RATE_LIMITED' });
    expect(waits).toEqual([]);
  });
});

describe('what cannot be done is said', () => {
  const refusals: [string, Partial<ForgeSettings>, string][] = [
    ['a wrong token', { token: 'ghs_wrong' }, 'FORGE_TOKEN_REFUSED'],
    ['another repository', { repository: 'acme/other' }, 'FORGE_NOT_FOUND'],
    ['no such pull request', { pullRequest: 9 }, 'FORGE_NOT_FOUND'],
    ['a repository that leads elsewhere', { repository: '../..' }, 'NO_FORGE'],
    ['a repository that is a path', { repository: 'acme/shop/../..' }, 'NO_FORGE'],
    ['an address with a password', { url: 'https://u:hunter2@example.org' }, 'NO_FORGE'],
    ['an address of a file', { url: 'file:///etc' }, 'NO_FORGE'],
    ['a branch for a commit', { commit: 'main' }, 'NO_FORGE'],
    ['a token with a line end in it', { token: 'ghs_0123\n456' }, 'FORGE_TOKEN_MISSING'],
  ];
  test.each(refusals)('%s', async (_name, more, code) => {
    const error = (await open(more).catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ name: 'K3stackError', code });
    expect(error.message).not.toMatch(/hunter2|ghs_/);
  });

  test('a repository that moved', async () => {
    fake.faults.push({
      method: 'GET',
      path: /pulls/,
      answer: {
        status: 301,
        body: { message: 'Moved Permanently' },
        headers: { location: 'http://127.0.0.1:1/' },
      },
    });
    await expect(open()).rejects.toMatchObject({
      code: 'FORGE_REFUSED',
      message: expect.stringContaining('another name'),
    });
  });

  test('the token is nowhere in an error, also where the forge repeats it', async () => {
    const answer = { status: 422, body: { message: `token ${TOKEN}\nis \u001b[31mnothing` } };
    fake.faults.push({ method: 'GET', path: /pulls/, answer });
    const error = (await open().catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain('token *** is');
    expect(JSON.stringify([error.message, error.stack, error])).not.toContain(TOKEN);
    const forge = await open();
    expect(JSON.stringify(forge)).not.toContain(TOKEN);
    expect(inspect(forge, { depth: 9 })).not.toContain(TOKEN);
  });
});

describe('a job that another one started', () => {
  const byHead = async (head?: ForgeSettings['head']) => {
    const { kind, url, repository, token, commit } = settings;
    return openForge({ kind, url, repository, token, commit, ...(head && { head }) });
  };
  const fork = { full_name: 'mallory/shop' };

  test('finds its pull request by branch and commit, also from a fork with a branch of the same name', async () => {
    fake.pulls.push({ number: 2, head: { sha: 'c'.repeat(40), ref: 'bump', repo: fork } });
    expect((await byHead({ repository: 'acme/shop', branch: 'bump' })).pullRequest).toBe(1);
    change({ commit: 'c'.repeat(40) });
    expect((await byHead({ repository: 'mallory/shop', branch: 'bump' })).pullRequest).toBe(2);
  });

  test('does not take a pull request of another repository that has the same commit', async () => {
    fake.pulls.push({ number: 2, head: { sha: HEAD, ref: 'bump', repo: fork } });
    expect((await byHead({ repository: 'acme/shop', branch: 'bump' })).pullRequest).toBe(1);
    await expect(byHead()).rejects.toMatchObject({
      code: 'AMBIGUOUS_PULL_REQUEST',
      message: expect.stringContaining('#1, #2'),
    });
  });

  test('leaves the comment to a newer commit of the branch', async () => {
    change({ commit: '0'.repeat(40) });
    const forge = await byHead({ repository: 'acme/shop', branch: 'bump' });
    expect(await publish(forge, report('old'))).toMatchObject({ comment: 'superseded' });
  });

  test('says that there is none', async () => {
    fake.pulls.length = 0;
    await expect(byHead({ repository: 'acme/shop', branch: 'bump' })).rejects.toMatchObject({
      code: 'NO_PULL_REQUEST',
    });
  });

  test('finds it among more than one page', async () => {
    for (let number = 2; number < 250; number++)
      fake.pulls.push({
        number,
        head: { sha: String(number).padStart(40, '0'), ref: `b${number}`, repo: fork },
      });
    change({ commit: '249'.padStart(40, '0') });
    expect((await byHead()).pullRequest).toBe(249);
  });
});
