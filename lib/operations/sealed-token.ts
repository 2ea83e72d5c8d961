import { createCipheriv, createDecipheriv, scryptSync } from 'node:crypto';
import { K3stackError } from '../errors';
import { isPlainObject } from '../plain-object';

/** Identifies the shape of the file. */
export const SEALED_TOKEN_SCHEMA = 'k3stack.sealed-token/v1';

/** What a sealed token belongs to. It is readable, and part of what the seal protects. */
export interface TokenOwner {
  readonly environment: string;
  readonly cluster: string;

  /** Name of the snapshot that it opens. */
  readonly snapshot: string;

  /** Of the snapshot's file, hexadecimal. @default - not known */
  readonly sha256?: string;
}

/**
 * The token of the servers, which a snapshot is worthless without on new machines, as text of a file that can lie beside it: scrypt makes a key of the
 * passphrase, AES-256-GCM seals token and owner.
 *
 * @param random 28 random bytes: 16 for the salt, 12 for the nonce.
 */
export function sealToken(token: string, passphrase: string, owner: TokenOwner, random: Buffer): string {
  const [salt, nonce] = [random.subarray(0, 16), random.subarray(16, 28)];
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce);
  cipher.setAAD(boundTo(owner));
  const data = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return `${JSON.stringify(
    {
      schema: SEALED_TOKEN_SCHEMA,
      ...ownerOf(owner),
      scrypt: { ...COST, salt: salt.toString('base64') },
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      data: data.toString('base64'),
    },
    undefined,
    2,
  )}\n`;
}

/**
 * Opens what {@link sealToken} made.
 *
 * @param file Its name, for errors.
 * @throws K3stackError `SEALED_TOKEN_UNREADABLE` for another file, a wrong passphrase, and one that was changed.
 */
export function openToken(text: string, passphrase: string, file: string): TokenOwner & { token: string } {
  const data = parsed(text);
  const owner = isPlainObject(data) && data['schema'] === SEALED_TOKEN_SCHEMA ? ownerIn(data) : undefined;
  const [salt, nonce, tag, sealed] = [
    isPlainObject(data) && isPlainObject(data['scrypt']) ? data['scrypt']['salt'] : undefined,
    ...['nonce', 'tag', 'data'].map((key) => (isPlainObject(data) ? data[key] : undefined)),
  ].map((value) => (typeof value === 'string' ? Buffer.from(value, 'base64') : undefined));
  if (!owner || !salt || nonce?.length !== 12 || tag?.length !== 16 || !sealed)
    throw unreadable(file, 'is no sealed token of k3stack', 'name one that k3stack snapshot wrote');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce);
    decipher.setAAD(boundTo(owner));
    decipher.setAuthTag(tag);
    return { ...owner, token: Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8') };
  } catch {
    throw unreadable(file, 'does not open', 'the passphrase is another one, or the file was changed');
  }
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, { ...COST, maxmem: 256 * 1024 * 1024 });
}

function boundTo(owner: TokenOwner): Buffer {
  return Buffer.from(JSON.stringify([SEALED_TOKEN_SCHEMA, ownerOf(owner)]));
}

function ownerOf({ environment, cluster, snapshot, sha256 }: TokenOwner): TokenOwner {
  return { environment, cluster, snapshot, ...(sha256 !== undefined && { sha256 }) };
}

function ownerIn(data: Record<string, unknown>): TokenOwner | undefined {
  const owner = ownerOf(data as unknown as TokenOwner);
  return Object.values(owner).every((value) => typeof value === 'string') ? owner : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(file: string, problem: string, fix: string): K3stackError {
  return new K3stackError('SEALED_TOKEN_UNREADABLE', `${file} ${problem}: ${fix}`);
}

/** About 0.3 s and 128 MiB for each guess. Fixed, so that a file cannot ask for more. */
const COST = { N: 131_072, r: 8, p: 1 };
