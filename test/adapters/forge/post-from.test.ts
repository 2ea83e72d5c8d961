import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cli, folderWith } from '../../support/cli';
import { type FakeAccount, GithubFake } from './github-fake';

const TOKEN = 'ghs_0123456789secret';
const HEAD = 'a'.repeat(40);

/** Bytes. */
const LARGEST = 16_777_216;

const MARKER = '<!-- k3stack-preview -->';
const job: FakeAccount = {
  id: 41898282,
  login: 'github-actions[bot]',
  type: 'Bot',
  pullRequests: 'write',
  statuses: 'write',
};

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: '${image}' }] }
`;

let fake: GithubFake;
let env: Record<string, string>;
let folder: string;

beforeEach(async () => {
  fake = new GithubFake();
  fake.accounts.set(TOKEN, job);
  fake.pulls.push({ number: 7, head: { sha: HEAD, ref: 'bump', repo: { full_name: 'mallory/shop' } } });
  const run = {
    event: 'pull_request',
    head_sha: HEAD,
    head_branch: 'bump',
    head_repository: { full_name: 'mallory/shop' },
  };
  folder = folderWith({
    'event.json': JSON.stringify({ workflow_run: run }),
    'before.yaml': deployment('nginx:1.27.0'),
    'after.yaml': deployment('nginx:1.28.0'),
    'report/keep': '',
  });
  env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: await fake.start(),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_RUN_ID: '5',
    GITHUB_TOKEN: TOKEN,
  };
});
afterEach(() => fake.stop());

const post = () => cli(['preview', '--post-from', 'report'], { cwd: folder, env });

describe('what one job rendered, and another posts', () => {
  test('is one comment and one status on the pull request of the commit', async () => {
    await cli(['diff', 'before.yaml', 'after.yaml', '--format', 'json', '--out', 'report'], { cwd: folder });
    const { code, stderr } = await post();
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('comment created') });
    expect(fake.comments).toHaveLength(1);
    expect(fake.comments[0]?.body.startsWith(`${MARKER}\n\n`)).toBe(true);
    expect(fake.comments[0]?.body).toContain('nginx');
    expect(fake.statuses).toEqual([
      { sha: HEAD, body: expect.objectContaining({ state: 'success', context: 'k3stack/preview' }) },
    ]);
    expect((await post()).stderr).toContain('comment unchanged');
  });

  test('is a warning where there is no report', async () => {
    expect((await post()).code).toBe(0);
    expect(fake.comments[0]?.body).toContain('There is no preview of');
    expect(fake.statuses[0]?.body['state']).toBe('error');
  });

  test('is a warning where the report is larger than one can be', async () => {
    await cli(['diff', 'before.yaml', 'after.yaml', '--format', 'json', '--out', 'report'], { cwd: folder });
    const report = join(folder, 'report/preview.json');
    const text = readFileSync(report, 'utf8').trimEnd();
    for (const [size, shown] of [
      [LARGEST, 'nginx'],
      [LARGEST + 1, 'its report is too large to be one'],
    ] as const) {
      writeFileSync(report, text.padEnd(size));
      expect((await post()).code).toBe(0);
      expect(fake.comments[0]?.body).toContain(shown);
    }
  });

  test.each(['preview-failed.txt', 'preview.json'])(
    'is never what a link named %s leads to',
    async (name) => {
      writeFileSync(join(folder, 'secret.txt'), 'hunter2');
      symlinkSync(join(folder, 'secret.txt'), join(folder, 'report', name));
      const { stdout, stderr } = await post();
      expect(`${stdout}${stderr}${JSON.stringify([fake.comments, fake.statuses])}`).not.toContain('hunter2');
    },
  );

  test('says without a stack why it cannot, and never the token', async () => {
    fake.accounts.set(TOKEN, { ...job, pullRequests: 'read', statuses: 'read' });
    const { code, stderr } = await post();
    expect(code).toBe(1);
    expect(stderr).toContain('FORGE_FORBIDDEN');
    expect(stderr).toContain('pull-requests: write');
    expect(stderr).not.toMatch(/\n\s+at |ghs_/);
  });

  test('is posted nowhere outside of a CI job', async () => {
    const { code, stderr } = await cli(['preview', '--post-from', 'report'], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain('NO_FORGE');
    expect(fake.requests).toEqual([]);
  });
});
