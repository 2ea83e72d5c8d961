import ipaddr from 'ipaddr.js';

/** A network in CIDR notation, as numbers. */
export interface IpRange {
  readonly family: 4 | 6;

  /** Length of the prefix in bits. */
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;

  /** Whether the text names the first address, as it should: `10.42.0.0/16`, not `10.42.1.1/16`. */
  readonly isAligned: boolean;
}

/** The range that CIDR notation names; `undefined` for other text. */
export function parseRange(text: string): IpRange | undefined {
  const [address = '', prefixText = '', rest] = text.split('/');
  const ip = parseAddress(address);
  const prefix = /^\d{1,3}$/.test(prefixText) && rest === undefined ? Number(prefixText) : NaN;
  if (ip === undefined || !(prefix <= bitsOf(ip.family))) return undefined;
  const size = 1n << BigInt(bitsOf(ip.family) - prefix);
  const first = ip.value - (ip.value % size);
  return { family: ip.family, prefix, first, last: first + size - 1n, isAligned: first === ip.value };
}

/** An address as a number; `undefined` for text that is not one, in the one way to write it that every program reads the same. */
export function parseAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(text);
  if (!isV4 && (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text))) return undefined;
  const value = ipaddr
    .parse(text)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { family: isV4 ? 4 : 6, value };
}

/** Whether the range holds the address. */
export function isInRange(
  range: IpRange,
  address: { readonly family: 4 | 6; readonly value: bigint },
): boolean {
  return range.family === address.family && range.first <= address.value && address.value <= range.last;
}

/** Whether two ranges have an address in common. */
export function rangesOverlap(a: IpRange, b: IpRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The address at an index of a network: 10 in `10.43.0.0/16` is `10.43.0.10`. Text that is no network comes back as it is. */
export function addressInNetwork(cidr: string, index: number): string {
  const range = parseRange(cidr);
  if (range === undefined) return cidr;
  const bytes = Array.from({ length: bitsOf(range.family) / 8 }, (_, byte) =>
    Number(((range.first + BigInt(index)) >> BigInt(bitsOf(range.family) - 8 - 8 * byte)) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

function bitsOf(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}
