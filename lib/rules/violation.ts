/** One problem in a user's program: which rule, where, what was got, and what to write. */
export interface Violation {
  /** Id of the rule in the rule table, such as `cidr-overlap`. */
  readonly rule: string;

  /** Construct path of what the user wrote, such as `production/k3s/servers/alfa`. */
  readonly path: string;

  /** Property as the user wrote it, such as `network.clusterCidr`. */
  readonly property: string;

  /** What is wrong, naming the value that was got. */
  readonly problem: string;

  /** What to write instead. */
  readonly fix: string;

  /**
   * What the violation stops: `synth` writes nothing at all; `provision` is a warning at synth, and hosts are
   * refused (no host key yet, no checksum yet); `nothing` is a warning only.
   *
   * @default 'synth'
   */
  readonly blocks?: 'synth' | 'provision' | 'nothing';
}

/** One line for a terminal: `[path] property: problem; fix (rule)`. What a user wrote can neither break the line nor flood it. */
export function formatViolation(v: Violation): string {
  const [path, property, problem, fix] = [v.path, v.property, v.problem, v.fix].map(printable);
  return `[${path}] ${property}: ${problem}; ${fix} (${v.rule})`;
}

/** Text with control characters as escapes, cut in the middle when it is very long. */
export function printable(text: string): string {
  const short = text.length <= LONGEST ? text : `${text.slice(0, LONGEST / 2)} … ${text.slice(-LONGEST / 2)}`;
  return short.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const LONGEST = 600;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
