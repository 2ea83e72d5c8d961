/**
 * What was asserted about objects does not hold. It says what was looked for and what is there, and works with any runner of tests: it is no
 * `AssertionError` of Node, which some of them print again in their own words.
 */
export class ObjectAssertionError extends Error {
  override readonly name = 'ObjectAssertionError';
}

/** Lines of a message, indented; of very many the first ones. */
export function listed(lines: readonly string[]): string {
  const shown = lines.slice(0, SHOWN).map((line) => `\n  ${line}`);
  const rest = lines.length - shown.length;
  return `${shown.join('')}${rest > 0 ? `\n  and ${rest} more` : ''}`;
}

const SHOWN = 30;
