import { printable } from '../lib/rules/violation';

/** Text of several lines for a terminal, of which nothing can steer it. A tab is a space, so that what points at a column still does. */
export function printableLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', ' ')))
    .join('\n');
}
