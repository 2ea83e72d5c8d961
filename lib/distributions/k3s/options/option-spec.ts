/** When a changed value of an option reaches a running node. */
export type Applies =
  /** At once, without a restart. */
  | 'live'
  /** K3s applies it when the node registers; afterwards k3stack sets it through the API. */
  | 'registration'
  /** Read only while the node joins or the cluster is made; ignored afterwards. */
  | 'join-only'
  /** When the K3s service restarts; pods keep running. */
  | 'restart'
  /** When the K3s service restarts, and pods must be moved away first. */
  | 'drain-restart'
  /** Never: a different value means another node, or another cluster. */
  | 'immutable';

/** What a value looks like; decides its TypeScript type and how untyped input is checked. */
export type OptionType =
  | 'boolean'
  | 'integer'
  | 'string'
  /** One of `values`. */
  | 'enum'
  /** Absolute path on the host. */
  | 'path'
  | 'ip'
  | 'cidr'
  /** Go duration above zero, such as `5m` or `1h30m`. */
  | 'duration'
  /** File mode in octal digits, such as `0640`. */
  | 'octal'
  /** Two ports, such as `30000-32767`. */
  | 'port-range'
  /** Arguments of another program, as a map from argument to value. */
  | 'args';

/** Everything the project knows about one K3s option. Types, files, rules, drift, previews and docs are made of this. */
export interface OptionSpec {
  /** What it does, one line. */
  readonly help: string;

  readonly type: OptionType;

  /** Which command knows it. */
  readonly role: 'server' | 'agent' | 'both';

  readonly applies: Applies;

  /** What K3s uses when the option is left out; text that starts with `- ` describes a value that is worked out. */
  readonly default?: string | number | boolean;

  /** Set for options that can be given several times: `comma` when K3s also splits one value at its commas. */
  readonly list?: 'repeat' | 'comma';

  /** Values of an `enum`. */
  readonly values?: readonly string[];

  /** Bounds of an `integer`, both included. */
  readonly range?: readonly [min: number, max: number];

  /** First release that has it, one for each minor that got it late; other minors below the last one named lack it. @default - all supported */
  readonly since?: readonly string[];

  /** Other names K3s accepts, in config.yaml too. */
  readonly aliases?: readonly string[];

  /** Environment variable that K3s reads it from. */
  readonly env?: string;

  /** `refused`: K3s refuses a server that joins with another value; `documented`: its manual says so, nothing checks. */
  readonly mustMatch?: 'refused' | 'documented';

  /** Holds a credential, so it is never a key of config.yaml. */
  readonly secret?: true;

  /** k3stack sets it; says what to write instead. */
  readonly managed?: string;

  /** Not listed by `k3s server --help`. */
  readonly hidden?: true;

  /** Called experimental by K3s. */
  readonly experimental?: true;

  /** What to write instead of it. */
  readonly deprecated?: string;

  /** What an `immutable` option belongs to: a changed value needs another node, or another cluster. @default 'cluster' */
  readonly immutableFor?: 'node' | 'cluster';

  /** Arguments inside an `args` option after whose change pods must be moved away before the restart. */
  readonly drainArgs?: readonly string[];

  /** Why it applies as it does, or what surprises about it, where that is not obvious. */
  readonly why?: string;
}
