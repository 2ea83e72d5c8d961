import type { Project } from './project-files';

/** What the environments of a new project are for. */
export const PROJECT_KINDS = ['home-lab', 'small-team', 'edge', 'disposable'] as const;
export type ProjectKind = (typeof PROJECT_KINDS)[number];

/** A project to begin with. Its addresses are of 192.0.2.0/24, which is nobody's (RFC 5737); `K3S_RELEASE` stands for the release. */
export interface Starter extends Pick<Project, 'description' | 'program' | 'readme'> {
  readonly environments: readonly string[];

  /** Secrets that each of them needs. */
  readonly secrets: readonly string[];

  /** Whether hosts are reached over SSH, so that their keys must be known. */
  readonly remote: boolean;
}
