/** What a plain scalar is; `undefined`: text. Whole numbers that a number cannot hold are text of their digits. */
export type ScalarValue = string | number | boolean | null | undefined;

/**
 * What Kubernetes reads a plain scalar as: YAML 1.1 with the departures of its parser. `0644` is 420, `yes` is true; `1:30` and dates are text.
 *
 * Source: go.yaml.in/yaml/v2@v2.4.2:resolve.go, which sigs.k8s.io/yaml@v1.6.0:yaml.go reads with.
 *
 * @throws RangeError for infinity and not-a-number, which JSON has not.
 */
export function yamlScalar(text: string): ScalarValue {
  const first = text.charCodeAt(0);
  const isNumeric =
    (first >= DIGIT_0 && first <= DIGIT_9) || first === PLUS || first === MINUS || first === DOT;
  if (!isNumeric) return WORDS.get(text);
  if (text.length < 7 && NO_NUMBERS.has(text))
    throw new RangeError('infinity and not-a-number have no form in JSON');
  if (first === DOT) return FRACTION.test(text) ? finite(Number(text.replaceAll('_', ''))) : undefined;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  return wholeNumber(plain) ?? (DECIMAL.test(plain) ? finite(Number(plain)) : undefined);
}

/** As `strconv.ParseInt` and `ParseUint` read with base 0: prefixes of both cases, and a leading zero for octal. */
function wholeNumber(text: string): ScalarValue {
  if (!WHOLE.test(text)) return undefined;
  const isNegative = text.startsWith('-');
  const digits = /^[-+]/.test(text) ? text.slice(1) : text;
  const literal = /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const small = Number(literal);
  if (small <= Number.MAX_SAFE_INTEGER) return isNegative && small !== 0 ? -small : small;
  const exact = BigInt(literal);
  if (exact > (isNegative ? MAX_INT_64 + 1n : MAX_UINT_64)) return undefined;
  return `${isNegative ? '-' : ''}${exact}`;
}

/** What is out of range is text to `strconv.ParseFloat`; there is one zero in JSON. */
function finite(value: number): ScalarValue {
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const NO_NUMBERS: ReadonlySet<string> = new Set([
  '.nan',
  '.NaN',
  '.NAN',
  ...['.inf', '.Inf', '.INF'].flatMap((word) => [word, `+${word}`, `-${word}`]),
]);

const WHOLE = /^[-+]?(?:0|[1-9]\d*|0[0-7]+|0[oO][0-7]+|0[xX][\da-fA-F]+|0[bB][01]+)$/;
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const FRACTION = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?$/;
const MAX_INT_64 = 2n ** 63n - 1n;
const MAX_UINT_64 = 2n ** 64n - 1n;
