import { hkdfSync } from 'node:crypto';
import { K3stackError } from './errors';
import { refuseAsText } from './secret-as-text';

/** What the characters of a generated value are: letters of both cases and digits, or hexadecimal digits. Each is safe in URLs, shells and YAML. */
export type SecretAlphabet = 'alphanumeric' | 'hex';

export interface GeneratedSecretProps {
  /**
   * The same name is the same value everywhere in the environment. Letters, digits and `-`, starting with a letter.
   *
   * @default - its place: cluster, namespace, Kubernetes Secret and key; moving it makes another value
   */
  readonly name?: string;

  /** Characters, 16 to 256. @default 32 */
  readonly length?: number;

  /** @default 'alphanumeric' */
  readonly alphabet?: SecretAlphabet;

  /** Raise it by one to get another value. @default 0 */
  readonly rotation?: number;
}

/** A value that nobody writes: computed from the stack's config secret `generated-secrets` in each run. Made by `SecretRef.generated`. */
export class GeneratedSecret {
  readonly kind = 'generated';
  readonly name: string | undefined;
  readonly length: number;
  readonly alphabet: SecretAlphabet;
  readonly rotation: number;

  /** @internal use `SecretRef.generated` */
  constructor(
    { name, length = 32, alphabet = 'alphanumeric', rotation = 0 }: GeneratedSecretProps = {},
    /** @internal where it is made, from the outside in; absent until {@link at} says so */
    readonly place?: readonly string[],
  ) {
    this.name = name;
    this.length = length;
    this.alphabet = alphabet;
    this.rotation = rotation;
  }

  /** @internal the same secret, made for a place; one that has a place keeps it */
  at(place: readonly string[]): GeneratedSecret {
    const { name, length, alphabet, rotation } = this;
    const props = { length, alphabet, rotation, ...(name !== undefined && { name }) };
    return this.place === undefined ? new GeneratedSecret(props, place) : this;
  }

  toString(): never {
    return refuseAsText('SecretRef.generated()');
  }

  toJSON(): never {
    return this.toString();
  }
}

/** Config secret of a stack that every generated value is computed from. */
export const GENERATED_ROOT = 'generated-secrets';

/** What follows the name of the root in a hole: the place it is for, its rotation, length and alphabet. */
export const GENERATED_HOLE = String.raw`generated:[A-Za-z0-9._/-]+#\d+:\d+:(?:alphanumeric|hex)`;

/** The part of a hole that says which value is meant; the same text is the same value. */
export function generatedPart({ length, alphabet, rotation, place = [] }: GeneratedSecret): string {
  return `generated:${place.join('/')}#${rotation}:${length}:${alphabet}`;
}

/**
 * The value that a part of a hole means: HKDF-SHA256 of the root, with the part as `info`. What is known of one value tells nothing of another.
 *
 * @throws K3stackError `INVALID_SECRET_VALUE` when the root is too short to be random.
 */
export function generatedValue(part: string, root: string): string {
  const [, length = '', alphabet = ''] = part.split(/[#:]/).slice(-3);
  const letters = alphabet === 'hex' ? HEX : ALPHANUMERIC;
  // Bytes at the end of the range would make the first letters more frequent, so they are left out: at most 8 of 256.
  const usable = 256 - (256 % letters.length);
  const bytes = keyFromRoot(root, part, Number(length) * 2 + 64);
  return [...bytes]
    .filter((byte) => byte < usable)
    .slice(0, Number(length))
    .map((byte) => letters[byte % letters.length])
    .join('');
}

/**
 * Bytes for one purpose.
 *
 * @throws K3stackError `INVALID_SECRET_VALUE` when the root is too short to be random.
 */
export function keyFromRoot(root: string, purpose: string, length: number): Uint8Array {
  const key = root.trim();
  if (key.length < SHORTEST_ROOT) {
    throw new K3stackError(
      'INVALID_SECRET_VALUE',
      `the value of secret "${GENERATED_ROOT}" is shorter than ${SHORTEST_ROOT} characters; set it again: ${SET_GENERATED_ROOT}`,
    );
  }
  return new Uint8Array(hkdfSync('sha256', key, '', `k3stack/v1/${purpose}`, length));
}

/** How the root is made, once for each stack. */
export const SET_GENERATED_ROOT = `openssl rand -hex 32 | pulumi config set --secret ${GENERATED_ROOT}`;

const HEX = '0123456789abcdef';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 128 bits, written in hexadecimal. */
const SHORTEST_ROOT = 32;
