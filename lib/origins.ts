/** Where in the program something was made. */
export interface Origin {
  /** Relative to the root of the repository, or of the program's folder where there is none, with `/` between its parts. */
  readonly file: string;

  /** From 1 on. */
  readonly line: number;

  /** From 1 on. */
  readonly column: number;
}

/** Origin of each construct by its path, such as `k3s/shop/web`; of those that have none nothing. */
export type Origins = ReadonlyMap<string, Origin>;

/** Identifies the shape of what `synth --origins` writes. */
export const ORIGINS_SCHEMA = 'k3stack.origins/v1';

/** What `synth --origins` writes: by environment, by construct path. */
export interface OriginsDocument {
  readonly schema: typeof ORIGINS_SCHEMA;
  readonly environments: Readonly<Record<string, Readonly<Record<string, Origin>>>>;
}

/** Origins of several environments as one document. */
export function originsDocument(environments: ReadonlyMap<string, Origins>): OriginsDocument {
  return {
    schema: ORIGINS_SCHEMA,
    environments: Object.fromEntries(
      [...environments].map(([name, origins]) => [name, Object.fromEntries(origins)]),
    ),
  };
}
