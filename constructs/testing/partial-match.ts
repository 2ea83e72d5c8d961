import { isDeepStrictEqual } from 'node:util';
import { fieldPath } from '../../lib/kubernetes/finding';
import { isPlainObject } from '../../lib/plain-object';

/** A place where a value is not as expected. */
export interface Mismatch {
  /** Such as `spec.template.spec.containers[0].image`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** A value that has to be as it is written, no key and no item more. Made by {@link exactly}. */
export class Exactly {
  constructor(readonly value: unknown) {}
}

/** Expects a value with no key and no item more than `value` has. */
export function exactly(value: unknown): Exactly {
  return new Exactly(value);
}

/**
 * Where a value is not as expected; empty when it is. A map has to have the expected keys, a list the expected items, each an item of its own,
 * in any order; both may have more. `undefined` is what must not be there. A regular expression is what text has to match, a function what says
 * whether it takes the value; matchers such as `expect.any(String)` of a test runner work as well.
 */
export function mismatches(
  expected: unknown,
  actual: unknown,
  path: readonly (string | number)[] = [],
): readonly Mismatch[] {
  const differs = (words = shown(expected)): Mismatch[] => [
    { path: fieldPath(path), expected: words, got: shown(actual) },
  ];
  if (expected instanceof Exactly)
    return isDeepStrictEqual(plain(expected.value), plain(actual))
      ? []
      : differs(`exactly ${shown(expected.value)}`);
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) ? [] : differs(matcherText(expected));
  if (expected instanceof RegExp)
    return typeof actual === 'string' && actual.search(expected) >= 0
      ? []
      : differs(`text like ${String(expected)}`);
  if (typeof expected === 'function')
    return (expected as (value: unknown) => unknown)(actual) === true
      ? []
      : differs(`what ${functionText(expected as () => unknown)} takes`);
  if (Array.isArray(expected)) {
    return Array.isArray(actual)
      ? listMismatches(expected, actual, path)
      : differs(`a list with ${shown(expected)}`);
  }
  if (!isPlainObject(expected)) return isDeepStrictEqual(expected, actual) ? [] : differs();
  if (!isPlainObject(actual)) return differs();
  return Object.entries(expected).flatMap(([key, value]) =>
    mismatches(value, Object.hasOwn(actual, key) ? actual[key] : undefined, [...path, key]),
  );
}

/** A value in few words. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return cut(typeof value === 'string' ? `'${value}'` : (JSON.stringify(value, readable) ?? typeof value));
}

/** Of every expected item that has no item of its own, how it differs from the nearest of those that are left. */
function listMismatches(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: readonly (string | number)[],
): Mismatch[] {
  const differences = expected.map((item) =>
    actual.map((other, index) => mismatches(item, other, [...path, index])),
  );
  const owner = assigned(differences.map((row) => row.map((found) => found.length === 0)));
  return differences.flatMap((row, index): readonly Mismatch[] => {
    if (owner.includes(index)) return [];
    const free = row.filter((_, item) => owner[item] === undefined);
    const [nearest] = free.toSorted((a, b) => a.length - b.length);
    if (nearest !== undefined && nearest.length > 0 && isPlainObject(expected[index])) return nearest;
    return [
      {
        path: fieldPath(path),
        expected: `an item ${shown(expected[index])}`,
        got: actual.length === 0 ? 'an empty list' : shown(actual),
      },
    ];
  });
}

/** Which expected item each actual one belongs to, as many as possible: an item can be what several of the expected ones ask for. */
function assigned(fits: readonly (readonly boolean[])[]): readonly (number | undefined)[] {
  const owner: (number | undefined)[] = fits[0]?.map(() => undefined) ?? [];
  const place = (wanted: number, tried: Set<number>): boolean =>
    (fits[wanted] ?? []).some((isFit, item) => {
      if (!isFit || tried.has(item)) return false;
      tried.add(item);
      const current = owner[item];
      if (current !== undefined && !place(current, tried)) return false;
      owner[item] = wanted;
      return true;
    });
  fits.forEach((_, wanted) => place(wanted, new Set()));
  return owner;
}

interface Matcher {
  asymmetricMatch(value: unknown): boolean;
}

function isMatcher(value: unknown): value is Matcher {
  return typeof (value as Partial<Matcher> | null | undefined)?.asymmetricMatch === 'function';
}

function matcherText(matcher: Matcher): string {
  const { toAsymmetricMatcher } = matcher as { toAsymmetricMatcher?: () => string };
  return typeof toAsymmetricMatcher === 'function'
    ? cut(toAsymmetricMatcher.call(matcher))
    : 'what a matcher takes';
}

function functionText(fn: () => unknown): string {
  return /^\w+$/.test(fn.name) ? fn.name : cut(fn.toString());
}

/** As JSON has it: without members that are `undefined`. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function readable(_: string, value: unknown): unknown {
  if (value instanceof RegExp || typeof value === 'function') return (value as RegExp).toString();
  return value instanceof Exactly ? value.value : value;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

const LONGEST = 160;
