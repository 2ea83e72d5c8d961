/** A line of a shell script as the shell reads it: with what its quotes and its backslashes join to it. */
export interface ScriptLine {
  /** Of its first character, from 1. */
  readonly number: number;
  readonly text: string;

  /** The text that `<<EOF` hands to it. */
  readonly document?: HereDocument;
}

/** Text between `<<EOF` and `EOF`. */
export interface HereDocument {
  readonly body: string;

  /** Whether the shell replaces variables in it. */
  readonly expands: boolean;
}

/** Splits a script into its lines; comments stay. What the shell itself could not read is split at every line break. */
export function scriptLines(script: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  const text = script.replaceAll('\r\n', '\n');
  let at = 0;
  let number = 1;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end);
    const document = hereDocument(line, text, end + 1);
    lines.push({ number, text: line, ...(document && { document: document.content }) });
    const next = document?.end ?? end + 1;
    number += text.slice(at, next).split('\n').length - 1;
    at = next;
  }
  return lines.filter((line) => line.text.trim() !== '');
}

/** Where the line that begins at `start` ends, quotes and continuations counted in. */
function endOfLine(text: string, start: number): number {
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && quote !== "'") at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '\n') return at;
    else if (character === '#' && (at === start || /\s/.test(text[at - 1] as string)))
      return endOfPlainLine(text, at);
  }
  // A quote that nobody closes: no shell would get here.
  return quote === '' ? text.length : endOfPlainLine(text, start);
}

function endOfPlainLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

function hereDocument(
  line: string,
  text: string,
  start: number,
): { content: HereDocument; end: number } | undefined {
  const [, dash, quote, delimiter] =
    /(?<!<)<<(-?)\s*(['"\\]?)([A-Za-z_][\w.-]*)/.exec(line.replace(/(^|\s)#.*$/, '')) ?? [];
  if (delimiter === undefined) return undefined;
  const body: string[] = [];
  let at = start;
  while (at < text.length) {
    const end = endOfPlainLine(text, at);
    const raw = text.slice(at, end);
    const bodyLine = dash === '-' ? raw.replace(/^\t+/, '') : raw;
    at = end + 1;
    if (bodyLine === delimiter) break;
    body.push(`${bodyLine}\n`);
  }
  return { content: { body: body.join(''), expands: quote === '' }, end: at };
}
