import type { Origins } from '../../lib/origins';
import type { Synthesis } from '../../lib/synthesis/synthesis';

/** One side of a preview: every environment of the program as it is, or as it was. */
export interface Rendered {
  /** Full name of the commit; of a working tree the one that it began with. @default - not in a repository with commits */
  readonly commit?: string;

  /** What the user named, such as `origin/main`. @default - the working tree */
  readonly ref?: string;

  /** Whether the working tree has changes that are not committed. @default false */
  readonly dirty?: boolean;

  /** Why there is nothing to compare with, in words for a report: no control characters, no paths of this machine. @default - there is */
  readonly failed?: string;

  /** What a reader should know of how it came about, a sentence each. @default - nothing */
  readonly notes?: readonly string[];

  /** By name, in the order in which the program declares them; empty when the side failed. */
  readonly environments: ReadonlyMap<string, RenderedEnvironment>;
}

/** One environment of a side: what it comes to, or why it comes to nothing, in words for a report. */
export type RenderedEnvironment = RenderedSynthesis | { readonly failed: string };

/** An environment that could be synthesized. */
export interface RenderedSynthesis {
  readonly synthesis: Synthesis;
  readonly origins: Origins;
}
