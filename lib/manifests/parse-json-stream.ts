/**
 * Values of JSON texts that follow each other, with or without space between, as `kubectl get -o json` prints several; `undefined` when the text is anything
 * else, or has numbers that a number cannot hold: it is YAML as well, which tells what is wrong where. A key that is given twice counts as its last one.
 */
export function parseJsonStream(text: string): unknown[] | undefined {
  if (LONG_NUMBER.test(text)) return undefined;
  const whole = parse(text);
  if (whole !== undefined) return [whole];
  const values: unknown[] = [];
  const last = text.trimEnd().length;
  for (let start = 0; start < last;) {
    const end = valueEnd(text, start);
    const value = parse(text.slice(start, end));
    if (value === undefined) return undefined;
    values.push(value);
    start = end;
  }
  return values;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where the value that begins at a position ends: where its brackets are closed. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  const token = new RegExp(TOKEN, 'g');
  token.lastIndex = start;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [mark] = found;
    if (mark === '"') token.lastIndex = textEnd(text, token.lastIndex);
    else if (mark === '{' || mark === '[') depth++;
    else if (--depth === 0) return token.lastIndex;
  }
  return text.length;
}

/** Behind the quote that ends a text. Not by a regular expression, which a text of some megabytes is too long for. */
function textEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** A bracket, or where a text begins. */
const TOKEN = /[{}[\]"]/;

const LONG_NUMBER = /[\d.]{16}|\d[eE][-+]?\d/;
