import { InvalidProgramError } from '../../lib/rules/invalid-program';
import { formatViolation, type Violation } from '../../lib/rules/violation';
import { listed, ObjectAssertionError } from './assertion-error';

/** What a violation has to say: whole text, or what the text has to match. */
export interface ExpectedViolation {
  /** Id of the rule. */
  readonly rule?: string;

  /** Construct path. */
  readonly path?: string | RegExp;

  /** Property as the user wrote it. */
  readonly property?: string | RegExp;
  readonly problem?: string | RegExp;
  readonly fix?: string | RegExp;

  /** What it stops: `nothing` and `provision` are warnings. @default - anything */
  readonly blocks?: 'synth' | 'provision' | 'nothing';
}

/**
 * Asserts that a program is refused, or warned of, for the reason that is expected and not for another one.
 *
 * @param action Synthesizes the program: `() => synthesized(program, 'production')`.
 * @returns the violation.
 * @throws ObjectAssertionError with what was found instead. What is no violation, such as an error in the program itself, is thrown on.
 */
export function expectViolation(action: () => unknown, expected: ExpectedViolation): Violation {
  const found = violationsIn(action);
  const match = found.find((violation) => isExpected(violation, expected));
  if (match !== undefined) return match;
  const words = Object.entries(expected).map(([key, value]) => `${key} ${String(value)}`);
  const instead =
    found.length === 0 ? '; there was none at all' : `; got:${listed(found.map(formatViolation))}`;
  throw new ObjectAssertionError(`expected a violation with ${words.join(', ')}${instead}`);
}

function violationsIn(action: () => unknown): readonly Violation[] {
  try {
    const result = action() as { readonly warnings?: readonly Violation[] } | undefined;
    return result?.warnings ?? [];
  } catch (error) {
    if (error instanceof InvalidProgramError) return error.violations;
    throw error;
  }
}

function isExpected(violation: Violation, expected: ExpectedViolation): boolean {
  return Object.entries(expected).every(([key, wanted]: [string, string | RegExp | undefined]) => {
    const text = key === 'blocks' ? (violation.blocks ?? 'synth') : violation[key as keyof Violation];
    if (wanted === undefined) return true;
    return wanted instanceof RegExp ? text !== undefined && text.search(wanted) >= 0 : text === wanted;
  });
}
