import { createHash } from 'node:crypto';
import { utils } from 'ssh2';

/** A public host key as `known_hosts` and programs have it. */
export interface HostKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  readonly blob: Buffer;
}

/** Reads `ssh-ed25519 AAAA…`; `undefined` for anything that is no public key. */
export function parseHostKey(text: string): HostKey | undefined {
  const key = utils.parseKey(text);
  if (key instanceof Error) return undefined;
  return { type: key.type, blob: key.getPublicSSH() };
}

/** A host's key as it came over the wire. */
export function hostKeyOf(blob: Buffer): HostKey {
  return { type: blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1'), blob };
}

/** As a line of `known_hosts` has it, without the address. */
export function hostKeyText({ type, blob }: HostKey): string {
  return `${type} ${blob.toString('base64')}`;
}

/** As `ssh-keygen -l` shows it: `SHA256:…`. */
export function fingerprint({ blob }: HostKey): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Types of keys that are pinned, best first; the same that `known_hosts` is read for. */
export const PINNED_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
] as const;
