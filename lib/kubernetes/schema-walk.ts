import { nearest } from '../nearest';
import { describe, describeType, fieldPath, type Finding, type FindingRule } from './finding';
import { fitsInteger, isBase64, isDateTime, isQuantity } from './scalar-formats';
import type { Schema } from './schema';
import { valueProblem } from './value-constraints';

/** How a value is walked. */
export interface WalkOptions {
  /** The schema that stands for this one: its definition when it is a reference. */
  readonly resolve: (schema: Schema) => Schema;

  /** Whether the schema is one of a CustomResourceDefinition, which is enforced word for word. */
  readonly custom: boolean;

  /** Whether the API server drops `status` from an object that is created, whatever it lacks. */
  readonly statusSubresource: boolean;

  /** Whether findings must not show values. */
  readonly secret: boolean;

  /** Schema of `metadata` where a custom resource holds a whole object. */
  readonly metadata: Schema;
}

/**
 * Walks a value beside its schema and lists what the API server would refuse. Nulls are as good as absent, as they are to the API
 * server, except in lists of custom resources.
 */
export function walkSchema(value: unknown, schema: Schema, options: WalkOptions): Finding[] {
  const walk = new SchemaWalk(options);
  walk.value(value, schema);
  return walk.findings;
}

class SchemaWalk {
  readonly findings: Finding[] = [];
  private readonly path: (string | number)[] = [];

  constructor(private readonly options: WalkOptions) {}

  value(value: unknown, reference: Schema): void {
    const schema = this.options.resolve(reference);
    if (schema['x-kubernetes-int-or-string']) {
      if (!isIntOrString(value, this.options.custom)) {
        this.wrongType(value, 'an integer or a string');
        return;
      }
    } else if (!this.typed(value, schema)) {
      return;
    }
    const broken = valueProblem(value, schema, this.options.custom);
    if (broken !== undefined && !this.dropped()) this.invalid(value, broken.problem, broken.fix);
  }

  /** Whether the value has the type of the schema, so that the rest of the schema can be asked. */
  private typed(value: unknown, schema: Schema): boolean {
    switch (schema.type) {
      case 'object':
        if (!isRecord(value)) return this.wrongType(value, 'an object');
        this.object(value, schema);
        return true;
      case 'array':
        if (!Array.isArray(value)) return this.wrongType(value, 'a list');
        this.list(value, schema.items);
        return true;
      case 'string':
        return this.string(value, schema.format);
      case 'integer':
        return this.integer(value, schema.format);
      case 'number':
        return typeof value === 'number' && Number.isFinite(value) ? true : this.wrongType(value, 'a number');
      case 'boolean':
        return typeof value === 'boolean' ? true : this.wrongType(value, 'true or false');
      default:
        if (isRecord(value) && schema.properties !== undefined) this.object(value, schema);
        return true;
    }
  }

  private object(value: Readonly<Record<string, unknown>>, schema: Schema): void {
    const { properties, additionalProperties, required } = schema;
    const embedded = schema['x-kubernetes-embedded-resource'] ?? false;
    for (const key of Object.keys(value)) {
      const child = value[key];
      if (child === undefined) continue;
      const childSchema = this.property(key, properties, embedded);
      this.path.push(key);
      if (childSchema !== undefined) this.child(child, childSchema);
      else if (typeof additionalProperties === 'object') this.child(child, additionalProperties);
      else if (!this.open(schema)) this.unknownField(key, child, Object.keys(properties ?? {}));
      this.path.pop();
    }
    if (required !== undefined) this.required(value, required, schema);
  }

  /** A null is dropped by the API server before anything else is asked. */
  private child(value: unknown, schema: Schema): void {
    if (value !== null) this.value(value, schema);
  }

  private property(key: string, properties: Schema['properties'], embedded: boolean): Schema | undefined {
    if (embedded && key === 'metadata') return this.options.metadata;
    if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
    return embedded && (key === 'apiVersion' || key === 'kind') ? { type: 'string' } : undefined;
  }

  /** Whether fields that the schema does not name are kept. */
  private open(schema: Schema): boolean {
    if (schema['x-kubernetes-preserve-unknown-fields'] || schema.additionalProperties === true) return true;
    return !this.options.custom && schema.properties === undefined;
  }

  private required(
    value: Readonly<Record<string, unknown>>,
    required: readonly string[],
    schema: Schema,
  ): void {
    for (const key of required) {
      const property =
        schema.properties !== undefined && Object.hasOwn(schema.properties, key)
          ? schema.properties[key]
          : undefined;
      const child = Object.hasOwn(value, key) ? value[key] : undefined;
      const present = child !== undefined && (child !== null || property?.nullable === true);
      if (present || property?.default !== undefined || this.dropped()) continue;
      this.path.push(key);
      this.report(
        'missing-field',
        `is required, got ${child === null ? 'null' : 'nothing'}`,
        `write ${this.expected(property)}`,
      );
      this.path.pop();
    }
  }

