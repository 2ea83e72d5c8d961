import { withLateNames } from '../../../late';
import { printable } from '../../../rules/violation';

/** A user's text in single quotes, for a message: late values by their names, control characters as escapes, cut after 100 characters. */
export function quoted(text: string): string {
  const shown = withLateNames(text);
  const cut = shown.length > LONGEST ? `${shown.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…` : shown;
  return `'${printable(cut)}'`;
}

const LONGEST = 100;
