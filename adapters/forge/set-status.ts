import type { Forge } from './forge';
import { plainLine } from './forge-text';

/** What a commit can be marked as; each forge knows these. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** What a commit is marked with. */
export interface CommitStatus {
  /** What says so, such as `k3stack/preview`; a later status of the same context takes its place. */
  readonly context: string;
  readonly state: CommitState;

  /** Plain text; what is longer than a forge takes is cut. */
  readonly description: string;

  /** @default - no link */
  readonly targetUrl?: string;
}

/**
 * Marks the commit of a pull request.
 *
 * @throws K3stackError `FORGE_…`
 */
export async function setStatus(forge: Forge, status: CommitStatus): Promise<void> {
  const { state, targetUrl } = status;
  await forge.api.take('POST', {
    path: `/repos/${forge.repository}/statuses/${forge.commit}`,
    body: {
      state,
      context: plainLine(status.context, LONGEST_CONTEXT),
      description: plainLine(status.description, LONGEST_DESCRIPTION),
      ...(targetUrl !== undefined && isWebPage(targetUrl) && { target_url: targetUrl }),
    },
    // The last one of a context counts.
    repeatable: true,
  });
}

function isWebPage(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** GitHub refuses more; Gitea and Forgejo keep any. */
const LONGEST_DESCRIPTION = 140;
const LONGEST_CONTEXT = 255;
