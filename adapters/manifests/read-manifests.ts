import type { ManifestSet } from '../../lib/manifests/manifest-document';

/** How manifests are read. */
export interface ReadManifestsOptions {
  /**
   * What `-` means.
   *
   * @default - standard input of this process
   */
  readonly stdin?: AsyncIterable<unknown>;

  /**
   * Bytes that one input may have.
   *
   * @default 268435456 - 256 MiB
   */
  readonly limit?: number;
}

/** Reads a folder of manifests, a file, or standard input (`-`). */
export function readManifests(input: string, options: ReadManifestsOptions = {}): Promise<ManifestSet> {
  void [input, options];
  return Promise.reject(new Error('not yet'));
}

/** Reads two inputs that are to be compared: documents of the same text are the same object on both sides. */
export function readManifestPair(
  before: string,
  after: string,
  options: ReadManifestsOptions = {},
): Promise<[ManifestSet, ManifestSet]> {
  void [before, after, options];
  return Promise.reject(new Error('not yet'));
}
