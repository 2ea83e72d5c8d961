import { isPlainObject } from '../plain-object';

/** A schema that may hold anything, as definitions in files do. */
export type RawSchema = Readonly<Record<string, unknown>>;

/** The schema with what its `allOf` adds to it. */
export function withAllOf(schema: RawSchema): RawSchema {
  const parts = schemasIn(schema, 'allOf');
  if (parts.length === 0) return schema;
  return parts.reduce<RawSchema>((whole, part) => merged(whole, withAllOf(part)), without(schema, 'allOf'));
}

/**
 * The schemas that a value can choose from, each with what all have in common; empty when `oneOf` and `anyOf` only say which fields go together.
 * Definitions that Kubernetes takes today may say no more than that there, those of before 1.22 have whole types there.
 */
export function alternativesOf(schema: RawSchema): readonly RawSchema[] {
  for (const keyword of ['oneOf', 'anyOf']) {
    const branches = schemasIn(schema, keyword).map(withAllOf);
    if (branches.length === 0 || !branches.some((branch) => addsStructure(schema, branch))) continue;
    const common = without(schema, keyword);
    return branches.map((branch) => merged(common, branch));
  }
  return [];
}

/** Values of `enum`, also of one that is spread over `anyOf` or `oneOf`; `undefined` when there are others. */
export function enumOf(schema: RawSchema): readonly unknown[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum'] as unknown[];
  for (const keyword of ['oneOf', 'anyOf']) {
    const values = schemasIn(schema, keyword).map((branch) => branch['enum']);
    if (values.length > 0 && values.every((value) => Array.isArray(value)))
      return (values as unknown[][]).flat();
  }
  return undefined;
}

/** What `oneOf` and `anyOf` say about fields that exclude or need each other, for the comment. */
export function choiceNote(schema: RawSchema): string | undefined {
  for (const [keyword, words] of [
    ['oneOf', 'Exactly one of'],
    ['anyOf', 'At least one of'],
  ] as const) {
    const fields = schemasIn(schema, keyword).map(({ required }) => asList(required));
    const single = fields.every((names) => names.length === 1 && typeof names[0] === 'string');
    if (fields.length > 1 && single)
      return `${words} ${fields.map(([name]) => `\`${String(name)}\``).join(', ')}.`;
  }
  return undefined;
}

/** Properties by name. */
export function propertiesOf(schema: RawSchema): readonly (readonly [string, unknown])[] {
  return isPlainObject(schema['properties']) ? Object.entries(schema['properties']) : [];
}

/** Names of the properties that have to be given: those with a default need not be. */
export function isRequired(schema: RawSchema, name: string, property: unknown): boolean {
  const { required } = schema;
  if (!Array.isArray(required) || !required.includes(name)) return false;
  return !isPlainObject(property) || property['default'] === undefined;
}

function schemasIn(schema: RawSchema, keyword: string): RawSchema[] {
  const content = schema[keyword];
  return Array.isArray(content) ? content.filter(isPlainObject) : [];
}

function without(schema: RawSchema, keyword: string): RawSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== keyword));
}

function addsStructure(base: RawSchema, branch: RawSchema): boolean {
  if (base['type'] === undefined && STRUCTURE.some((keyword) => branch[keyword] !== undefined)) return true;
  const own = new Set(propertiesOf(base).map(([name]) => name));
  return propertiesOf(branch).some(
    ([name, property]) => !own.has(name) && isPlainObject(property) && property['type'] !== undefined,
  );
}

/** What the first one says about a property holds: a structural schema has its types there, and the others only narrow them. */
function merged(base: RawSchema, branch: RawSchema): RawSchema {
  const own = asMap(base['properties']);
  const properties = { ...own, ...asMap(branch['properties']), ...own };
  const required = [...asList(base['required']), ...asList(branch['required'])];
  return {
    ...branch,
    ...base,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return isPlainObject(value) ? value : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

const STRUCTURE = ['type', 'properties', 'items', 'additionalProperties', 'enum', '$ref', 'oneOf', 'anyOf'];
