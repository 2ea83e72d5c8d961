/** What one resource did in an update. */
export interface Operation {
  /** Name of the resource: the id of its step. */
  readonly name: string;
  readonly kind: 'create' | 'update' | 'replace' | 'delete' | 'same';

  /** Milliseconds since the update began. */
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

/** What an update, a preview or a destroy did. */
export interface RunReport {
  /** In the order they began; only those that did or would do something. */
  readonly operations: readonly Operation[];

  /** Everything the engine printed. */
  readonly output: string;

  /** Seconds. */
  readonly seconds: number;
  readonly succeeded: boolean;
}

/** A Pulumi stack of the lab, on a real engine or without one. */
export interface LabStack {
  /** Such as `Pulumi v3.259.0`. */
  readonly engine: string;

  /** Resolves also when it fails: look at `succeeded`. */
  up(options?: UpOptions): Promise<RunReport>;
  preview(): Promise<RunReport>;
  destroy(): Promise<RunReport>;

  /** The stack's outputs; secrets in plain text. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;

  /** The state as it is stored, secrets encrypted. */
  exportState(): Promise<string>;

  /** Names of the resources in the state that are steps. */
  steps(): Promise<string[]>;

  /** Forgets the state, as when its file is lost. */
  loseState(): Promise<void>;

  /** Sets a value of the stack's configuration. */
  setConfig(key: string, value: string, secret?: boolean): Promise<void>;
  removeConfig(key: string): Promise<void>;

  /** Ends what is left of an engine that was killed. */
  dispose(): Promise<void>;
}

export interface UpOptions {
  /** Replaces the resources of these names. */
  readonly replace?: readonly string[];

  /** Kills the engine, as by SIGKILL, once this many operations have begun. */
  readonly killAfter?: number;

  /** Kills the engine this many milliseconds after the operation on the resource of that name has begun. */
  readonly killDuring?: { readonly name: string; readonly after: number };

  /** How many operations run at a time. Default: as many as can. */
  readonly parallel?: number;

  /** Told of each operation as it begins. */
  readonly onOperation?: (name: string) => void;
}
