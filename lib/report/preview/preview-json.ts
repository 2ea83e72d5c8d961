import type { PreviewReport } from '../../diff/report';
import { isPlainObject } from '../../plain-object';
import type { JsonSchema } from '../../synthesis/json-schema';
import { previewSchema } from './preview-schema';

/** A preview as JSON, as its published schema has it: what is no part of that, such as pictures, is left out. Ends with a line feed. */
export function previewJson(report: PreviewReport): string {
  return `${JSON.stringify(ordered(report, previewSchema), undefined, 2)}\n`;
}

/** Keys in the order of the schema, and sorted where it names none. */
function ordered(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, schemaIn(schema, 'items')));
  if (!isPlainObject(value)) return value;
  const own = alternative(value, schema);
  const properties = own['properties'];
  const keys = isPlainObject(properties) ? Object.keys(properties) : Object.keys(value).sort();
  return Object.fromEntries(
    keys
      .filter((key) => value[key] !== undefined)
      .map((key) => [
        key,
        ordered(value[key], isPlainObject(properties) ? schemaIn(properties, key) : ANYTHING),
      ]),
  );
}

/** Of several shapes, the one that has each of the keys. */
function alternative(value: Readonly<Record<string, unknown>>, schema: JsonSchema): JsonSchema {
  const shapes = schema['oneOf'];
  if (!Array.isArray(shapes)) return schema;
  const fitting = (shapes as JsonSchema[]).find((one) => {
    const properties = schemaIn(one, 'properties');
    return Object.keys(value).every((key) => key in properties);
  });
  return fitting ?? ANYTHING;
}

function schemaIn(schema: Readonly<Record<string, unknown>>, key: string): JsonSchema {
  const inner = schema[key];
  return isPlainObject(inner) ? inner : ANYTHING;
}

const ANYTHING: JsonSchema = {};
