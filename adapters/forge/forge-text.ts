/**
 * Text of a stranger as one line: without control characters, line ends, and marks that turn the direction of writing or cannot be seen.
 *
 * @param limit Characters at most; what is longer ends with `…`.
 */
export function plainLine(text: string, limit: number): string {
  const line = text.replace(UNSEEN, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/**
 * Text of a stranger as code in a line of Markdown: nothing in it is a tag, a comment, a link or a mention, and it does not end the code.
 *
 * @param limit Characters at most; what is longer ends with `…`.
 */
export function codeSpan(text: string, limit: number): string {
  const line = plainLine(text, limit) || ' ';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** Control and format characters, separators of lines, and lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
