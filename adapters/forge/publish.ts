import { markerOf, reportComment, staleComment } from './comment-text';
import type { Forge } from './forge';
import { type CommitState, setStatus } from './set-status';
import { postComment } from './sticky-comment';

/** What is said of one commit of a pull request. */
export interface Publication {
  /** Each project of a repository has one comment and one status of its own; empty where there is one. */
  readonly project: string;

  /** Markdown, rendered and escaped. @default - nothing could be rendered; `failure` says why */
  readonly body?: string;

  /** Where there is no body: the last good comment stays, with a warning. @default - none */
  readonly failure?: PublishedFailure;

  readonly status: PublishedStatus;
}

/** Why there is nothing new to show. */
export interface PublishedFailure {
  /** Plain text; it is escaped here. */
  readonly reason: string;
}

/** What the commit is marked with. */
export interface PublishedStatus {
  readonly state: CommitState;

  /** Plain text; what is longer than a forge takes is cut. */
  readonly description: string;

  /** @default - the run of the CI job, where there is one */
  readonly targetUrl?: string;
}

/** What became of it. */
export interface Published {
  /** `superseded`: the pull request has newer commits, so its comment is left to them. */
  readonly comment: 'created' | 'edited' | 'unchanged' | 'superseded';

  /** Page of the comment. @default - none was written */
  readonly url?: string;

  /** Sentences for the person who reads the log, such as that an old comment could not be edited. */
  readonly notes: readonly string[];
}

/**
 * Writes the one comment of a project, and the status of the commit. Each is tried, whatever became of the other.
 *
 * @throws K3stackError `FORGE_…` saying why the forge did not take it; an earlier comment is as it was.
 */
export async function publish(forge: Forge, publication: Publication): Promise<Published> {
  const { project, status } = publication;
  const targetUrl = status.targetUrl ?? forge.runUrl;
  const [written, marked] = [
    await outcomeOf(() => writeComment(forge, publication)),
    await outcomeOf(() =>
      setStatus(forge, {
        ...status,
        context: contextOf(project),
        ...(targetUrl !== undefined && { targetUrl }),
      }),
    ),
  ];
  if ('error' in written) throw written.error;
  if ('error' in marked) throw marked.error;
  return written.value;
}

async function writeComment(forge: Forge, { project, body, failure }: Publication): Promise<Published> {
  const marker = markerOf(project);
  const report = body === undefined ? undefined : reportComment(marker, body);
  if ((await headOf(forge)) !== forge.commit)
    return { comment: 'superseded', notes: [`#${forge.pullRequest} has commits after ${forge.commit}`] };
  const stale = { commit: forge.commit, reason: failure?.reason ?? 'nothing was rendered' };
  return postComment(forge, marker, (earlier) => report ?? staleComment(marker, earlier, stale));
}

/** The last commit of the pull request now: a job for an earlier one may end later. */
async function headOf({ api, repository, pullRequest }: Forge): Promise<string> {
  const { head } = await api.take<{ head: { sha: string } }>('GET', {
    path: `/repos/${repository}/pulls/${pullRequest}`,
  });
  return head.sha;
}

/** A repository may have several projects, each with a status of its own. */
function contextOf(project: string): string {
  return project === '' ? CONTEXT : `${CONTEXT}: ${project}`;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

const CONTEXT = 'k3stack/preview';
