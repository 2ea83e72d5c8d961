import { K3stackError } from '../lib/errors';
import { nearest } from '../lib/nearest';
import { Environment } from './environment';

/** Marks the value across copies of this package. */
const ENVIRONMENTS_MARK = Symbol.for('k3stack.Environments');

/** The environments of a program, each built on demand and afresh. Made by {@link environments}. */
export class Environments {
  readonly [ENVIRONMENTS_MARK] = true;

  /** @internal use {@link environments} */
  constructor(
    readonly names: readonly string[],
    private readonly define: (env: Environment) => unknown,
  ) {}

  /** @throws K3stackError `UNKNOWN_ENVIRONMENT` for a name that the program does not declare. */
  assertDeclared(name: string): void {
    if (this.names.includes(name)) return;
    const near = nearest(name, this.names);
    throw new K3stackError(
      'UNKNOWN_ENVIRONMENT',
      `the program has no environment ${JSON.stringify(name)}; ` +
        (near === undefined ? `write one of ${this.names.join(', ')}` : `did you mean '${near}'?`),
    );
  }

  /**
   * The construct tree of one environment.
   *
   * @throws K3stackError `UNKNOWN_ENVIRONMENT` for a name that the program does not declare.
   */
  build(name: string): Environment {
    this.assertDeclared(name);
    const environment = new Environment(name, this);
    const result = this.define(environment);
    if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function')
      throw asynchronous(name, result as PromiseLike<unknown>);
    return environment;
  }

  /** Whether a value is what {@link environments} returns, also when another copy of this package made it. */
  static is(value: unknown): value is Environments {
    return typeof value === 'object' && value !== null && ENVIRONMENTS_MARK in value;
  }
}

/**
 * Declares the environments of a program.
 *
 * @param settings What differs, by the name of the environment: lower case letters, digits and `-`. May come from data.
 * @param define Builds one environment: called with its settings, once for each that is asked for.
 * @throws K3stackError `INVALID_ENVIRONMENT_NAME`, `NO_ENVIRONMENTS`, `NO_DEFINITION`.
 */
export function environments<Settings>(
  settings: Readonly<Record<string, Settings>>,
  define: (env: Environment, settings: Settings) => void,
): Environments {
  const names = typeof settings === 'object' && settings !== null ? Object.keys(settings) : [];
  if (names.length === 0)
    throw new K3stackError(
      'NO_ENVIRONMENTS',
      'environments({}) declares none; write environments({ production: {} }, …)',
    );
  if (typeof define !== 'function') {
    throw new K3stackError(
      'NO_DEFINITION',
      `environments(settings, define) got ${typeof define} for define; write a function: (env, settings) => { … }`,
    );
  }
  for (const name of names) {
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
      throw new K3stackError(
        'INVALID_ENVIRONMENT_NAME',
        `environment name must be lower case letters, digits and '-', at most 63, got ${JSON.stringify(name)}; ` +
          `write '${
            name
              .toLowerCase()
              .replace(/[^a-z0-9]+/g, '-')
              .replace(/^-+|-+$/g, '') || 'production'
          }'`,
      );
    }
  }
  return new Environments(names, (env) => define(env, settings[env.name] as Settings));
}

/** What an `async` function makes after its first `await` would be missing from the output. */
function asynchronous(name: string, result: PromiseLike<unknown>): K3stackError {
  result.then(undefined, () => undefined); // its own failure comes too late to be told
  return new K3stackError(
    'ASYNC_ENVIRONMENT',
    `the function that defines environment ${name} is asynchronous; load data before: ` +
      'const data = await load(); export default environments(settings, (env) => { … })',
  );
}
