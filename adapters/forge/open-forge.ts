import { K3stackError } from '../../lib/errors';
import type { Forge, ForgeSettings } from './forge';
import { ForgeApi, type ForgePatience } from './forge-api';
import { plainLine } from './forge-text';

/**
 * Finds the pull request.
 *
 * @throws K3stackError `NO_FORGE` or `FORGE_TOKEN_MISSING` for settings that cannot be used, `NO_PULL_REQUEST`, `AMBIGUOUS_PULL_REQUEST` and `FORGE_…`
 */
export async function openForge(settings: ForgeSettings, patience?: ForgePatience): Promise<Forge> {
  assertUsable(settings);
  const { kind, repository, commit, runUrl } = settings;
  const api = new ForgeApi(settings, patience);
  const forge = { kind, repository, commit, ...(runUrl !== undefined && { runUrl }), api };
  if (settings.pullRequest === undefined) return { ...forge, pullRequest: await find(api, settings) };
  await api.take('GET', { path: `/repos/${repository}/pulls/${settings.pullRequest}` });
  return { ...forge, pullRequest: settings.pullRequest };
}

/** What becomes part of a path or a header. */
function assertUsable({ url, repository, token, commit }: ForgeSettings): void {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (
    address === undefined ||
    !/^https?:$/.test(address.protocol) ||
    address.username !== '' ||
    address.password !== ''
  )
    throw new K3stackError(
      'NO_FORGE',
      'the address of the forge is none; write one like https://git.example.org/api/v1',
    );
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || repository.split('/').some((name) => /^\.+$/.test(name)))
    throw new K3stackError('NO_FORGE', `${plainLine(repository, 100)} is no repository; write owner/name`);
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit))
    throw new K3stackError('NO_FORGE', `${plainLine(commit, 100)} is no commit; write all of its digits`);
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new K3stackError(
      'FORGE_TOKEN_MISSING',
      'the token is empty, or has characters that no token has; give it without blanks and line ends',
    );
}

interface OpenPull {
  readonly number: number;
  readonly head: {
    readonly ref: string;
    readonly sha: string;
    readonly repo?: { readonly full_name: string } | null;
  };
}

/** A job that another one started knows the commit alone, and on GitHub its branch: GitHub names no pull request from a fork. */
async function find(api: ForgeApi, { repository, commit, head }: ForgeSettings): Promise<number> {
  const all = await api.all<OpenPull>(`/repos/${repository}/pulls?state=open${filter(head)}`);
  const ofHead = all.filter((pull) => head === undefined || isFrom(pull, head));
  const ofCommit = ofHead.filter((pull) => pull.head.sha === commit);
  const found = ofCommit.length > 0 || head === undefined ? ofCommit : ofHead;
  const [first, second] = found;
  if (first === undefined)
    throw new K3stackError('NO_PULL_REQUEST', `no open pull request of ${repository} is of commit ${commit}`);
  if (second !== undefined)
    throw new K3stackError(
      'AMBIGUOUS_PULL_REQUEST',
      `commit ${commit} is the last of several open pull requests of ${repository}: ${found.map(({ number }) => `#${number}`).join(', ')}; close all but one`,
    );
  return first.number;
}

/** GitHub lists those of one branch alone; Gitea takes no notice. */
function filter(head: ForgeSettings['head']): string {
  if (head === undefined) return '';
  const owner = head.repository.split('/', 1)[0] ?? '';
  return `&head=${encodeURIComponent(`${owner}:${head.branch}`)}`;
}

function isFrom({ head }: OpenPull, { repository, branch }: NonNullable<ForgeSettings['head']>): boolean {
  return head.ref === branch && head.repo?.full_name === repository;
}
