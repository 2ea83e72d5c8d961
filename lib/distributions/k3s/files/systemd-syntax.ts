import { K3stackError } from '../../../errors';

/**
 * A line of an `EnvironmentFile=`. Inside double quotes systemd knows a backslash only before `"`, `\`, `` ` `` and `$`, and expands
 * nothing (src/basic/env-file.c).
 *
 * @param name Of the variable: upper case letters, digits and `_`.
 * @throws K3stackError `INVALID_UNIT_TEXT` for control characters and text that is not valid Unicode.
 */
export function environmentLine(name: string, value: string): string {
  return `${name}="${plainText(value).replace(/["\\`$]/g, '\\$&')}"\n`;
}

/**
 * Text for a path or another setting of a unit outside a command line, where `%` begins a specifier.
 *
 * @throws K3stackError `INVALID_UNIT_TEXT` for control characters, text that is not valid Unicode, and a backslash at the end, which
 * would join the next line.
 */
export function unitText(value: string): string {
  const text = plainText(value).replaceAll('%', '%%');
  if (text.endsWith('\\') || text !== text.trim()) throw unfit(value);
  return text;
}

/**
 * Text as one argument of a command line of a unit, in double quotes, where `%` and `$` expand and a backslash escapes.
 *
 * @throws K3stackError `INVALID_UNIT_TEXT` for control characters and text that is not valid Unicode.
 */
export function unitWord(value: string): string {
  const text = plainText(value).replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./$%-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A line break would begin another setting, in a unit as in an environment file. */
function plainText(value: string): string {
  if (/[\p{Cc}\p{Surrogate}\u2028\u2029]/u.test(value)) throw unfit(value);
  return value;
}

function unfit(value: string): K3stackError {
  return new K3stackError(
    'INVALID_UNIT_TEXT',
    `text for systemd must be one line without control characters, spaces around it or a backslash at its end, got ${JSON.stringify(value)}`,
  );
}
