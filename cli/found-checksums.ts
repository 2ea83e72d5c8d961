import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadText } from '../adapters/checksum-lists';
import { checksumListUrl, parseChecksumList, type Lock, type LockEntry } from '../lib/distributions/k3s/lock';
import { K3stackError } from '../lib/errors';
import type { WantedArtifacts } from './wanted-artifacts';

/** Where checksums are looked for. */
export interface ChecksumSources {
  /** Laid out as the official releases are. */
  readonly releases: string;

  /** Folder of the program: image archives of the user's own lie in it. */
  readonly folder: string;

  /** Milliseconds that one download may take. */
  readonly timeout: number;
}

/**
 * Checksums of artifacts: those of a release from its published list, those of the user's own archives from the files.
 *
 * @throws K3stackError `DOWNLOAD_FAILED`, `INVALID_CHECKSUM_LIST`, `NO_CHECKSUM`.
 */
export async function findChecksums(
  wanted: readonly WantedArtifacts[],
  sources: ChecksumSources,
): Promise<Lock> {
  const found: Record<string, Record<string, LockEntry>> = {};
  const lists = await Promise.all(wanted.map((each) => entriesOf(each, sources)));
  wanted.forEach(({ version }, index) => {
    found[version] = { ...found[version], ...lists[index] };
  });
  return found;
}

async function entriesOf(
  wanted: WantedArtifacts,
  { releases, folder, timeout }: ChecksumSources,
): Promise<Record<string, LockEntry>> {
  const { version, architecture, names } = wanted;
  const source = checksumListUrl(version, architecture, releases);
  const sums = parseChecksumList(await downloadText(source, { timeout }), source);
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, LockEntry]> => {
      const sha256 = sums.get(name);
      if (sha256 !== undefined) return [name, { sha256, source }];
      const file = resolve(folder, name);
      if (existsSync(file)) return [name, { sha256: await hashOf(file), source: `file:${name}` }];
      throw new K3stackError(
        'NO_CHECKSUM',
        `${source} has no ${name}, and there is no such file beside the program; mend the name, or put the archive there`,
      );
    }),
  );
  return Object.fromEntries(entries);
}

/** Image archives have gigabytes. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
