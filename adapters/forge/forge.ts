import type { ForgeApi } from './forge-api';
import type { ForgeKind } from './forge-kind';

/** What is needed to reach one pull request; as a CI job knows it. */
export interface ForgeSettings {
  readonly kind: ForgeKind;

  /** Where the API begins, such as `https://api.github.com` or `https://git.example.org/api/v1`. */
  readonly url: string;

  /** `owner/name`. */
  readonly repository: string;

  /** May write comments and statuses. Never printed. */
  readonly token: string;

  /** @default - found by `head` */
  readonly pullRequest?: number;

  /** Last commit of the pull request, which the report is about. */
  readonly commit: string;

  /** The branch that is to be merged, and the repository it is in: a job that another one started knows no more of its pull request. */
  readonly head?: { readonly repository: string; readonly branch: string };

  /** Page that says more, such as the run of the CI job. */
  readonly runUrl?: string;
}

/** One pull request of a forge, ready to be written to. */
export interface Forge {
  readonly kind: ForgeKind;
  readonly repository: string;
  readonly pullRequest: number;
  readonly commit: string;

  /** @default - a status without a link */
  readonly runUrl?: string;
  readonly api: ForgeApi;
}
