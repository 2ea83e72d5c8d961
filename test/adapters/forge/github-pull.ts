import { afterEach, beforeEach } from '@jest/globals';
import type { ForgeSettings } from '../../../adapters/forge/forge';
import { openForge } from '../../../adapters/forge/open-forge';
import { type Publication, publish } from '../../../adapters/forge/publish';
import { type FakeAccount, GithubFake } from './github-fake';

/** Of the job. */
export const TOKEN = 'ghs_0123456789secret';
/** Last commit. */
export const HEAD = 'a'.repeat(40);
/** Of the project shop. */
export const MARKER = '<!-- k3stack-preview: shop -->';
/** The token of a job. */
export const job: FakeAccount = {
  id: 41898282,
  login: 'github-actions[bot]',
  type: 'Bot',
  pullRequests: 'write',
  statuses: 'write',
};
/** Somebody else. */
export const maria: FakeAccount = { ...job, id: 7, login: 'maria', type: 'User' };

/** The stand-in, a new one for each test. */
export let fake: GithubFake;
/** What its job knows. */
export let settings: ForgeSettings;
/** Milliseconds that would have been waited. */
export let waits: number[];

beforeEach(async () => {
  fake = new GithubFake();
  fake.accounts.set(TOKEN, job);
  fake.pulls.push({ number: 1, head: { sha: HEAD, ref: 'bump', repo: { full_name: 'acme/shop' } } });
  settings = {
    kind: 'github',
    url: await fake.start(),
    repository: 'acme/shop',
    token: TOKEN,
    pullRequest: 1,
    commit: HEAD,
    runUrl: 'https://github.com/acme/shop/actions/runs/5',
  };
  waits = [];
});
afterEach(() => fake.stop());

/** Gives the job other settings. */
export function change(more: Partial<ForgeSettings>): void {
  settings = { ...settings, ...more };
}

/** Opens it without waiting. */
export const open = (more: Partial<ForgeSettings> = {}) =>
  openForge(
    { ...settings, ...more },
    {
      wait: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
      timeoutMilliseconds: 5000,
    },
  );

/** A report. */
export const report = (body: string): Publication => ({
  project: 'shop',
  body,
  status: { state: 'success', description: '3 changed' },
});
/** A report that could not be made. */
export const failed = (reason: string): Publication => ({
  project: 'shop',
  failure: { reason },
  status: { state: 'error', description: reason },
});
/** Opens it and publishes. */
export const post = async (publication: Publication) => publish(await open(), publication);
/** All comments. */
export const bodies = () => fake.comments.map(({ body }) => body);
/** How often one was written. */
export const posts = () =>
  fake.requests.filter((request) => /^(POST|PATCH|DELETE) .*comments/.test(request)).length;
