import { K3stackError } from '../errors';
import { formatViolation, type Violation } from './violation';

/** Everything in one environment that stops its synthesis, in one error. */
export class InvalidProgramError extends K3stackError {
  override readonly name = 'InvalidProgramError';

  /** @param violations At least one. */
  constructor(
    readonly environment: string,
    readonly violations: readonly Violation[],
  ) {
    const count = violations.length === 1 ? '1 problem' : `${violations.length} problems`;
    super(
      'INVALID_PROGRAM',
      `${environment}: ${count}\n${violations.map((v) => `  ${formatViolation(v)}`).join('\n')}`,
    );
  }
}
