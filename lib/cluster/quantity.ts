/** Whether text is a Kubernetes quantity of zero or more, such as `250m`, `1.5` or `4Gi`. */
export function isQuantity(text: unknown): text is string {
  return typeof text === 'string' && QUANTITY.test(text);
}

/** Whether text is a quantity of whole bytes, at least one: `100m` of memory is a tenth of a byte, not 100 MB. */
export function isByteAmount(text: unknown): text is string {
  if (!isQuantity(text)) return false;
  const bytes = Number(valueOf(text).toPrecision(15));
  return Number.isInteger(bytes) && bytes >= 1;
}

/** Bytes of a quantity, rounded up. @throws TypeError for text that is no quantity */
export function bytesOf(quantity: string): number {
  return Math.ceil(Number(valueOf(quantity).toPrecision(15)));
}

/** Cores of a quantity: `250m` is 0.25. @throws TypeError for text that is no quantity */
export function coresOf(quantity: string): number {
  return valueOf(quantity);
}

/** Bytes for people, as a quantity in at most two decimals: `1.5Gi`, `96Mi`. */
export function memoryText(bytes: number): string {
  const unit = (['Ti', 'Gi', 'Mi', 'Ki'] as const).find((suffix) => bytes >= 2 ** POWERS[suffix]);
  return unit === undefined ? String(bytes) : `${rounded(bytes / 2 ** POWERS[unit])}${unit}`;
}

/** Cores for people, as a quantity: `250m`, `1.5`. */
export function coresText(cores: number): string {
  return cores < 1 ? `${rounded(cores * 1000)}m` : String(rounded(cores));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function valueOf(quantity: string): number {
  const match = QUANTITY.exec(quantity);
  if (match === null) throw new TypeError(`no quantity: ${JSON.stringify(quantity)}`);
  const [, number = '', suffix = '', exponent] = match;
  return exponent === undefined
    ? Number(number) * (FACTORS[suffix] as number)
    : Number(`${number}e${exponent}`);
}

/** apimachinery pkg/api/resource, quantity.go. */
const QUANTITY = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([-+]?\d+))?$/;

const POWERS = { Ki: 10, Mi: 20, Gi: 30, Ti: 40 } as const;

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
