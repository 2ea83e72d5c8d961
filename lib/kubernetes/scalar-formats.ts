/**
 * Whether the API server takes a value as a quantity (`500m`, `1.5Gi`, `1e3`, `2`). Follows `ParseQuantity` of apimachinery
 * (`pkg/api/resource/quantity.go`), which is more lenient than its documented grammar.
 */
export function isQuantity(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'string') return false;
  const text = value.trim();
  return text !== '' && QUANTITY.test(text);
}

/** Whether a string is a time as Go's RFC 3339 parser takes it. */
export function isDateTime(value: string): boolean {
  return DATE_TIME.test(value);
}

/** Whether a string is base64 as Go's decoder takes it: padded, line breaks allowed. */
export function isBase64(value: string): boolean {
  const text = value.replace(/[\r\n]/g, '');
  return text.length % 4 === 0 && BASE64.test(text);
}

/** Whether an integer fits its format. */
export function fitsInteger(value: number, format: string | undefined): boolean {
  if (format === 'int32') return value >= -(2 ** 31) && value < 2 ** 31;
  return value >= -(2 ** 63) && value < 2 ** 63;
}

const QUANTITY = /^[+-]?\d*(?:\.\d*)?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;
const DATE_TIME = /^\d{4}-(?:0\d|1[0-2])-[0-3]\dT[0-2]?\d:[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
