import type { Equivalence } from './equivalences';
import type { Schema } from '../kubernetes/schema';

/**
 * Why two values that are written differently are the same to Kubernetes, going by the schema of their field; `undefined` when they
 * are not.
 *
 * @param field - name of the field: what tells a duration in custom kinds, whose schemas seldom say so
 */
export function sameScalar(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  { field, custom }: { readonly field: string; readonly custom: boolean },
): Equivalence | undefined {
  if (!isScalar(before) || !isScalar(after)) return undefined;
  if (isQuantitySchema(schema, custom))
    return sameAmount(String(before), String(after)) ? 'quantity' : undefined;
  if (schema?.['x-kubernetes-int-or-string'] === true) {
    return String(before) === String(after) ? 'int-or-string' : undefined;
  }
  if (custom && mayBeDuration(schema, field) && typeof before === 'string' && typeof after === 'string') {
    return sameDuration(before, after) ? 'duration' : undefined;
  }
  return undefined;
}

/** Whether two quantities are of the same amount; text that is no quantity, or a longer one than anybody writes, is the same as nothing. */
export function sameAmount(before: string, after: string): boolean {
  const [left, right] = [amount(before), amount(after)];
  return (
    left !== undefined &&
    right !== undefined &&
    left.digits === right.digits &&
    (left.digits === 0n || left.exponent === right.exponent)
  );
}

/** Whether two durations as Go writes them, such as `1h30m`, are of the same length. */
export function sameDuration(before: string, after: string): boolean {
  const [left, right] = [nanoseconds(before), nanoseconds(after)];
  return left !== undefined && left === right;
}

/** Custom kinds have quantities as controller-gen writes them: an integer or a string with the pattern of a quantity. */
function isQuantitySchema(schema: Schema | undefined, custom: boolean): boolean {
  if (schema?.format === 'quantity') return true;
  return (
    custom &&
    schema?.['x-kubernetes-int-or-string'] === true &&
    (schema.pattern?.includes('[KMGTPE]i') ?? false)
  );
}

function mayBeDuration(schema: Schema | undefined, field: string): boolean {
  if (schema !== undefined && schema.type !== undefined && schema.type !== 'string') return false;
  return schema?.format === 'duration' || DURATION_FIELD.test(field);
}

/** A quantity as a whole number without trailing zeros, times a power of ten: exact for each that can be written. */
function amount(text: string): { readonly digits: bigint; readonly exponent: number } | undefined {
  const match = text.length > LONGEST ? null : QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = '', scientific = '0'] = match;
  const binary = BINARY[suffix];
  let digits = BigInt(`${whole}${fraction}` || '0') * (binary === undefined ? 1n : 1n << BigInt(binary));
  let exponent = (DECIMAL[suffix] ?? 0) + Number(scientific) - fraction.length;
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  return { digits: sign === '-' ? -digits : digits, exponent };
}

function nanoseconds(text: string): number | undefined {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  let total = 0;
  for (const [, number = '', unit = ''] of text.matchAll(DURATION_PART)) {
    total += Number(number) * (UNITS[unit] ?? NaN);
  }
  return match[1] === '-' ? -total : total;
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Characters. Kubernetes caps amounts at 2^63 - 1, and arithmetic with ten thousands of digits takes minutes. */
const LONGEST = 200;

/** apimachinery pkg/api/resource, quantity.go. */
const QUANTITY = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,6}))?\s*$/;
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** Go's time.ParseDuration. */
const DURATION = /^([+-]?)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const DURATION_FIELD = /(?:duration|interval|timeout|period|ttl|retention|delay|window|age|before|after)$/i;
