import { K3stackError } from '../errors';

/** A word after quotes are resolved, or an operator such as `|`, `;` or a newline. */
export interface ShellToken {
  readonly kind: 'word' | 'operator';

  readonly text: string;

  /** Names of variables in the word; they stand in `text` as `$NAME`, because nothing here knows their values. */
  readonly variables: readonly string[];
}

/**
 * Splits a command line as a POSIX shell does: quotes, escapes, comments and operators. Nothing is expanded.
 *
 * @throws K3stackError `UNREADABLE_COMMAND` for a command substitution, arithmetic, or a quote that is not closed.
 */
export function shellTokens(line: string): ShellToken[] {
  const tokens: ShellToken[] = [];
  let rest = line;
  while (rest !== '') {
    const skipped = match(rest, BETWEEN_WORDS);
    const operator = match(rest, OPERATOR);
    if (skipped !== undefined) {
      rest = rest.slice(skipped.length);
    } else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator, variables: [] });
      rest = rest.slice(operator.length);
    } else {
      const { token, length } = readWord(rest);
      tokens.push(token);
      rest = rest.slice(length);
    }
  }
  return tokens;
}

function readWord(line: string): { token: ShellToken; length: number } {
  let text = '';
  let at = 0;
  const variables: string[] = [];
  for (let part = nextPart(line); part !== undefined; part = nextPart(line.slice(at))) {
    text += part.text;
    variables.push(...part.variables);
    at += part.length;
  }
  return { token: { kind: 'word', text, variables }, length: at };
}

interface Part {
  readonly text: string;
  readonly variables: readonly string[];
  /** Characters of the line it took. */
  readonly length: number;
}

function nextPart(line: string): Part | undefined {
  if (line === '' || /^[\s|&;<>()]/.test(line)) return undefined;
  if (line.startsWith("'")) return singleQuoted(line);
  if (line.startsWith('"')) return doubleQuoted(line);
  if (line.startsWith('\\')) return escaped(line);
  if (/^[$`]/.test(line)) return variable(line);
  return literal(match(line, UNQUOTED) ?? '');
}

function singleQuoted(line: string): Part {
  const end = line.indexOf("'", 1);
  if (end < 0) throw unreadable("a ' is not closed");
  return { text: line.slice(1, end), variables: [], length: end + 1 };
}

function doubleQuoted(line: string): Part {
  let text = '';
  let at = 1;
  const variables: string[] = [];
  while (line[at] !== '"') {
    if (at >= line.length) throw unreadable('a " is not closed');
    const part = partInQuotes(line.slice(at));
    text += part.text;
    variables.push(...part.variables);
    at += part.length;
  }
  return { text, variables, length: at + 1 };
}

function partInQuotes(line: string): Part {
  if (/^\\[$`"\\\n]/.test(line)) return escaped(line);
  if (/^[$`]/.test(line)) return variable(line);
  return literal(line[0] ?? '');
}

function escaped(line: string): Part {
  const char = line[1] ?? '\\';
  return { text: char === '\n' ? '' : char, variables: [], length: Math.min(2, line.length) };
}

function variable(line: string): Part {
  if (line.startsWith('`') || line.startsWith('$(')) {
    throw unreadable('it runs another command in $(…) or `…`');
  }
  const [whole, plain, braced] = VARIABLE.exec(line) ?? [];
  const name = plain ?? braced;
  if (whole === undefined || name === undefined) {
    if (line.startsWith('${')) throw unreadable('it uses a ${…} with more than a name');
    return literal('$');
  }
  return { text: `$${name}`, variables: [name], length: whole.length };
}

function literal(text: string): Part {
  return { text, variables: [], length: text.length };
}

function match(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[0];
}

function unreadable(reason: string): K3stackError {
  return new K3stackError(
    'UNREADABLE_COMMAND',
    `cannot read the command line: ${reason}; write the values out`,
  );
}

/** Blanks, line continuations, and comments; a newline is an operator. */
const BETWEEN_WORDS = /^(?:[^\S\n]+|\\\n|#[^\n]*)/;
const OPERATOR = /^(?:\n|\|\||&&|;;|<<|>>|[|&;<>()])/;
const UNQUOTED = /^[^\s|&;<>()'"\\$`]+/;
const VARIABLE = /^\$(?:([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])|\{([A-Za-z_][A-Za-z0-9_]*)\})/;
