import { createHmac } from 'node:crypto';
import { K3stackError } from '../lib/errors';
import { readTextFile } from './text-file';

/** One usable line of a `known_hosts` file. */
interface Entry {
  readonly line: number;
  readonly revoked: boolean;
  readonly matches: (name: string) => boolean;

  /** `ssh-ed25519 AAAA…`, without the comment. */
  readonly key: string;
  readonly type: string;
}

/** Host keys of a `known_hosts` file in OpenSSH's format (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export class KnownHosts {
  private constructor(
    private readonly file: string,
    private readonly entries: readonly Entry[],
  ) {}

  /** @throws K3stackError `INVALID_KNOWN_HOSTS` naming file and line. */
  static parse(text: string, file: string): KnownHosts {
    const entries = text.split(/\r?\n/).flatMap((content, index) => {
      const line = index + 1;
      return /^\s*(#|$)/.test(content) ? [] : parseLine(content.trim(), `${file}:${line}`, line);
    });
    return new KnownHosts(file, entries);
  }

  /**
   * Reads a file; one that does not exist knows no host.
   *
   * @throws K3stackError `INVALID_KNOWN_HOSTS`, of a folder too.
   */
  static read(file: string): KnownHosts {
    const text = readTextFile(file, {
      folder: (problem) =>
        new K3stackError('INVALID_KNOWN_HOSTS', `${file} ${problem}; move it away, and write a file there`),
    });
    return KnownHosts.parse(text ?? '', file);
  }

  /**
   * Key to expect of a host: ed25519 if there is one, else ecdsa; `undefined` for an unknown host. Only lines for exactly this port count,
   * and a revoked key never does.
   *
   * @throws K3stackError `AMBIGUOUS_HOST_KEY` when lines disagree.
   */
  hostKey(host: string, port: number): string | undefined {
    const name = nameOf(host, port);
    const own = this.entries.filter((entry) => entry.matches(name));
    const revoked = new Set(own.filter((entry) => entry.revoked).map((entry) => entry.key));
    const usable = own.filter((entry) => !entry.revoked && !revoked.has(entry.key));
    for (const type of KEY_TYPES) {
      const [first, ...others] = usable.filter((entry) => entry.type === type);
      const other = others.find((entry) => entry.key !== first?.key);
      if (first !== undefined && other !== undefined) throw this.ambiguous(name, first, other);
      if (first !== undefined) return first.key;
    }
    return undefined;
  }

  /** Line that revokes a key for a host; `undefined` when none does. */
  revokedBy(host: string, port: number, key: string): number | undefined {
    const name = nameOf(host, port);
    return this.entries.find((entry) => entry.revoked && entry.key === key && entry.matches(name))?.line;
  }

  private ambiguous(name: string, a: Entry, b: Entry): K3stackError {
    return new K3stackError(
      'AMBIGUOUS_HOST_KEY',
      `${this.file}:${a.line} and line ${b.line} give different ${a.type} keys for ${name}; ` +
        'ask the host for its key on a way you trust, and keep that line only',
    );
  }
}

/** As OpenSSH writes an address. */
function nameOf(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** Nothing for a certificate authority: hosts are pinned by their own keys. */
function parseLine(content: string, where: string, line: number): Entry[] {
  const fields = content.split(/\s+/);
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
  if (marker === '@cert-authority') return [];
  if (marker !== undefined && marker !== '@revoked') {
    throw invalid(where, `the marker ${JSON.stringify(marker)} is unknown`, "write '@revoked' or remove it");
  }
  const [patterns, type, blob] = fields;
  if (patterns === undefined || type === undefined || blob === undefined) {
    throw invalid(where, 'a line needs a host, a key type and a key', 'write: host ssh-ed25519 AAAA…');
  }
  if (keyTypeOf(blob) !== type) {
    throw invalid(
      where,
      `the key is not of type ${JSON.stringify(type)}`,
      'copy the line again, as ssh-keyscan prints it',
    );
  }
  const matches = matcher(patterns, where);
  return [{ line, revoked: marker === '@revoked', matches, key: `${type} ${blob}`, type }];
}

/** A key begins with the length and the name of its type (RFC 4253, 6.6). */
function keyTypeOf(blob: string): string | undefined {
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return undefined;
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
}

function matcher(patterns: string, where: string): (name: string) => boolean {
  if (patterns.startsWith('|')) return hashedMatcher(patterns, where);
  const parts = patterns.toLowerCase().split(',');
  const wanted = parts.filter((part) => !part.startsWith('!')).map(wildcard);
  const unwanted = parts.filter((part) => part.startsWith('!')).map((part) => wildcard(part.slice(1)));
  return (name) => wanted.some((p) => p.test(name)) && !unwanted.some((p) => p.test(name));
}

/** `|1|salt|hash` with the HMAC-SHA1 of the name under the salt. */
function hashedMatcher(pattern: string, where: string): (name: string) => boolean {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/]{27}=)\|([A-Za-z0-9+/]{27}=)$/.exec(pattern) ?? [];
  if (salt === undefined || hash === undefined) {
    throw invalid(where, 'the hashed host name is not of the form |1|salt|hash', 'copy the line again');
  }
  const key = Buffer.from(salt, 'base64');
  return (name) => createHmac('sha1', key).update(name).digest('base64') === hash;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

function invalid(where: string, problem: string, fix: string): K3stackError {
  return new K3stackError('INVALID_KNOWN_HOSTS', `${where}: ${problem}; ${fix}`);
}

/** Best first. */
const KEY_TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'];
