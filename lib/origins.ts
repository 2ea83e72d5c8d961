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
