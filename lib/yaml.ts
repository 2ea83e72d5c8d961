/** Plain data: what JSON can hold; `undefined` members are left out. */
export type Plain =
  string | number | boolean | null | undefined | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * YAML text of plain data, one document each, separated by `---`. Keys keep their order, so the same data gives the same bytes. Strings
 * that a YAML 1.1 or 1.2 parser could take for something else are quoted; text of several lines becomes a literal block.
 *
 * It emits only, and only plain data: `docs/decisions/0001-own-yaml-emitter.md` says why it is not a library.
 *
 * @throws TypeError for values that are not plain data.
 */
export function toYaml(...documents: readonly unknown[]): string {
  return documents.map((document) => `${yamlNode(document, '').replace(/^ |^\n/, '')}\n`).join('---\n');
}

/** A string as a YAML scalar on one line, quoted where it has to be. */
export function yamlScalar(text: string): string {
  return PLAIN.test(text) && !AMBIGUOUS.test(text) ? text : quoteYaml(text);
}

/** Text that follows a key or a dash: begins with a space when it is on the same line, else with a line break. */
function yamlNode(value: unknown, indent: string): string {
  switch (typeof value) {
    case 'string':
      return value.includes('\n') ? multiline(value, indent) : ` ${yamlScalar(value)}`;
    case 'boolean':
      return ` ${value}`;
    case 'number':
      if (Number.isFinite(value)) return ` ${value}`;
      break;
    case 'object':
      if (value === null) return ' null';
      return Array.isArray(value) ? sequence(value, indent) : mapping(value, indent);
    default:
      break;
  }
  throw new TypeError(`cannot write ${typeof value} ${String(value)} as YAML`);
}

function mapping(value: object, indent: string): string {
  let text = '';
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) text += `\n${indent}${yamlScalar(key)}:${yamlNode(member, `${indent}  `)}`;
  }
  return text === '' ? ' {}' : text;
}

function sequence(items: readonly unknown[], indent: string): string {
  if (items.length === 0) return ' []';
  let text = '';
  for (const item of items) {
    const node = yamlNode(item ?? null, `${indent}  `);
    // A nested collection starts on the line of its dash: the break and the indent of its first line become one space.
    text += `\n${indent}-${node.startsWith('\n') ? ` ${node.slice(indent.length + 3)}` : node}`;
  }
  return text;
}

function multiline(text: string, indent: string): string {
  if (NOT_FOR_BLOCK.test(text)) return ` ${quoteYaml(text)}`;
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent || '  '}${line}`));
  return ` |${text.endsWith('\n') ? '' : '-'}\n${lines.join('\n')}`;
}

/** Text in double quotes: JSON's escapes are YAML's too, but YAML takes more characters for line breaks than JSON does. */
export function quoteYaml(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Starts with a letter or `/`, and holds nothing that means something to YAML. */
const PLAIN = /^[A-Za-z/](?:[\w./@+=-]|:(?=[\w./@+=-]))*$/;

/** Words that YAML 1.1 reads as a boolean or null, or that some of its parsers read as a number. */
const AMBIGUOUS = /^(?:y|n|yes|no|on|off|true|false|null|e[-+]?\d+)$/i;

/**
 * Text that a literal block would not keep exactly: begins with a space or a line break, ends with several breaks, or holds a character that
 * is not printable or that YAML takes for a line break.
 */
const NOT_FOR_BLOCK =
  /^[ \t\n]|\n\n$|[^\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
