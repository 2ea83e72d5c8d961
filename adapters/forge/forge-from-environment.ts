import { K3stackError } from '../../lib/errors';
import type { ForgeSettings } from './forge';
import type { ForgeKind } from './forge-kind';

/** Variables of a process. */
export type ForgeEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * What a CI job knows of its pull request, in GitHub Actions and in the Actions of Gitea and Forgejo. Pure: the file of the event is read by `readFile`.
 *
 * @throws K3stackError `NO_FORGE`, `FORGE_TOKEN_MISSING` or `NO_PULL_REQUEST`, saying what to set.
 */
export function forgeFromEnvironment(
  env: ForgeEnvironment,
  readFile: (path: string) => string,
): ForgeSettings {
  const kind = kindOf(env);
  const url = needed(env, 'GITHUB_API_URL');
  const repository = needed(env, 'GITHUB_REPOSITORY');
  const event = eventOf(needed(env, 'GITHUB_EVENT_PATH'), readFile);
  const token = tokenOf(env, kind);
  const runUrl = runOf(env, repository);
  return { kind, url, repository, token, ...pullOf(event), ...(runUrl !== undefined && { runUrl }) };
}

/**
 * The runners of Gitea and Forgejo say that they are GitHub as well, and that of Forgejo that it is Gitea
 * (gitea.com/gitea/runner@v1.0.6:internal/app/run/runner.go, code.forgejo.org/forgejo/runner:internal/app/run/runner.go).
 */
function kindOf(env: ForgeEnvironment): ForgeKind {
  if (env['FORGEJO_ACTIONS'] === 'true') return 'forgejo';
  if (env['GITEA_ACTIONS'] === 'true') return 'gitea';
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  throw new K3stackError(
    'NO_FORGE',
    'this is no job of GitHub Actions, Gitea Actions or Forgejo Actions, so there is no pull request to write to; leave --post out, and write the report with --out',
  );
}

function needed(env: ForgeEnvironment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new K3stackError(
    'NO_FORGE',
    `${name} is not set; the job has it where its workflow does not change it`,
  );
}

function tokenOf(env: ForgeEnvironment, kind: ForgeKind): string {
  const names = TOKENS[kind];
  // A secret that was pasted with its line end is meant without.
  const token = names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== '');
  if (token !== undefined) return token;
  const [first] = names;
  throw new K3stackError(
    'FORGE_TOKEN_MISSING',
    `there is no token to write the comment with; add to the step: env: { ${first}: \${{ secrets.${first} }} }`,
  );
}

interface CiEvent {
  readonly pull_request?: { readonly number?: unknown; readonly head?: { readonly sha?: unknown } };
  readonly workflow_run?: {
    readonly event?: unknown;
    readonly head_sha?: unknown;
    readonly head_branch?: unknown;
    readonly head_repository?: { readonly full_name?: unknown } | null;
    readonly path?: unknown;
  };
}

function eventOf(path: string, readFile: (path: string) => string): CiEvent {
  try {
    const event = JSON.parse(readFile(path)) as unknown;
    if (typeof event === 'object' && event !== null) return event;
  } catch {
    // said below
  }
  throw new K3stackError(
    'NO_FORGE',
    `the event in ${path} (GITHUB_EVENT_PATH) cannot be read; it is a JSON object that the runner writes`,
  );
}

function pullOf({
  pull_request: pull,
  workflow_run: run,
}: CiEvent): Pick<ForgeSettings, 'pullRequest' | 'commit' | 'head'> {
  // The commit of a job on GitHub (GITHUB_SHA) is a merge that nobody pushed.
  if (typeof pull?.number === 'number' && typeof pull.head?.sha === 'string')
    return { pullRequest: pull.number, commit: pull.head.sha };
  // That of a run for pull_request_target would be the branch to merge into.
  if (run?.event === 'pull_request' && typeof run.head_sha === 'string') return ofRun(run, run.head_sha);
  throw new K3stackError(
    'NO_PULL_REQUEST',
    'this job was not started by a pull request; run it `on: pull_request`, or on: workflow_run of a workflow that is',
  );
}

function ofRun(run: NonNullable<CiEvent['workflow_run']>, commit: string): ReturnType<typeof pullOf> {
  // Gitea names the branch after the pull request: preview.yaml@refs/pull/3/head
  // (code.gitea.io/gitea@v1.26.4:services/convert/convert.go ToActionWorkflowRun). GitHub has no such path.
  const number =
    typeof run.path === 'string' ? /@refs\/pull\/(\d+)\/(?:head|merge)$/.exec(run.path)?.[1] : undefined;
  if (number !== undefined) return { pullRequest: Number(number), commit };
  const repository = run.head_repository?.full_name;
  return typeof repository === 'string' && typeof run.head_branch === 'string' && run.head_branch !== ''
    ? { commit, head: { repository, branch: run.head_branch } }
    : { commit };
}

function runOf(env: ForgeEnvironment, repository: string): string | undefined {
  const server = env['GITHUB_SERVER_URL'];
  const run = env['GITHUB_RUN_ID'];
  if (server === undefined || server === '' || run === undefined || !/^\d+$/.test(run)) return undefined;
  return `${server.replace(/\/+$/, '')}/${repository}/actions/runs/${run}`;
}

/** First the one that the forge's documents name. */
const TOKENS: Readonly<Record<ForgeKind, readonly [string, ...string[]]>> = {
  github: ['GITHUB_TOKEN'],
  gitea: ['GITEA_TOKEN', 'GITHUB_TOKEN'],
  forgejo: ['FORGEJO_TOKEN', 'GITEA_TOKEN', 'GITHUB_TOKEN'],
};
