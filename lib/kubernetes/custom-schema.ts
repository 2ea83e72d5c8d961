import type { Schema } from './schema';

/**
 * Reads an `openAPIV3Schema` of a program's CustomResourceDefinition, which may hold anything: a keyword whose value has the wrong
 * type is left out (the definition gets a finding of its own), so that what is left can be walked.
 */
export function readSchema(value: unknown): Schema {
  if (!isRecord(value)) return { 'x-kubernetes-preserve-unknown-fields': true };
  return Object.fromEntries(
    Object.entries(value).flatMap(([keyword, content]) => {
      const read = Object.hasOwn(readers, keyword) ? readers[keyword]?.(content) : undefined;
      return read === undefined ? [] : [[keyword, read]];
    }),
  );
}

type Reader = (content: unknown) => unknown;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const schema: Reader = (content) => (isRecord(content) ? readSchema(content) : undefined);
const schemaOrBoolean: Reader = (content) => (typeof content === 'boolean' ? content : schema(content));
const schemas: Reader = (content) => (Array.isArray(content) ? content.map(readSchema) : undefined);
const properties: Reader = (content) =>
  isRecord(content)
    ? Object.fromEntries(Object.entries(content).map(([name, property]) => [name, readSchema(property)]))
    : undefined;
const list: Reader = (content) => (Array.isArray(content) ? content : undefined);
const strings: Reader = (content) =>
  Array.isArray(content) ? content.filter((item) => typeof item === 'string') : undefined;
const string: Reader = (content) => (typeof content === 'string' ? content : undefined);
const number: Reader = (content) => (typeof content === 'number' ? content : undefined);
const boolean: Reader = (content) => (typeof content === 'boolean' ? content : undefined);
const anything: Reader = (content) => content;

const readers: Readonly<Record<string, Reader>> = {
  type: string,
  format: string,
  properties,
  additionalProperties: schemaOrBoolean,
  items: schema,
  required: strings,
  enum: list,
  default: anything,
  nullable: boolean,
  pattern: string,
  minLength: number,
  maxLength: number,
  minimum: number,
  maximum: number,
  exclusiveMinimum: boolean,
  exclusiveMaximum: boolean,
  multipleOf: number,
  minItems: number,
  maxItems: number,
  minProperties: number,
  maxProperties: number,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: schema,
  'x-kubernetes-int-or-string': boolean,
  'x-kubernetes-preserve-unknown-fields': boolean,
  'x-kubernetes-embedded-resource': boolean,
  'x-kubernetes-list-type': string,
  'x-kubernetes-list-map-keys': strings,
  'x-kubernetes-map-type': string,
};
