import type { Forge } from './forge';

/** A comment as GitHub, Gitea and Forgejo give it. */
export interface ForgeComment {
  readonly id: number;
  readonly body: string;

  /** @default - the account is no more */
  readonly user?: { readonly id: number; readonly type?: string } | null;
  readonly html_url?: string;
}

/** Comments of a pull request. */
export function commentsPath({ repository, pullRequest }: Forge): string {
  return `/repos/${repository}/issues/${pullRequest}/comments`;
}

/** One of them. */
export function commentPath({ repository }: Forge, { id }: ForgeComment): string {
  return `/repos/${repository}/issues/comments/${id}`;
}
