/** What a script reports, as one line of JSON; more keys by step. */
export interface StepResult {
  readonly k3stack: 1;
  readonly step: string;
  readonly node: string;

  /** What the step did, one phrase each; empty when all was as it should be. */
  readonly did: readonly string[];
  readonly [key: string]: unknown;
}

/** The result in the standard output of a script; `undefined` when there is none. Whatever a login shell printed before is passed over. */
export function stepResultIn(stdout: string): StepResult | undefined {
  const line = stdout
    .split('\n')
    .reverse()
    .find((text) => text.startsWith('{"k3stack":1,'));
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line) as StepResult;
  } catch {
    return undefined;
  }
}
