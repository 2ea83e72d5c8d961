/** A shell program that runs when all of it has arrived, and not at all when a connection was cut in the middle. */
export function wholeProgram(lines: readonly string[]): string {
  return ['whole_program() {', ...lines, '}', 'whole_program', ''].join('\n');
}
