import { createHash } from 'node:crypto';

/** What a change of one thing on a host costs it. */
export type ChangeClass = 'none' | 'live' | 'restart' | 'drain-restart';

/** One thing of what a host is to be. */
export interface ManifestLine {
  readonly class: ChangeClass;

  /** Of its content, hexadecimal. */
  readonly sha256: string;

  /** Path of a file, or another name without spaces, such as `option:node-ip`. */
  readonly name: string;
}

/**
 * Everything a host is to be, a line each, sorted by name. It is for root on the host and for the secret input of a step only: digests of secrets are in it.
 */
export interface Manifest {
  readonly lines: readonly ManifestLine[];

  /** Sha256 of its text; what a running node is compared by. */
  readonly digest: string;
}

/** A manifest of its lines. */
export function manifestOf(lines: readonly ManifestLine[]): Manifest {
  const sorted = [...lines].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { lines: sorted, digest: sha256(manifestText(sorted)) };
}

/** As it lies on the host. */
export function manifestText(lines: readonly ManifestLine[]): string {
  return lines.map((line) => `${line.class} ${line.sha256} ${line.name}\n`).join('');
}

/** Hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
