// What the token, the variables and the event of a job are in real Actions of Gitea, for a pull request from a fork, with the permissions that the workflows
// of examples/ci/gitea ask for. The runner starts jobs on this machine; each waits until the test has done, in its place, what `k3stack preview` would do.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type ForgeEnvironment, forgeFromEnvironment } from '../../adapters/forge/forge-from-environment';
import { openForge } from '../../adapters/forge/open-forge';
import { publish } from '../../adapters/forge/publish';
import { setStatus } from '../../adapters/forge/set-status';
import { hasGo } from '../support/go-program';
import { GiteaRunner } from './forge/gitea-runner';
import { GiteaServer, PASSWORD } from './forge/gitea-server';
import { uploadArtifact } from './forge/upload-artifact';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly if?: string; readonly permissions?: unknown; readonly steps?: readonly Step[] }>
  >;
}

const read = (name: string) =>
  parse(readFileSync(join(__dirname, '../../examples/ci/gitea', name), 'utf8')) as Workflow;

let gitea: GiteaServer;
let runner: GiteaRunner;
let jobs: string;
let commit: string;

/** The workflow of an example whose first step tells what it has, and waits; after it comes the example's own that fetches the report. */
function waiting(file: string, name: string): string {
  const { jobs: all, ...workflow } = read(file);
  const [[id, job] = ['', {}]] = Object.entries(all);
  const step = {
    env: {
      GITEA_TOKEN: name === 'comment' ? '${{ secrets.K3STACK_PREVIEW_TOKEN }}' : '${{ github.token }}',
      SECRET: '${{ secrets.K3STACK_PREVIEW_TOKEN }}',
    },
    run: `cp "$GITHUB_EVENT_PATH" ${jobs}/${name}.event
env -0 >${jobs}/${name}.part
mv ${jobs}/${name}.part ${jobs}/${name}.env
until [ -e ${jobs}/${name}.done ]; do sleep 0.1; done
rm ${jobs}/${name}.*
`,
  };
  const { if: condition, permissions } = job;
  const fetching = (job.steps ?? []).filter(({ name: title }) => title === 'Fetch the report');
  const kept = { run: `mv preview-report ${jobs}/fetched` };
  return JSON.stringify({
    ...workflow,
    jobs: {
      [id]: {
        'runs-on': 'here',
        ...(condition && { if: condition }),
        ...(permissions !== undefined && { permissions }),
        steps: [step, ...fetching, ...(fetching.length > 0 ? [kept] : [])],
      },
    },
  });
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 1800; tries++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(100);
  }
  throw new Error(`never so: ${look.toString()}\n${runner?.log}`);
}

