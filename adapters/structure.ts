import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../lib/synthesis/json-schema';

/**
 * The first place where data is not built as a schema says: what is missing, or of another type. Properties that the schema does not know
 * are passed over, and so are limits on numbers and the form of texts, since nothing that reads the data stumbles over them.
 *
 * @param path Of the data, for the answer; empty for the whole.
 * @returns Such as `hosts[0].files must be a list, got null`; `undefined` when there is no such place.
 */
export function structureProblem(data: unknown, schema: JsonSchema, path = ''): string | undefined {
  const { type, const: only, enum: words, oneOf } = schema as Keywords;
  if (oneOf !== undefined) {
    const problems = oneOf.map((each) => structureProblem(data, each, path));
    return problems.includes(undefined) ? undefined : problems[0];
  }
  if (only !== undefined && !isDeepStrictEqual(data, only)) return problem(path, JSON.stringify(only), data);
  if (words !== undefined && !words.includes(data)) return problem(path, `one of ${words.join(', ')}`, data);
  if (type !== undefined && !isOfType(data, type)) return problem(path, NAMES[type], data);
  if (Array.isArray(data)) return inList(data, schema, path);
  return typeof data === 'object' && data !== null ? inMap(data, schema, path) : undefined;
}

function inList(data: readonly unknown[], { items }: Keywords, path: string): string | undefined {
  return items && first(data.keys(), (index) => structureProblem(data[index], items, `${path}[${index}]`));
}

function inMap(data: object, schema: Keywords, path: string): string | undefined {
  const { properties = {}, required = [], additionalProperties: others } = schema;
  const values = new Map<string, unknown>(Object.entries(data));
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const missing = required.find((key) => !values.has(key));
  if (missing !== undefined) return `${at(missing)} is missing`;
  return first(values.keys(), (key) => {
    const expected = Object.hasOwn(properties, key) ? properties[key] : others || undefined;
    return expected && structureProblem(values.get(key), expected, at(key));
  });
}

function first<Key>(keys: Iterable<Key>, check: (key: Key) => string | undefined): string | undefined {
  for (const key of keys) {
    const found = check(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOfType(data: unknown, type: TypeName): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(data);
    case 'object':
      return typeof data === 'object' && data !== null && !Array.isArray(data);
    case 'integer':
      return Number.isInteger(data);
    default:
      return typeof data === type;
  }
}

function problem(path: string, expected: string, data: unknown): string {
  const text = JSON.stringify(data) ?? 'nothing';
  return `${path === '' ? 'it' : path} must be ${expected}, got ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}

type TypeName = keyof typeof NAMES;

/** The keywords of JSON Schema that are looked at. */
interface Keywords {
  readonly type?: TypeName;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
}

const NAMES = {
  array: 'a list',
  object: 'a map',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
} as const;
