import type { RenderedEnvironment } from './rendered';

/** What a base comes to. */
export interface BuiltBase {
  /** @default - it could be synthesized, or some of its environments */
  readonly failed?: string;
  readonly notes: readonly string[];
  readonly environments: ReadonlyMap<string, RenderedEnvironment>;
}
