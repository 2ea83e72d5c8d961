import { describe, expect, test } from '@jest/globals';
import { type ForgeEnvironment, forgeFromEnvironment } from '../../../adapters/forge/forge-from-environment';

const SHA = 'a'.repeat(40);
const pull = { pull_request: { number: 3, head: { sha: SHA } } };

/** As docs.github.com, "Default environment variables", has them for a pull request: the commit is that of a merge. */
const github: ForgeEnvironment = {
  GITHUB_ACTIONS: 'true',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_SHA: 'f'.repeat(40),
  GITHUB_RUN_ID: '17',
  GITHUB_TOKEN: 'ghs_x',
};

/** gitea.com/gitea/runner@v1.0.6:internal/app/run/runner.go and act/runner/run_context.go. */
const gitea: ForgeEnvironment = {
  ...github,
  GITEA_ACTIONS: 'true',
  GITHUB_API_URL: 'https://git.example.org/api/v1',
  GITHUB_SERVER_URL: 'https://git.example.org/',
  GITHUB_TOKEN: undefined,
  GITEA_TOKEN: 'gta_x',
};

const read = (env: ForgeEnvironment, event: unknown = pull) =>
  forgeFromEnvironment(env, (path) => {
    expect(path).toBe('/event.json');
    return typeof event === 'string' ? event : JSON.stringify(event);
  });

const codeOf = (env: ForgeEnvironment, event?: unknown): unknown => {
  try {
    return read(env, event);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('what a CI job knows', () => {
  test('on GitHub: the last commit of the branch, not that of the merge', () => {
    expect(read(github)).toEqual({
      kind: 'github',
      url: 'https://api.github.com',
      repository: 'acme/shop',
      token: 'ghs_x',
      pullRequest: 3,
      commit: SHA,
      runUrl: 'https://github.com/acme/shop/actions/runs/17',
    });
  });

  test('on Gitea, which says that it is GitHub as well', () => {
    expect(read(gitea)).toEqual({
      kind: 'gitea',
      url: 'https://git.example.org/api/v1',
      repository: 'acme/shop',
      token: 'gta_x',
      pullRequest: 3,
      commit: SHA,
      runUrl: 'https://git.example.org/acme/shop/actions/runs/17',
    });
  });

  test('on Forgejo, which says that it is Gitea as well; its own token comes first', () => {
    expect(read({ ...gitea, FORGEJO_ACTIONS: 'true', FORGEJO_TOKEN: ' fj_x\n' })).toMatchObject({
      kind: 'forgejo',
      token: 'fj_x',
    });
    expect(read({ ...gitea, FORGEJO_ACTIONS: 'true' })).toMatchObject({ kind: 'forgejo', token: 'gta_x' });
  });

  test('in a job that a run of a pull request started, on GitHub: its branch, and no number', () => {
    const run = {
      event: 'pull_request',
      head_sha: SHA,
      head_branch: 'bump',
      head_repository: { full_name: 'mallory/shop' },
      pull_requests: [{ number: 99 }],
      path: '.github/workflows/preview.yml',
    };
    const settings = read(github, { workflow_run: run });
    expect(settings).toMatchObject({ commit: SHA, head: { repository: 'mallory/shop', branch: 'bump' } });
    expect(settings.pullRequest).toBeUndefined();
  });

  test('in a job that a run of a pull request started, on Gitea: the number, which its path has', () => {
    const run = { event: 'pull_request', head_sha: SHA, path: 'preview.yaml@refs/pull/3/head' };
    expect(read(gitea, { workflow_run: run })).toMatchObject({ commit: SHA, pullRequest: 3 });
    const branch = { ...run, path: 'preview.yaml@refs/heads/refs/pull/3/head' };
    expect(read(gitea, { workflow_run: branch }).pullRequest).toBeUndefined();
  });

  test('without a page of the run where the runner does not say it', () => {
    expect(read({ ...github, GITHUB_RUN_ID: undefined }).runUrl).toBeUndefined();
  });
});

describe('what a CI job does not know is said', () => {
  test('no CI job at all', () => {
    expect(() => read({})).toThrow(/no job of GitHub Actions/);
    expect(codeOf({ ...github, GITHUB_ACTIONS: 'false' })).toBe('NO_FORGE');
  });

  test.each(['GITHUB_API_URL', 'GITHUB_REPOSITORY', 'GITHUB_EVENT_PATH'])('no %s', (name) => {
    expect(() => read({ ...github, [name]: '' })).toThrow(`${name} is not set`);
  });

  test('no token, with the line that gives it', () => {
    expect(() => read({ ...github, GITHUB_TOKEN: ' ' })).toThrow('GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}');
    expect(() => read({ ...gitea, GITEA_TOKEN: undefined })).toThrow(
      'GITEA_TOKEN: ${{ secrets.GITEA_TOKEN }}',
    );
    expect(codeOf({ ...github, GITHUB_TOKEN: undefined })).toBe('FORGE_TOKEN_MISSING');
  });

  test.each([
    ['a push', {}],
    ['a run of a push', { workflow_run: { event: 'push', head_sha: SHA } }],
    [
      'a run for pull_request_target, whose commit is another',
      { workflow_run: { event: 'pull_request_target', head_sha: SHA } },
    ],
    ['a comment on an issue', { issue: { number: 3 } }],
    ['a pull request without a commit', { pull_request: { number: 3 } }],
  ])('%s is no pull request', (_name, event) => {
    expect(codeOf(github, event)).toBe('NO_PULL_REQUEST');
  });

  test.each(['', 'null', '[', '"x"'])('an event that is %j', (event) => {
    expect(codeOf(github, event)).toBe('NO_FORGE');
  });

  test('an event that cannot be read', () => {
    const missing = () => {
      throw new Error('ENOENT: no such file');
    };
    expect(() => forgeFromEnvironment(github, missing)).toThrow(/the event in \/event.json/);
  });
});
