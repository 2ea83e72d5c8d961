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

/** One line for a terminal: `[path] property: problem; fix (rule)`. */
export function formatViolation(v: Violation): string {
  return `[${v.path}] ${v.property}: ${v.problem}; ${v.fix} (${v.rule})`;
}
