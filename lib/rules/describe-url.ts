import { describeValue } from './shape';

/**
 * An address that cannot be used, for a message: without whatever may be an account, a password or a token in it. It need not be readable as an address,
 * so everything up to the last `@` goes, and what follows a `?` or `#`.
 */
export function describeUrl(value: unknown): string {
  return describeValue(typeof value === 'string' ? withoutSecrets(value) : value);
}

function withoutSecrets(url: string): string {
  const end = url.lastIndexOf('@');
  const bare = end < 0 ? url : `${url.slice(0, startOfHost(url, end))}…${url.slice(end)}`;
  return bare.replace(/[?#].*$/s, '…');
}

function startOfHost(url: string, end: number): number {
  const slashes = url.indexOf('//');
  return slashes >= 0 && slashes < end ? slashes + 2 : 0;
}
