/** Exit codes of the command line. */
export const ExitCode = { ok: 0, failure: 1, changes: 2, blocked: 3 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * A problem the user can mend: printed without a stack trace, with a page in `docs/errors`.
 * Anything else that is thrown is a defect of this package and keeps its stack.
 */
export class K3stackError extends Error {
  override readonly name: string = 'K3stackError';

  /**
   * @param code Stable, upper case with underscores, such as `INVALID_PROGRAM`; also the name of the page in `docs/errors`.
   * @param message What is wrong, with the value that was got, and what to write instead.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: ExitCode = ExitCode.failure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
