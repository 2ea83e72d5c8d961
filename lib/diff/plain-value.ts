import { HiddenValue } from './hidden-value';

/** Whether a value is a map of fields: neither a list nor a value that is hidden. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof HiddenValue)
  );
}
