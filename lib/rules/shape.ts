import { nearest } from '../nearest';
import { SecretRef } from '../secret';

/** A part of untyped input that does not have the form it must have. */
export interface ShapeProblem {
  /** Keys from the outside in. */
  readonly at: readonly string[];
  readonly problem: string;
  readonly fix: string;
}

/** Checks the form of a value that is given; never throws. */
export type Shape = (value: unknown, at: readonly string[]) => ShapeProblem[];

/** Any text but an empty one. */
export const text: Shape = (value, at) =>
  typeof value === 'string' && value !== ''
    ? []
    : [wrong(at, 'must be text', value, "write it in quotes, such as 'text'")];

/** A finite number. */
export const number: Shape = (value, at) =>
  Number.isFinite(value) ? [] : [wrong(at, 'must be a number', value, 'write a number without quotes')];

export const flag: Shape = (value, at) =>
  typeof value === 'boolean' ? [] : [wrong(at, 'must be true or false', value, 'write true or false')];

export const secretRef: Shape = (value, at) =>
  value instanceof SecretRef
    ? []
    : [
        wrong(
          at,
          'must be a secret',
          undefined,
          `write ${at.at(-1)}: secret('${kebab(at.at(-1) ?? 'name')}')`,
        ),
      ];

/** Nothing is asked of it here. */
export const anything: Shape = () => [];

/** One of some words. */
export function oneOf(...words: readonly string[]): Shape {
  return (value, at) => {
    if (typeof value === 'string' && words.includes(value)) return [];
    const near = typeof value === 'string' ? nearest(value, words) : undefined;
    const all = words.map((word) => `'${word}'`).join(', ');
    return [wrong(at, `must be one of ${all}`, value, `write '${near ?? words[0]}'`)];
  };
}

/** A list of such values. */
export function list(item: Shape): Shape {
  return (value, at) => {
    if (Array.isArray(value))
      return value.flatMap((entry: unknown, index) => item(entry, [...at, String(index)]));
    const fix = typeof value === 'string' ? `write ['${value}']` : 'write a list, such as [ … ]';
    return [wrong(at, 'must be a list', value, fix)];
  };
}

/** A map from any key to such values. */
export function mapOf(item: Shape): Shape {
  return (value, at) =>
    isMap(value)
      ? Object.entries(value).flatMap(([key, entry]) => item(entry, [...at, key]))
      : [wrong(at, 'must be a map', value, 'write { … }')];
}

/** A map of known keys. What is `undefined` counts as left out. */
export function object(known: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape {
  const check = (key: string): Shape | undefined => (Object.hasOwn(known, key) ? known[key] : undefined);
  return (value, at) => {
    if (!isMap(value)) return [wrong(at, 'must be a map', value, `write { ${Object.keys(known)[0]}: … }`)];
    const missing = required
      .filter((key) => value[key] === undefined)
      .map((key): ShapeProblem => ({ at: [...at, key], problem: 'is missing', fix: `write ${key}: …` }));
    const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return [
      ...missing,
      ...given.flatMap(([key, entry]) => check(key)?.(entry, [...at, key]) ?? [unknownKey(key, at, known)]),
    ];
  };
}

/** The first of some forms that fits; the problems of the last one when none does. */
export function either(...shapes: readonly [Shape, ...Shape[]]): Shape {
  return (value, at) => {
    let problems: ShapeProblem[] = [];
    for (const shape of shapes) {
      problems = shape(value, at);
      if (problems.length === 0) return [];
    }
    return problems;
  };
}

/** One of several maps, told apart by a key that each must have. */
export function byKey(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    const key = isMap(value) ? Object.keys(shapes).find((candidate) => candidate in value) : undefined;
    if (key !== undefined) return shapes[key]?.(value, at) ?? [];
    const all = Object.keys(shapes).join(', ');
    return [wrong(at, `must have one of the keys ${all}`, value, `write { ${Object.keys(shapes)[0]}: … }`)];
  };
}

function unknownKey(
  key: string,
  at: readonly string[],
  known: Readonly<Record<string, Shape>>,
): ShapeProblem {
  const near = nearest(key, Object.keys(known));
  const fix = near === undefined ? `remove it; known are ${Object.keys(known).join(', ')}` : `write ${near}`;
  return { at: [...at, key], problem: 'is not known', fix };
}

function wrong(at: readonly string[], must: string, value: unknown, fix: string): ShapeProblem {
  return { at, problem: value === undefined ? must : `${must}, got ${describeValue(value)}`, fix };
}

/** A value in few words; never more of it than fits a line. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string')
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 57))}…` : JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SecretRef)
  );
}

function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
