import { ExitCode, K3stackError } from '../../lib/errors';
import { formatViolation, type Violation } from '../../lib/rules/violation';

/** What stops hosts from being changed, of all of them at once. */
export class HostNotReadyError extends K3stackError {
  override readonly name = 'HostNotReadyError';

  /**
   * @param violations At least one.
   * @param others Names of hosts that would be ready.
   */
  constructor(
    readonly violations: readonly Violation[],
    others: readonly string[] = [],
  ) {
    const count = violations.length === 1 ? '1 problem' : `${violations.length} problems`;
    const rest = others.length === 0 ? '' : `\nnothing was changed on ${others.join(', ')} either`;
    super(
      'HOST_NOT_READY',
      `hosts are not ready, and nothing was changed on them: ${count}\n${violations.map((v) => `  ${formatViolation(v)}`).join('\n')}${rest}`,
      ExitCode.blocked,
    );
  }
}