/** The variables of a job that waits. */
async function variablesOf(name: string): Promise<ForgeEnvironment> {
  const file = join(jobs, `${name}.env`);
  await until(() => existsSync(file) || undefined);
  const entries = readFileSync(file, 'utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return Object.fromEntries(entries) as ForgeEnvironment;
}

const settingsOf = async (name: string) =>
  forgeFromEnvironment(await variablesOf(name), () => readFileSync(join(jobs, `${name}.event`), 'utf8'));

const MARKER = '<!-- k3stack-preview -->';
const STATUS = { context: 'k3stack/preview', state: 'success', description: 'all is well' } as const;

async function comments(): Promise<{ by: string; body: string }[]> {
  const path = '/repos/owner/shop/issues/2/comments';
  const all = await gitea.ask<{ body: string; user: { login: string } }[]>('GET', path, { as: 'owner' });
  return all.map(({ body, user }) => ({ by: user.login, body }));
}

/** A report beside a link to what the other job may read. */
function hostileArchive(): string {
  const folder = mkdtempSync(join(gitea.folder, 'report-'));
  writeFileSync(join(folder, 'preview.json'), '{"schema":"k3stack.preview/v1"}');
  symlinkSync('/proc/self/environ', join(folder, 'preview-failed.txt'));
  const archive = join(folder, 'report.zip');
  execFileSync('zip', ['--quiet', '--symlinks', archive, 'preview.json', 'preview-failed.txt'], {
    cwd: folder,
  });
  return archive;
}

/** Lets a job that waits end. */
async function end(name: string): Promise<void> {
  const file = join(jobs, `${name}.done`);
  writeFileSync(file, '');
  await until(() => !existsSync(file) || undefined);
}

const report = (body: string) => ({
  project: '',
  body,
  status: { state: 'success' as const, description: body },
});

/** Pushes a file to a branch of someone's repository. */
async function push(
  who: string,
  from: string,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const work = mkdtempSync(join(gitea.folder, 'work-'));
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-C', work, '-c', `user.name=${who}`, '-c', `user.email=${who}@example.org`, ...args],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: work, GIT_TERMINAL_PROMPT: '0' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).trim();
  git('clone', '--quiet', `http://${who}:${PASSWORD}@127.0.0.1:${gitea.port}/${from}.git`, '.');
  git('checkout', '--quiet', '-B', branch);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(work, path, '..'), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git('add', '.');
  git('commit', '--quiet', '--message', Object.keys(files).join(', '));
  git('push', '--quiet', '--force', 'origin', branch);
  const pushed = git('rev-parse', 'HEAD');
  await until(async () => {
    const path = `/repos/${from}/branches/${branch}`;
    const known = await gitea
      .ask<{ commit: { id: string } }>('GET', path, { as: who })
      .catch(() => undefined);
    return known?.commit.id === pushed || undefined;
  });
  return pushed;
}

const missing = ['git', 'curl', 'zip', 'unzip'].find(
  (name) => spawnSync(name, ['-h'], { stdio: 'ignore' }).error,
);
const reason = hasGo() ? missing && `it needs ${missing}` : 'it needs Go';

(reason === undefined ? describe : describe.skip)(
  `Actions of a real Gitea, for a pull request from a fork${reason ? ` [${reason}]` : ''}`,
  () => {
    beforeAll(async () => {
      gitea = await GiteaServer.start();
      jobs = mkdtempSync(join(gitea.folder, 'jobs-'));
      gitea.addUser('owner', ['--admin']);
      for (const name of ['mallory', 'robot']) gitea.addUser(name);
      await gitea.ask('POST', '/user/repos', {
        as: 'owner',
        body: { name: 'shop', default_branch: 'main', auto_init: true },
      });
      await gitea.ask('PUT', '/repos/owner/shop/collaborators/robot', {
        as: 'owner',
        body: { permission: 'write' },
      });
      const data = gitea.token('robot', 'write:issue,write:repository,read:user');
      await gitea.ask('PUT', '/repos/owner/shop/actions/secrets/K3STACK_PREVIEW_TOKEN', {
        as: 'owner',
        body: { data },
      });
      await gitea.ask('POST', '/repos/owner/shop/forks', { as: 'mallory', body: {} });
      // Who has had one pull request merged needs no approval for the jobs of the next.
      await push('mallory', 'mallory/shop', 'first', { 'first.txt': 'one' });
      const pull = { title: 'first', head: 'mallory:first', base: 'main' };
      await gitea.ask('POST', '/repos/owner/shop/pulls', { as: 'mallory', body: pull });
      await until(async () => {
        const merge = { as: 'owner', body: { Do: 'merge' } };
        return gitea.ask('POST', '/repos/owner/shop/pulls/1/merge', merge).then(
          () => true,
          () => undefined,
        );
      });
      await push('owner', 'owner/shop', 'main', {
        '.gitea/workflows/k3stack-preview.yaml': waiting('k3stack-preview.yaml', 'render'),
        '.gitea/workflows/k3stack-preview-comment.yaml': waiting('k3stack-preview-comment.yaml', 'comment'),
      });
      runner = GiteaRunner.start(gitea);
      await gitea.ask('POST', '/repos/mallory/shop/merge-upstream', {
        as: 'mallory',
        body: { branch: 'main' },
      });
      commit = await push('mallory', 'mallory/shop', 'bump', { 'values.txt': 'two' });
      const body = { title: 'bump', head: 'mallory:bump', base: 'main' };
      await gitea.ask('POST', '/repos/owner/shop/pulls', { as: 'mallory', body });
    }, 900_000);

    afterAll(async () => {
      await runner?.stop();
      await gitea?.stop();
    });

    test('the job that renders knows its pull request; it has no secret, and its token sets no status', async () => {
      const settings = await settingsOf('render');
      expect(settings).toMatchObject({
        kind: 'gitea',
        url: `${gitea.url}/api/v1`,
        repository: 'owner/shop',
        pullRequest: 2,
        commit,
        runUrl: expect.stringMatching(new RegExp(`^${gitea.url}/owner/shop/actions/runs/\\d+$`)),
      });
      expect((await variablesOf('render'))['SECRET']).toBe('');
      await expect(setStatus(await openForge(settings), STATUS)).rejects.toMatchObject({
        code: 'FORGE_FORBIDDEN',
      });
      await uploadArtifact(await variablesOf('render'), 'k3stack-preview', hostileArchive());
      await end('render');
    });

    test('the job that it starts finds the pull request, comments and sets the status', async () => {
      const settings = await settingsOf('comment');
      expect(settings).toMatchObject({ kind: 'gitea', repository: 'owner/shop', commit });
      const forge = await openForge(settings);
      expect(forge.pullRequest).toBe(2);
      expect(await publish(forge, report('first'))).toMatchObject({ comment: 'created', notes: [] });
      expect(await publish(forge, report('second'))).toMatchObject({ comment: 'edited', notes: [] });
      expect(await comments()).toEqual([{ by: 'robot', body: `${MARKER}\n\nsecond\n` }]);
      expect(
        await gitea.ask('GET', `/repos/owner/shop/commits/${commit}/statuses`, { as: 'owner' }),
      ).toContainEqual(
        expect.objectContaining({ context: 'k3stack/preview', status: 'success', description: 'second' }),
      );
      await end('comment');
    });

    test('and fetches the report of the first job, and no file that a link in its archive leads to', async () => {
      const fetched = join(jobs, 'fetched');
      await until(() => existsSync(fetched) || undefined);
      expect(readdirSync(fetched).sort()).toEqual(['preview-failed.txt', 'preview.json']);
      expect(readFileSync(join(fetched, 'preview.json'), 'utf8')).toBe('{"schema":"k3stack.preview/v1"}');
      expect(lstatSync(join(fetched, 'preview-failed.txt')).isFile()).toBe(true);
      expect(readFileSync(join(fetched, 'preview-failed.txt'), 'utf8')).toBe('/proc/self/environ');
      rmSync(fetched, { recursive: true });
    });

    // Gitea lets every reader comment, and each token of a job is the same user: the reason for a token of one's own in the other job.
    test('a job of the fork may comment, in its own name, and does not touch that comment', async () => {
      commit = await push('mallory', 'mallory/shop', 'bump', { 'values.txt': 'three' });
      const settings = await settingsOf('render');
      expect(settings.commit).toBe(commit);
      await expect(publish(await openForge(settings), report('all is well'))).rejects.toMatchObject({
        code: 'FORGE_FORBIDDEN',
      });
      await end('render');
      const theirs = { by: 'gitea-actions', body: `${MARKER}\n\nall is well\n` };
      expect(await comments()).toEqual([{ by: 'robot', body: `${MARKER}\n\nsecond\n` }, theirs]);
      const forge = await openForge(await settingsOf('comment'));
      expect(await publish(forge, report('third'))).toMatchObject({
        comment: 'edited',
        notes: [expect.stringContaining('by someone else')],
      });
      expect(await comments()).toEqual([{ by: 'robot', body: `${MARKER}\n\nthird\n` }, theirs]);
      await end('comment');
      await until(() => existsSync(join(jobs, 'fetched')) || undefined);
      expect(readdirSync(join(jobs, 'fetched'))).toEqual([]);
    });
  },
);
