/** What an engine did, or would do, with one resource. */
export interface Operation {
  readonly op: 'same' | 'create' | 'update' | 'delete' | 'replace';
  readonly urn: string;
  readonly type: string;
  readonly name: string;

  /** Inputs that differ, for `update` and `replace`. */
  readonly changed: readonly string[];

  /** Milliseconds since the epoch; of a preview both are when it was decided. */
  readonly start: number;
  readonly end: number;

  /** Why it failed. @default - it did not */
  readonly error?: string;
}

/** How a run ended. */
export interface StackResult {
  /** In the order in which they ended; those of resources that are nothing but parents, such as components, are left out. */
  readonly operations: readonly Operation[];

  /** What the program exported; only of runs that did not fail. */
  readonly outputs: Readonly<Record<string, unknown>>;

  /** Why it failed: all that went wrong, a line each. @default - it did not */
  readonly error?: string;

  /** It was ended by {@link RunControl}. */
  readonly killed: boolean;
}

/** How a run is disturbed. */
export interface RunControl {
  /** End the engine without a word after so many operations that were no `same`. @default - never */
  readonly killAfter?: number;

  /** End it so many milliseconds after the operation on the resource of that name began. @default - never */
  readonly killDuring?: { readonly name: string; readonly after: number };

  /** Names of resources to replace, as `--replace` does. @default - none */
  readonly replace?: readonly string[];
}

/** A stack with its state, whoever plays the engine. */
export interface LabStack {
  preview(): Promise<StackResult>;
  up(control?: RunControl): Promise<StackResult>;

  /** Deletes everything, in the reverse of the order in which it depends on each other; the program is not run. */
  destroy(control?: RunControl): Promise<StackResult>;

  /** The resources that the state has, by URN. */
  exportState(): Promise<readonly StateEntry[]>;

  /** Forgets the state, as if its file was lost. Nothing is deleted. */
  forget(): Promise<void>;
}

/** One resource in a state. */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;

  /** URNs. */
  readonly dependencies: readonly string[];
}

/** What a stack runs and is configured with. */
export interface StackDefinition {
  /** The program, as `index.ts` of a project has it; what it returns is exported. */
  readonly program: () => unknown;

  /** @default 'lab' */
  readonly project?: string;

  /** Selects the environment. */
  readonly stack: string;

  /** Full key to value, such as `k3stack:workloads`; keys without a colon are the project's. @default - none */
  readonly config?: Readonly<Record<string, string>>;

  /** The same, encrypted. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Full keys of a configuration. */
export function fullKeys(values: Readonly<Record<string, string>>, project: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.includes(':') ? key : `${project}:${key}`, value]),
  );
}

/** Milliseconds that nobody could have saved: the longest chain of operations that waited for each other. */
export function criticalPath(operations: readonly Operation[], state: readonly StateEntry[]): number {
  const dependencies = new Map(state.map((entry) => [entry.urn, entry.dependencies]));
  const done = new Map(operations.map((operation) => [operation.urn, operation]));
  const longest = new Map<string, number>();
  const upTo = (urn: string): number => {
    const known = longest.get(urn);
    if (known !== undefined) return known;
    const own = done.get(urn);
    const before = Math.max(0, ...(dependencies.get(urn) ?? []).map(upTo));
    const length = before + (own === undefined ? 0 : own.end - own.start);
    longest.set(urn, length);
    return length;
  };
  return Math.max(0, ...[...done.keys()].map(upTo));
}