  private list(values: readonly unknown[], items: Schema | undefined): void {
    if (items === undefined) return;
    values.forEach((value, index) => {
      this.path.push(index);
      if (value === null || value === undefined) this.emptyItem(items);
      else this.value(value, items);
      this.path.pop();
    });
  }

  /** In lists of built-in kinds a null is read as the empty value of its type. */
  private emptyItem(items: Schema): void {
    if (items.nullable) return;
    if (this.options.custom) this.wrongType(null, this.expected(items));
    else if (this.options.resolve(items).type === 'object') this.value({}, items);
  }

  private string(value: unknown, format: string | undefined): boolean {
    if (!this.options.custom && format === 'quantity') {
      if (typeof value !== 'string' && typeof value !== 'number') return this.wrongType(value, 'a quantity');
      return (
        isQuantity(value) ||
        this.invalid(value, 'is not a quantity', `write such as '500m', '1.5' or '512Mi'`)
      );
    }
    if (typeof value !== 'string') return this.wrongType(value, 'a string');
    if (this.options.custom) return true;
    if (format === 'date-time' && !isDateTime(value)) {
      return this.invalid(value, 'is not a time', `write it as '2006-01-02T15:04:05Z'`);
    }
    if (format === 'byte' && !isBase64(value)) return this.invalid(value, 'is not base64', 'encode it');
    return true;
  }

  private integer(value: unknown, format: string | undefined): boolean {
    if (typeof value !== 'number' || !Number.isInteger(value)) return this.wrongType(value, 'an integer');
    if (this.options.custom || fitsInteger(value, format)) return true;
    return this.invalid(value, `does not fit ${format ?? 'an integer'}`, 'write a smaller number');
  }

  private unknownField(key: string, value: unknown, fields: readonly string[]): void {
    const meant = nearest(key, fields);
    const named = fields.length > 12 ? `${fields.slice(0, 12).join(', ')} …` : fields.join(', ');
    const others = fields.length === 0 ? 'leave it out' : `leave it out, or write one of ${named}`;
    this.report(
      'unknown-field',
      `is not a known field, got ${this.show(value)}`,
      meant === undefined ? others : `write '${meant}'`,
    );
  }

  private wrongType(value: unknown, expected: string): false {
    this.report(
      'wrong-type',
      `must be ${expected}, got ${this.show(value)}`,
      `write ${this.converted(value, expected)}`,
    );
    return false;
  }

  private invalid(value: unknown, problem: string, fix: string): false {
    this.report('invalid-value', `${problem}, got ${this.show(value)}`, fix);
    return false;
  }

  /** The value as the expected type, where it has an obvious one. */
  private converted(value: unknown, expected: string): string {
    if (this.options.secret) return expected;
    const scalar = typeof value === 'number' || typeof value === 'boolean';
    if (expected === 'a string' && scalar) return `'${String(value)}', in quotes`;
    if (typeof value !== 'string') return expected;
    const meant = UNQUOTED[expected]?.test(value) ?? false;
    return meant ? `${value}, without quotes` : expected;
  }

  private expected(schema: Schema | undefined): string {
    const resolved: Schema = schema === undefined ? {} : this.options.resolve(schema);
    const { type, format } = resolved;
    if (resolved.enum !== undefined) return `one of ${resolved.enum.map(describe).join(', ')}`;
    if (resolved['x-kubernetes-int-or-string']) return 'an integer or a string';
    return format === 'quantity' ? 'a quantity' : type === undefined ? 'a value' : TYPE_NAMES[type];
  }

  /** Whether the path lies in a `status` that the API server decodes and then drops, also that of a claim template. */
  private dropped(): boolean {
    const { custom, statusSubresource } = this.options;
    return custom ? statusSubresource && this.path[0] === 'status' : this.path.includes('status');
  }

  private show(value: unknown): string {
    return this.options.secret ? describeType(value) : describe(value);
  }

  private report(rule: FindingRule, problem: string, fix: string): void {
    this.findings.push({ field: fieldPath(this.path), rule, problem, fix });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntOrString(value: unknown, custom: boolean): boolean {
  if (typeof value !== 'number') return typeof value === 'string';
  return Number.isInteger(value) && fitsInteger(value, custom ? 'int64' : 'int32');
}

const TYPE_NAMES: Readonly<Record<NonNullable<Schema['type']>, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
};

// Strings that lack nothing but the right type.
const UNQUOTED: Readonly<Record<string, RegExp | undefined>> = {
  'an integer': /^-?\d+$/,
  'a number': /^-?\d+(?:\.\d+)?$/,
  'true or false': /^(?:true|false)$/,
};
