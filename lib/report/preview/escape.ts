/**
 * A text with everything in it that cannot be seen, or that changes how its neighbours are seen, written as an escape: control and
 * bidirectional characters, characters of no width, line breaks, blanks other than the space.
 */
export function visible(text: string): string {
  return text.replace(
    UNSEEN,
    (character) => SHORT_ESCAPES[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** At most `limit` characters of a text, with a mark where it was cut. */
export function clipped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Text as code of Markdown: nothing in it is a link, a mention or markup, on GitHub and on Gitea. A `|` stands outside of the code, so that it
 * never ends the cell of a table.
 */
export function mdCode(text: string): string {
  if (text === '') return NOTHING;
  return inMarkdown(text)
    .split('|')
    .map((part) => (part === '' ? '' : codeSpan(part)))
    .join('&#124;');
}

/** Prose in Markdown on one line; a dash for none. What stands in backticks, and each word that a forge could make a link or a mention of, is code. */
export function mdInline(text: string): string {
  const pieces: { code: boolean; text: string }[] = [];
  const add = (code: boolean, piece: string) => {
    const last = pieces.at(-1);
    // Two codes side by side would join their backticks.
    if (last?.code === code) last.text += piece;
    else if (piece !== '') pieces.push({ code, text: piece });
  };
  inMarkdown(text.trim())
    .split(/`([^`]+)`/)
    .forEach((part, index) => {
      if (index % 2 === 1) add(true, part);
      else for (const word of part.split(/( +)/)) addWord(word, add);
    });
  const [first, ...rest] = pieces.map((piece) => (piece.code ? mdCode(piece.text) : entities(piece.text)));
  return first === undefined ? NOTHING : [notABlock(first), ...rest].join('');
}

/** A link of Markdown; the label alone where the address is none of the web. */
export function mdLink(label: string, url: string | undefined): string {
  const code = mdCode(label);
  if (url === undefined || !/^https?:\/\//.test(url)) return code;
  const address = url.replace(/[^A-Za-z0-9\-._~:/?#@!$&+,;=%]/gu, encoded).replaceAll('&', '&amp;');
  return `[${code}](${address})`;
}

/** Text as code inside of an HTML block, such as a `<summary>`. */
export function htmlCode(text: string): string {
  const escaped = visible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<code>${escaped}</code>`;
}

/** A fenced block. The fence is longer than any row of backticks in it. */
export function mdFence(language: string, lines: readonly string[]): string {
  const body = lines.map((line) => inMarkdown(line).trimEnd()).join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${fence}${language}\n${body}\n${fence}`;
}

/** A table of cells that are Markdown already. */
export function mdTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell || NOTHING).join(' | ')} |`;
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

/** A word that looks like a link becomes code, without the punctuation around it. */
function addWord(word: string, add: (code: boolean, piece: string) => void): void {
  const [, before = '', inner = '', after = ''] = /^([("']*)(.*?)([,;.:!?)"']*)$/.exec(word) ?? [];
  if (!LIKE_A_LINK.test(inner)) return add(false, word);
  add(false, before);
  add(true, inner);
  add(false, after);
}

/** No comment of HTML is in it, also not as code: forges and tools look for such comments in the text of a page. */
function inMarkdown(text: string): string {
  return visible(text).replaceAll('<!--', '<!\\u{2d}-');
}

function codeSpan(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const pad = /^[` ]|[` ]$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Entities mean a character, never markup, to every reader of Markdown; a backslash begins mathematics on Gitea. */
function entities(text: string): string {
  return text.replace(/[&<*_[\]~|`\\]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** No list, heading or rule begins with the text, wherever it stands. */
function notABlock(markdown: string): string {
  return markdown
    .replace(/^[-+=>]/, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/^(\d+)([.)])(?= |$)/, (_, digits: string, end: string) => `${digits}&#${end.charCodeAt(0)};`);
}

function encoded(character: string): string {
  // A lone half of a pair has no bytes of its own.
  return encodeURIComponent(/\p{Cs}/u.test(character) ? '\ufffd' : character).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const NOTHING = '–';

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Words that GitHub or Gitea makes a link, a mention or mathematics of, also after they have read the Markdown: `@name`, `#12`, `!12`, `GH-12`, `ABC-12`,
 * hashes of commits, addresses, `[[page]]`, `$x$` (code.gitea.io/gitea@v1.27.3:modules/markup/html.go, modules/references/references.go).
 */
const LIKE_A_LINK = /[@#$[\]]|:\S|www\.|![0-9]|[0-9a-f]{7}|[a-z]-[0-9]/i;
