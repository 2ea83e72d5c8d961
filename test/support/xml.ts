/**
 * Reads XML strictly and returns its elements in document order.
 *
 * @throws Error for anything that is not well-formed: open or crossed elements, repeated attributes, bare `&`, `<` or `>`, characters XML
 * cannot hold.
 */
export function strictXml(
  text: string,
): { name: string; attributes: Record<string, string>; depth: number }[] {
  const elements: { name: string; attributes: Record<string, string>; depth: number }[] = [];
  const open: string[] = [];
  let rest = text.trimEnd();
  while (rest !== '') {
    const chunk = TAG.exec(rest)?.[0] ?? TEXT.exec(rest)?.[0];
    if (chunk === undefined || chunk === '')
      throw new Error(`not well-formed at ${JSON.stringify(rest.slice(0, 60))}`);
    rest = rest.slice(chunk.length);
    const [, closing, name = '', attributes = '', empty] = TAG.exec(chunk) ?? [];
    if (name === '') continue;
    if (elements.length > 0 && open.length === 0) throw new Error(`${name} stands beside the root`);
    if (closing && open.pop() !== name) throw new Error(`${name} is closed where it is not open`);
    if (closing) continue;
    elements.push({ name, attributes: attributesOf(attributes), depth: open.length });
    if (!empty) open.push(name);
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} never closed`);
  return elements;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/\s([\w:-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} is there twice`);
    found[name] = value;
  }
  return found;
}

const CHARACTER = '[^<>&"\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ud800-\\udfff\\ufffe\\uffff]';
const ENTITY = '&(?:#\\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos);';
const VALUE = `"(?:${CHARACTER}|${ENTITY})*"`;
const TAG = new RegExp(`^<(/)?([a-zA-Z][\\w:-]*)((?:\\s[\\w:-]+=${VALUE})*)\\s*(/)?>`, 'u');
const TEXT = new RegExp(`^(?:${CHARACTER}|"|${ENTITY})+`, 'u');
