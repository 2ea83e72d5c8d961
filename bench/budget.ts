/** One line of the result: a ratio, what it may be at most, and the figures it comes from. */
export interface Line {
  readonly what: string;
  readonly ratio: number;
  readonly atMost: number;
  readonly figures: string;
}

/** Prints a line and tells whether the budget is kept. */
export function report({ what, ratio, atMost, figures }: Line): boolean {
  const kept = ratio <= atMost;
  process.stdout.write(
    `${kept ? 'kept  ' : 'BROKEN'}  ${ratio.toFixed(3).padStart(7)} of at most ${atMost.toFixed(3)}  ${what}\n${' '.repeat(8)}${figures}\n`,
  );
  return kept;
}
