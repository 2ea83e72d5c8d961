/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
type RequiredOf<T> = { readonly [K in Exclude<keyof T, OptionalKeys<T>>]: JsonSchema };
type OptionalOf<T> = { readonly [K in OptionalKeys<T>]: JsonSchema };

/**
 * An object with exactly the properties of `T`. The compiler refuses it when it lacks one of them, has another, or takes an optional one
 * for required.
 */
export function shape<T>(required: RequiredOf<T>, optional: OptionalOf<T>): JsonSchema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** Any text. */
export const text: JsonSchema = { type: 'string' };

/** Text with something in it. */
export const name: JsonSchema = { type: 'string', minLength: 1 };

/** Text to text. */
export const texts: JsonSchema = { type: 'object', additionalProperties: text };

/** A list. */
export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** One of some words. */
export function oneOf<Word extends string>(...words: readonly Word[]): JsonSchema {
  return { enum: words };
}

/** Text that matches. */
export function matching(pattern: RegExp): JsonSchema {
  return { type: 'string', pattern: pattern.source };
}
