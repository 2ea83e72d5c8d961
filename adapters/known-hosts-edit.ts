import { K3stackError } from '../lib/errors';
import { KnownHosts } from './known-hosts';

/** A key to write for one address. */
export interface TrustedKey {
  readonly host: string;
  readonly port: number;

  /** `ssh-ed25519 AAAA…` */
  readonly key: string;
}

/**
 * The text of `known_hosts` with these keys, and without others of the same type for the same addresses. Everything else stays as it is.
 *
 * @param file Its name, for errors.
 * @throws K3stackError `KNOWN_HOSTS_SHARED_LINE` for a key to replace in a line that is about other hosts too.
 */
export function withKeys(text: string, keys: readonly TrustedKey[], file: string): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const kept = lines.filter((line, index) =>
    keys.every((trusted) => !names(line, trusted, `${file}:${index + 1}`)),
  );
  const added = keys.map(({ host, port, key }) => `${port === 22 ? host : `[${host}]:${port}`} ${key}`);
  return [...kept, ...added, ''].join('\n');
}

/** Whether a line gives a key for an address. */
function names(line: string, { host, port }: TrustedKey, where: string): boolean {
  if (KnownHosts.parse(line, where).hostKey(host, port) === undefined) return false;
  const [patterns = ''] = line.trim().split(/\s+/);
  if (!/[,*?!]/.test(patterns)) return true;
  throw new K3stackError(
    'KNOWN_HOSTS_SHARED_LINE',
    `${where} gives a key to ${patterns}, of which only ${host} is to be replaced; write a line for each host, then run the same again`,
  );
}
