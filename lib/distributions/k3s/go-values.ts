/** `strconv.ParseInt(text, 0, 64)`, or `ParseUint` where that overflows; `undefined` where both fail. */
export function goInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = ''] = match;
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (sign === '-') return magnitude <= 1n << 63n ? -magnitude : undefined;
  const limit = sign === '+' ? 1n << 63n : 1n << 64n;
  return magnitude < limit ? magnitude : undefined;
}

/** `fmt.Sprint(value)`: an exponent of two digits below 1e-4 and from 1e6, where JavaScript has none. */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const exponential = value.toExponential();
  const [mantissa, exponent] = exponential.split('e') as [string, string];
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(value);
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** `strconv.ParseBool(text)`; `undefined` where it fails. */
export function goBoolean(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return undefined;
}

/** `strings.TrimSpace(text)`, which K3s does to every value; unlike JavaScript's it drops U+0085 and keeps U+FEFF. */
export function goTrim(text: string): string {
  return text.replace(GO_SPACE_AROUND, '');
}

const GO_SPACE_AROUND =
  /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;
