/** Text of one document of a stream. */
export interface DocumentText {
  /** From its first line with content on: comments and directives before that are left out. */
  readonly text: string;

  /** Line of the stream that the text begins in, counted from 1. */
  readonly line: number;
}

/**
 * Cuts a stream of YAML at the lines that separate documents. A `---` at the beginning of a line ends a document wherever it stands, also in a block of
 * text, so no parser is needed. Directives such as `%YAML 1.1` change nothing that Kubernetes reads. Documents without content are left out.
 */
export function splitDocuments(stream: string): DocumentText[] {
  const documents: DocumentText[] = [];
  let line = 1;
  const add = (text: string): void => {
    const content = contentOf(text);
    if (content !== undefined) documents.push({ text: content.text, line: line + content.skipped });
    line += lineBreaks(text);
  };
  for (const text of cut(stream)) {
    const hasEnd = text.includes('\n...') || text.startsWith('...');
    for (const part of hasEnd ? text.split(END) : [text]) add(part);
  }
  return documents;
}

/** Each part but the first begins with its `---`. */
function* cut(stream: string): Generator<string> {
  let start = 0;
  for (let found = stream.indexOf('\n---'); found >= 0; found = stream.indexOf('\n---', found + 4)) {
    if (!isSeparator(stream, found + 1)) continue;
    yield stream.slice(start, found + 1);
    start = found + 1;
  }
  yield stream.slice(start);
}

function isSeparator(stream: string, at: number): boolean {
  return (
    stream.startsWith('---', at) && (at + 3 >= stream.length || ' \t\r\n'.includes(stream.charAt(at + 3)))
  );
}

/** The text from its first line that is neither empty, nor a comment, nor a directive. What stands in the line of the `---` loses its indent. */
function contentOf(text: string): { readonly text: string; readonly skipped: number } | undefined {
  let skipped = 0;
  for (let start = 0; start < text.length; skipped++) {
    const begin = start === 0 && isSeparator(text, 0) ? 3 : start;
    const end = text.indexOf('\n', begin);
    const next = end < 0 ? text.length : end + 1;
    if (hasContent(text, begin, next)) {
      const content = text.slice(begin);
      return { text: begin === start ? content : content.trimStart(), skipped };
    }
    start = next;
  }
  return undefined;
}

function hasContent(text: string, start: number, end: number): boolean {
  if (text[start] === '%') return false;
  for (let at = start; at < end; at++) {
    const character = text.charAt(at);
    if (!' \t\r\n\ufeff'.includes(character)) return character !== '#';
  }
  return false;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Ends a document without beginning one; the line break before it stays with the document. */
const END = /(?<=^|\n)\.\.\.(?=[ \t\r\n]|$)/;
