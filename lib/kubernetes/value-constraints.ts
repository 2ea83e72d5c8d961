import { describe } from './finding';
import type { Schema } from './schema';

/** Why a value that has the right type is still refused. */
export interface ValueProblem {
  readonly problem: string;
  readonly fix: string;
}

/** The first constraint of the schema that the value breaks; what lies inside lists and objects is not looked at. */
export function valueProblem(value: unknown, schema: Schema, custom: boolean): ValueProblem | undefined {
  const broken = enumProblem(value, schema, custom);
  if (broken !== undefined || !custom) return broken;
  if (typeof value === 'string') return stringProblem(value, schema) ?? combinationProblem(value, schema);
  if (typeof value === 'number') return numberProblem(value, schema) ?? combinationProblem(value, schema);
  return sizeProblem(value, schema) ?? combinationProblem(value, schema);
}

/** Built-in kinds take the empty string for "not set". */
function enumProblem(value: unknown, schema: Schema, custom: boolean): ValueProblem | undefined {
  if (schema.enum === undefined || schema.enum.length === 0 || (!custom && value === '')) return undefined;
  const text = JSON.stringify(value);
  if (schema.enum.some((allowed) => allowed === value || JSON.stringify(allowed) === text)) return undefined;
  const near =
    typeof value === 'string' ? schema.enum.find((allowed) => sameWord(allowed, value)) : undefined;
  const fix =
    near === undefined ? `write one of ${schema.enum.map(describe).join(', ')}` : `write ${describe(near)}`;
  return { problem: 'is not an allowed value', fix };
}

function sameWord(allowed: unknown, value: string): boolean {
  return typeof allowed === 'string' && allowed.toLowerCase() === value.toLowerCase();
}

function stringProblem(value: string, { minLength, maxLength, pattern }: Schema): ValueProblem | undefined {
  const length = [...value].length;
  if (minLength !== undefined && length < minLength)
    return limit('is too short', `at least ${minLength} characters`);
  if (maxLength !== undefined && length > maxLength)
    return limit('is too long', `at most ${maxLength} characters`);
  if (pattern === undefined || length > LONGEST_FOR_PATTERN || (compiled(pattern)?.test(value) ?? true))
    return undefined;
  return { problem: 'does not have the right form', fix: `write a string that matches ${pattern}` };
}

function numberProblem(value: number, schema: Schema): ValueProblem | undefined {
  const { minimum, maximum, multipleOf } = schema;
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    return limit('is too small', schema.exclusiveMinimum ? `more than ${minimum}` : `at least ${minimum}`);
  }
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    return limit('is too large', schema.exclusiveMaximum ? `less than ${maximum}` : `at most ${maximum}`);
  }
  const multiple = multipleOf === undefined || !Number.isInteger(multipleOf) || value % multipleOf === 0;
  return multiple ? undefined : limit('is not allowed', `a multiple of ${multipleOf}`);
}

function sizeProblem(value: unknown, schema: Schema): ValueProblem | undefined {
  const isList = Array.isArray(value);
  if (!isList && (typeof value !== 'object' || value === null)) return undefined;
  const [least, most] = isList
    ? [schema.minItems, schema.maxItems]
    : [schema.minProperties, schema.maxProperties];
  const size = Object.values(value).filter(
    (child) => isList || (child !== null && child !== undefined),
  ).length;
  const unit = isList ? 'items' : 'fields';
  if (least !== undefined && size < least) return limit(`has too few ${unit}`, `at least ${least} ${unit}`);
  if (most !== undefined && size > most) return limit(`has too many ${unit}`, `at most ${most} ${unit}`);
  return undefined;
}

function combinationProblem(value: unknown, schema: Schema): ValueProblem | undefined {
  const { allOf, anyOf, oneOf, not } = schema;
  const fits = (other: Schema): boolean => matches(value, other);
  if (allOf?.some((other) => !fits(other))) return form('all of the forms its schema asks for');
  if (anyOf?.length && !anyOf.some(fits)) return form('one of the forms in its schema');
  if (oneOf?.length && oneOf.filter(fits).length !== 1) return form('exactly one of the forms in its schema');
  return not !== undefined && fits(not) ? form('another form: its schema rules this one out') : undefined;
}

/** Whether a value fits a schema inside `allOf`, `anyOf`, `oneOf` or `not`; nulls are as good as absent. */
function matches(value: unknown, schema: Schema): boolean {
  if (!hasType(value, schema.type) || valueProblem(value, schema, true) !== undefined) return false;
  if (Array.isArray(value)) return value.every((item) => matches(item, schema.items ?? {}));
  if (typeof value !== 'object' || value === null) return true;
  const fields = new Map<string, unknown>(
    Object.entries(value).filter(([, child]) => child !== null && child !== undefined),
  );
  if (schema.required?.some((key) => !fields.has(key))) return false;
  return [...fields].every(([key, child]) => {
    const { properties, additionalProperties } = schema;
    const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    return matches(child, own ?? (typeof additionalProperties === 'object' ? additionalProperties : {}));
  });
}

function hasType(value: unknown, type: Schema['type']): boolean {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function limit(problem: string, allowed: string): ValueProblem {
  return { problem, fix: `write ${allowed}` };
}

function form(expected: string): ValueProblem {
  return { problem: 'does not have the right form', fix: `give it ${expected}` };
}

/** A pattern is written for Go; where JavaScript would read it differently or not at all, nothing is said. */
function compiled(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, compile(pattern));
  return patterns.get(pattern);
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u'); // refuses what only Go understands, such as (?i), \z or [[:alpha:]]
  } catch {
    return undefined;
  }
}

const patterns = new Map<string, RegExp | undefined>();

const LONGEST_FOR_PATTERN = 4096; // Go matches in linear time, JavaScript may not
