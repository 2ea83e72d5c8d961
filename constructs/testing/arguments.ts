import { K3stackError } from '../../lib/errors';
import { isPlainObject } from '../../lib/plain-object';
import { describeValue } from '../../lib/rules/shape';

/** What a test asks for cannot be looked for, so that an assertion about it would hold for every program. */
export function invalidAssertion(problem: string, fix: string): K3stackError {
  return new K3stackError('INVALID_ASSERTION', `${problem}; ${fix}`);
}

/** Refuses what is no text. @param what Such as `the name`. */
export function assertText(value: unknown, what: string, fix: string): void {
  if (typeof value === 'string' && value !== '') return;
  throw invalidAssertion(`${what} must be text, got ${describeValue(value)}`, fix);
}

/** Refuses what is no map of options. */
export function assertMap(value: unknown, what: string, fix: string): void {
  if (isPlainObject(value)) return;
  throw invalidAssertion(`${what} must be a map, got ${describeValue(value)}`, fix);
}

/** Refuses what is no list of text; `undefined` is one that is left out. */
export function assertTexts(value: unknown, what: string, fix: string): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return;
  throw invalidAssertion(`${what} must be a list of text, got ${describeValue(value)}`, fix);
}

/** Refuses a kind in letters that are not those of a kind that there is: an assertion that there is none would always hold. */
export function assertKind(kind: unknown, present: readonly string[], known: () => readonly string[]): void {
  assertText(kind, 'the kind', "write 'ConfigMap'");
  if (present.includes(kind as string)) return;
  const lower = (kind as string).toLowerCase();
  const isMeant = (other: string): boolean => other !== kind && other.toLowerCase() === lower;
  const all = known();
  if (all.includes(kind as string)) return;
  const meant = present.find(isMeant) ?? all.find(isMeant);
  if (meant !== undefined)
    throw invalidAssertion(`there is no kind ${describeValue(kind)}`, `write '${meant}'`);
}
