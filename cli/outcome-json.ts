import type { Violation } from '../lib/rules/violation';
import { failuresOf, hostsByRole, objectCount, type Outcome } from './outcome';
import { errorJson, type ErrorJson } from './report-error';

/** One environment as `--json` shows it. */
export interface OutcomeJson {
  readonly environment: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly hosts?: Readonly<Record<string, number>>;
  readonly objects?: number;
  readonly warnings?: readonly Violation[];
  readonly error?: ErrorJson;
}

/** What became of one environment, for machines. */
export function outcomeJson(outcome: Outcome): OutcomeJson {
  const { environment, milliseconds } = outcome;
  if ('error' in outcome) return { environment, ok: false, milliseconds, error: errorJson(outcome.error) };
  const { synthesis } = outcome;
  return {
    environment,
    ok: true,
    milliseconds,
    hosts: hostsByRole(synthesis),
    objects: objectCount(synthesis),
    warnings: synthesis.warnings,
  };
}

/** The failures of all environments as one error, where other commands have theirs; empty when there is none. */
export function failureJson(outcomes: readonly Outcome[]): { readonly error?: ErrorJson } {
  const errors = failuresOf(outcomes).map(({ error }) => errorJson(error));
  const [first] = errors;
  if (first === undefined) return {};
  const violations = errors.flatMap((error) => error.violations ?? []);
  return {
    error: {
      code: first.code,
      message: errors.map((error) => error.message).join('\n'),
      ...(violations.length > 0 && { violations }),
    },
  };
}
