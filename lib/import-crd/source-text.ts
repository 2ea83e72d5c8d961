/** A string as TypeScript writes it, in single quotes. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)}'`;
}

/** A key of a type, quoted where it has to be. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** The type that has one value only: text, numbers, lists and maps. */
export function literalType(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `readonly [${value.map(literalType).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(
    ([key, member]) => `readonly ${propertyKey(key)}: ${literalType(member)}`,
  );
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`;
}

/** A union of types, each once; what is a union itself is taken apart. `unknown` swallows the others. */
export function unionType(types: readonly string[]): string {
  const unique = [...new Set(types)];
  return unique.includes('unknown') ? 'unknown' : unique.join(' | ');
}

/** A list of a type. */
export function listType(item: string): string {
  return /^[\w$]+$/.test(item) ? `readonly ${item}[]` : `readonly (${item})[]`;
}

/** Lines of a comment, indented; nothing for none. What is inside cannot end it. */
export function jsDoc(paragraphs: readonly (string | undefined)[], indent: string): string {
  const lines = paragraphs
    .filter((text) => text !== undefined && text.trim() !== '')
    .flatMap((text, index) => [...(index > 0 ? [''] : []), ...textLines(text as string)]);
  if (lines.length === 0) return '';
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function textLines(text: string): string[] {
  return text
    .trim()
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trimEnd());
}
