/** A TypeScript expression as data: literals, lists, maps, calls. Members that are `undefined` are left out. */
export type Expression =
  | string
  | number
  | boolean
  | Name
  | Call
  | Noted
  | readonly Expression[]
  | { readonly [key: string]: Expression | undefined };

/** A map of expressions. */
export type Members = Readonly<Record<string, Expression | undefined>>;

/** A call such as `Datastore.sqlite()`. */
export class Call {
  /** @param callee Name, with dots; what stands before the first one is imported. */
  constructor(
    readonly callee: string,
    readonly args: readonly Expression[] = [],
  ) {}
}

/** A variable. */
export class Name {
  constructor(readonly name: string) {}
}

/** A value with a comment behind it; only as a member of a map. */
export class Noted {
  constructor(
    readonly value: Exclude<Expression, Noted>,
    readonly comment: string,
  ) {}
}

/** Longest line that is written without a break. */
export const LINE_WIDTH = 100;

/**
 * The text of an expression, laid out as prettier does with single quotes and lines of {@link LINE_WIDTH}.
 *
 * @param indent Blanks in front of the line the expression begins on.
 * @param column Where on that line it begins; what follows it on the line is counted as one character.
 */
export function printExpression(value: Expression, indent = '', column = indent.length): string {
  const oneLine = flat(value);
  if (oneLine !== undefined && column + oneLine.length + 1 <= LINE_WIDTH) return oneLine;
  return broken(value, indent) ?? oneLine ?? '';
}

/** Names that an expression calls, as they are imported. */
export function calledNames(value: Expression): Set<string> {
  if (value instanceof Noted) return calledNames(value.value);
  if (typeof value !== 'object' || value instanceof Name) return new Set();
  const parts = value instanceof Call ? value.args : Object.values(value);
  const own = value instanceof Call ? [value.callee.split('.')[0] ?? ''] : [];
  return new Set([...own, ...parts.flatMap((part) => (part === undefined ? [] : [...calledNames(part)]))]);
}

/** A string literal; in the quotes that need fewer escapes, single ones when both need as many. */
export function quoteString(text: string): string {
  const [singles, doubles] = [text.split("'").length, text.split('"').length];
  const quote = singles > doubles ? '"' : "'";
  const escaped = text
    .replace(/[\\\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu, escapeCharacter)
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

function escapeCharacter(character: string): string {
  const short = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  return (
    short ??
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('')
  );
}

/** On one line; `undefined` for what has to be broken. */
function flat(value: Expression): string | undefined {
  if (typeof value === 'string') return quoteString(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Noted) return undefined;
  if (value instanceof Name) return value.name;
  if (value instanceof Call) {
    const args = allFlat(value.args);
    return args && `${value.callee}(${args.join(', ')})`;
  }
  if (isList(value)) {
    const items = isTable(value) ? undefined : allFlat(value);
    return items && `[${items.join(', ')}]`;
  }
  const members = membersOf(value);
  const texts = allFlat(members.map(([, member]) => member));
  if (texts === undefined) return undefined;
  return members.length === 0
    ? '{}'
    : `{ ${members.map(([key], at) => `${printKey(key)}: ${texts[at]}`).join(', ')} }`;
}

function allFlat(values: readonly Expression[]): string[] | undefined {
  const texts = values.map(flat);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** On several lines; `undefined` for what cannot be broken. */
function broken(value: Expression, indent: string): string | undefined {
  if (typeof value !== 'object' || value instanceof Noted || value instanceof Name) return undefined;
  const inner = `${indent}  `;
  if (value instanceof Call) {
    const first = value.args.slice(0, -1).map((arg) => `${flat(arg)}, `);
    const last = value.args.at(-1);
    return last === undefined
      ? undefined
      : `${value.callee}(${first.join('')}${broken(last, indent) ?? flat(last)})`;
  }
  if (isList(value)) {
    if (value.length === 0) return undefined;
    return `[\n${value.map((item) => `${inner}${printExpression(item, inner)},\n`).join('')}${indent}]`;
  }
  const lines = membersOf(value).map(([key, member]) => `${inner}${printMember(key, member, inner)}\n`);
  return lines.length === 0 ? undefined : `{\n${lines.join('')}${indent}}`;
}

function printMember(key: string, member: Expression, indent: string): string {
  const name = `${printKey(key)}: `;
  const value = member instanceof Noted ? member.value : member;
  const comment = member instanceof Noted ? ` // ${commentText(member.comment)}` : '';
  const text = printExpression(value, indent, indent.length + name.length);
  // Long text goes to a line of its own, unless its key is so short that nothing would be won.
  const isTooLong = typeof value === 'string' && indent.length + name.length + text.length + 1 > LINE_WIDTH;
  const separator = isTooLong && name.length > 'abcd: '.length ? `\n${indent}  ` : '';
  return `${separator === '' ? name : name.trimEnd()}${separator}${text},${comment}`;
}

/** Text for a comment of one line. */
export function commentText(text: string): string {
  return text.replace(/[\p{Cc}\p{Surrogate}\u2028\u2029]+/gu, ' ').trim();
}

function printKey(key: string): string {
  if (key === '__proto__') return `['__proto__']`;
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : quoteString(key);
}

function membersOf(value: Members): [string, Expression][] {
  return Object.entries(value).filter((entry): entry is [string, Expression] => entry[1] !== undefined);
}

/** Prettier puts maps of several members in a list on lines of their own. */
function isTable(items: readonly Expression[]): boolean {
  return items.length > 1 && items.every((item) => isPlainMap(item) && membersOf(item).length > 1);
}

function isPlainMap(value: Expression): value is Members {
  return (
    typeof value === 'object' &&
    !isList(value) &&
    !(value instanceof Call) &&
    !(value instanceof Noted) &&
    !(value instanceof Name)
  );
}

function isList(value: Expression): value is readonly Expression[] {
  return Array.isArray(value);
}
