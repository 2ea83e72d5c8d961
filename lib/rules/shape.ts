import { lateValuesIn, withLateNames } from '../late';
import { nearest } from '../nearest';
import { SecretRef } from '../secret';
import type { Violation } from './violation';

/** A part of untyped input that does not have the form it must have. */
export interface ShapeProblem {
  /** Keys from the outside in. */
  readonly at: readonly string[];
  readonly problem: string;
  readonly fix: string;
}

/** Checks the form of a value that is given; never throws. */
export type Shape = (value: unknown, at: readonly string[]) => ShapeProblem[];

/** What is wrong with the props of one construct, and those of them that can be used. */
export interface CheckedProps<Props> {
  /** Empty when nothing is wrong; then `sound` is all of the props. */
  readonly problems: readonly Omit<Violation, 'path'>[];

  /** The properties that have the form they must have. */
  readonly sound: Partial<Props>;
}

/** Holds the props of a construct, which an untyped program may have made of anything, against their form. */
export function checkProps<Props extends object>(props: Props, shape: Shape): CheckedProps<Props> {
  const problems = shape(props, []);
  const unsound = new Set(problems.map(({ at }) => at[0]));
  const sound = isMap(props) ? Object.entries(props).filter(([key]) => !unsound.has(key)) : [];
  return {
    problems: problems.map(({ at, problem, fix }) => ({
      rule: 'props-shape',
      property: propertyAt(at),
      problem,
      fix,
    })),
    sound: Object.fromEntries(sound) as Partial<Props>,
  };
}

/** Keys from the outside in as a program would write them: `ports.web.tls`, `nodes[0]`, `labels["a/b"]`; `props` for none. */
export function propertyAt(at: readonly string[]): string {
  const written = at.map((key, index) => {
    if (/^\d{1,9}$/.test(key)) return `[${key}]`;
    if (!/^\w{1,60}$/.test(key)) return `[${describeValue(key)}]`;
    return index === 0 ? key : `.${key}`;
  });
  return written.join('') || 'props';
}

/** Any text but an empty one. */
export const text: Shape = (value, at) =>
  typeof value === 'string' && value !== ''
    ? []
    : [wrong(at, 'must be text', value, "write it in quotes, such as 'text'")];

/** Any text, the empty one too. */
export const anyText: Shape = (value, at) => (value === '' ? [] : text(value, at));

/** A finite number. */
export const number: Shape = (value, at) =>
  Number.isFinite(value) ? [] : [wrong(at, 'must be a number', value, 'write a number without quotes')];

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high: number): Shape {
  const fix = `write a whole number from ${low} to ${high}`;
  return (value, at) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
      ? []
      : [wrong(at, `must be a whole number from ${low} to ${high}`, value, fix)];
}

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
      // A copy has no holes, which flatMap would skip.
      return Array.from<unknown>(value).flatMap((entry, index) => item(entry, [...at, String(index)]));
    const isShown = typeof value === 'string' && SHOWN_IN_QUOTES.test(value);
    return [
      wrong(at, 'must be a list', value, isShown ? `write ['${value}']` : 'write a list, such as [ … ]'),
    ];
  };
}

/** A map from any key to such values. */
export function mapOf(item: Shape): Shape {
  return (value, at) =>
    isMap(value)
      ? Object.entries(value).flatMap(([key, entry]) => item(entry, [...at, key]))
      : [wrong(at, 'must be a map', value, 'write { … }')];
}

/** A map of data that a manifest can hold. Secrets pass: the rules that refuse them say what to do instead. */
export const dataMap: Shape = (value, at) =>
  isMap(value) ? dataProblems(value, at, []) : [wrong(at, 'must be a map', value, 'write { … }')];

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

/** One of several maps, told apart by a key that each must have. None of these keys may stand there without a value: what reads the map looks for the key. */
export function byKey(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    const map = isMap(value) ? value : {};
    const keys = Object.keys(shapes).filter((candidate) => Object.hasOwn(map, candidate));
    const empty = keys.filter((key) => map[key] === undefined);
    if (empty.length > 0)
      return empty.map((key) => ({ at: [...at, key], problem: 'is undefined', fix: `write ${key}: …` }));
    const [key] = keys;
    if (key !== undefined) return shapes[key]?.(value, at) ?? [];
    const all = Object.keys(shapes).join(', ');
    return [wrong(at, `must have one of the keys ${all}`, value, `write { ${Object.keys(shapes)[0]}: … }`)];
  };
}

/** @param around The lists and maps that `value` lies in. */
function dataProblems(value: unknown, at: readonly string[], around: readonly unknown[]): ShapeProblem[] {
  if (value === null || value === undefined || value instanceof SecretRef) return [];
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return [];
  if (!Array.isArray(value) && !isMap(value)) {
    return [
      wrong(at, 'must be plain data', value, 'write text, a number, true, false, null, [ … ] or { … }'),
    ];
  }
  if (around.includes(value))
    return [{ at, problem: 'contains itself', fix: 'write data that ends somewhere' }];
  if (around.length >= DEEPEST)
    return [{ at, problem: `lies more than ${DEEPEST} levels deep`, fix: 'write flatter data' }];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === '__proto__' || lateValuesIn(key).length > 0
      ? [{ at: [...at, key], problem: 'cannot be a key', fix: 'remove it' }]
      : dataProblems(entry, [...at, key], [...around, value]),
  );
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

/** A value in few words, on one line, late values as `«name»`; never more of it than fits the line. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') {
    const shown = withLateNames(value);
    return shown.length > 60 ? `${quoted(shown.slice(0, 57))}…` : quoted(shown);
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof SecretRef) return 'a secret';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return isMap(value) ? 'a map' : `an object of class ${className(value)}`;
}

/** JSON's escapes, and the same for what else a terminal takes for a control character or a line break. */
function quoted(shown: string): string {
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function className(value: object): string {
  const { constructor } = value;
  return typeof constructor === 'function' && /^\w{1,40}$/.test(constructor.name)
    ? constructor.name
    : 'its own';
}

/** Whether a value is a map as a program writes it: an object of no class, from whichever realm. */
function isMap(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Text that can be repeated in single quotes as it is. */
const SHOWN_IN_QUOTES = /^[ -&(-[\]-~]{1,60}$/;

/** No values of a chart come near it. */
const DEEPEST = 100;
