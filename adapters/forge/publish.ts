import type { Forge } from './forge';
import type { CommitState } from './set-status';

/** What is said of one commit of a pull request. */
export interface Publication {
  /** Each project of a repository has one comment of its own. */
  readonly project: string;

  /** Markdown, rendered and escaped. @default - nothing could be rendered; `failure` says why */
  readonly body?: string;

  /** The last good comment stays, with a warning. @default - none */
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
 * Writes the one comment of a project, and the status of the commit.
 *
 * @throws K3stackError `FORGE_…` saying why the forge did not take it; an earlier comment is as it was.
 */
export async function publish(forge: Forge, publication: Publication): Promise<Published> {
  throw new Error(`not yet ${forge.repository} ${publication.project}`);
}
