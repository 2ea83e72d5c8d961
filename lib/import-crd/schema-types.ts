import { isPlainObject } from '../plain-object';
import { invalidCrd } from './crd';
import {
  alternativesOf,
  choiceNote,
  enumOf,
  isRequired,
  propertiesOf,
  withAllOf,
  type RawSchema,
} from './schema-shape';
import { jsDoc, listType, literalType, propertyKey, unionType } from './source-text';
import { pascalCase, type TypeNames } from './type-names';

/** Where the types of one version of a kind come from. */
export interface TypeOrigin {
  /** The whole schema of the version, which `$ref` points into. */
  readonly root: unknown;

  /** For messages. */
  readonly place: string;

  /** Whether descriptions become comments. */
  readonly docs: boolean;
}

/** Writes the types of a schema: an expression for each, and an interface for each object with properties. */
export class SchemaTypes {
  /** Interfaces, each before those it refers to. */
  readonly declarations: string[] = [];
  private readonly referenced = new Map<string, string>();

  constructor(
    private readonly names: TypeNames,
    private readonly origin: TypeOrigin,
  ) {}

  /** Type of a schema. @param name What an interface of it is called, if it becomes one. */
  typeOf(schema: unknown, name: string, depth = 0): string {
    if (!isPlainObject(schema)) return 'unknown';
    if (depth > DEEPEST)
      throw invalidCrd(
        `${this.origin.place}: its schema is nested more than ${DEEPEST} levels deep, at ${name.slice(0, 80)}…`,
        'leave it out',
      );
    const type = this.ownType(withAllOf(schema), name, depth);
    return schema['nullable'] === true ? unionType([type, 'null']) : type;
  }

  /** Members of an interface: a line with a comment for each property that is not left out. */
  members(schema: RawSchema, name: string, depth: number, leftOut: readonly string[] = []): string {
    return propertiesOf(schema)
      .filter(([key]) => !leftOut.includes(key))
      .map(([key, property]) => {
        const type = this.typeOf(property, `${name}${pascalCase(key)}`, depth + 1);
        const optional = isRequired(schema, key, property) ? '' : '?';
        return `${this.comment(property)}  readonly ${propertyKey(key)}${optional}: ${type};\n`;
      })
      .join('');
  }

  private ownType(schema: RawSchema, name: string, depth: number): string {
    const { type } = schema;
    if (typeof schema['$ref'] === 'string') return this.referencedType(schema['$ref'], name, depth);
    if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string')
      return 'number | string';
    const values = literals(schema);
    if (values !== undefined) return values;
    const alternatives = alternativesOf(schema);
    if (alternatives.length > 0) {
      return unionType(
        alternatives.map((each, index) => this.typeOf(each, `${name}Variant${index + 1}`, depth + 1)),
      );
    }
    if (Array.isArray(type) && type.length > 0)
      return unionType(type.map((each: unknown) => this.ownType({ ...schema, type: each }, name, depth)));
    if (SCALARS.has(type)) return SCALARS.get(type) as string;
    if (type === 'array') return listType(this.typeOf(schema['items'], `${name}Item`, depth + 1));
    const isObject =
      type === 'object' || propertiesOf(schema).length > 0 || isPlainObject(schema['additionalProperties']);
    return isObject ? this.objectType(schema, name, depth) : 'unknown';
  }

  private objectType(schema: RawSchema, name: string, depth: number): string {
    const others = schema['additionalProperties'];
    const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || others === true;
    const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
    if (propertiesOf(schema).length === 0 && !isEmbedded) {
      if (isPlainObject(others))
        return `Readonly<Record<string, ${this.typeOf(others, `${name}Value`, depth + 1)}>>`;
      return `Readonly<Record<string, ${isOpen ? 'unknown' : 'never'}>>`;
    }
    return this.declare(name, (own) => {
      const rest = isOpen || isPlainObject(others) ? '  readonly [key: string]: unknown;\n' : '';
      return `{\n${isEmbedded ? embedded(schema) : ''}${this.members(schema, own, depth)}${rest}}`;
    });
  }

  /** A schema that refers to itself becomes a type that does. */
  private referencedType(pointer: string, name: string, depth: number): string {
    const known = this.referenced.get(pointer);
    if (known !== undefined) return known;
    const target = targetOf(this.origin.root, pointer);
    if (!isPlainObject(target)) return 'unknown';
    const own = this.names.take(pascalCase(`${name}-${pointer.split('/').at(-1) ?? ''}`));
    this.referenced.set(pointer, own);
    const position = this.declarations.push('') - 1;
    const type = this.typeOf(target, `${own}Content`, depth + 1);
    // A type that is its own name and nothing else has no meaning.
    this.declarations[position] = `export type ${own} = ${type === own ? 'unknown' : type};\n`;
    return own;
  }

  private declare(wanted: string, body: (name: string) => string): string {
    const name = this.names.take(wanted);
    const position = this.declarations.push('') - 1;
    this.declarations[position] = `export interface ${name} ${body(name)}\n`;
    return name;
  }

  private comment(property: unknown): string {
    if (!this.origin.docs || !isPlainObject(property)) return '';
    const schema = withAllOf(property);
    const { description, default: value } = schema;
    return jsDoc(
      [
        typeof description === 'string' ? description : undefined,
        choiceNote(schema),
        value === undefined || !isJson(value) ? undefined : `@default ${JSON.stringify(value)}`,
      ],
      '  ',
    );
  }
}

/** Values that do not have the type of the schema can never be: some definitions list the items of a list as values of the list. */
function literals(schema: RawSchema): string | undefined {
  const { type } = schema;
  const values = enumOf(schema)?.filter(
    (value) => isJson(value) && (type === undefined || JSON_TYPES.get(type)?.(value) === true),
  );
  if (values === undefined || values.length === 0) return undefined;
  return unionType(values.map(literalType));
}

/** YAML has numbers that JSON has not, and with it the API server: infinity, and what is no number. */
function isJson(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isJson);
  return typeof value !== 'number' || Number.isFinite(value);
}

function embedded(schema: RawSchema): string {
  const own = new Set(propertiesOf(schema).map(([key]) => key));
  return ['apiVersion', 'kind']
    .filter((key) => !own.has(key))
    .map((key) => `  readonly ${key}: string;\n`)
    .concat(own.has('metadata') ? [] : ['  readonly metadata?: ApiObjectMetadata;\n'])
    .join('');
}

function targetOf(root: unknown, pointer: string): unknown {
  if (pointer !== '#' && !pointer.startsWith('#/')) return undefined;
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, step) => (isPlainObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
      root,
    );
}

const DEEPEST = 200;

const SCALARS: ReadonlyMap<unknown, string> = new Map([
  ['string', 'string'],
  ['integer', 'number'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['null', 'null'],
]);

const JSON_TYPES: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map([
  ['string', (value: unknown) => typeof value === 'string'],
  ['integer', (value: unknown) => Number.isInteger(value)],
  ['number', (value: unknown) => typeof value === 'number'],
  ['boolean', (value: unknown) => typeof value === 'boolean'],
  ['array', (value: unknown) => Array.isArray(value)],
  ['object', (value: unknown) => isPlainObject(value)],
]);
