import type { Architecture } from '../../cluster/node';
import { K3stackError } from '../../errors';
import { parseRelease } from './release';

/** Identifies the shape of the lock file. */
export const LOCK_SCHEMA = 'k3stack.lock/v1';

/** Name of the lock file, beside the program. */
export const LOCK_FILE = 'k3stack.lock.json';

/** Where K3s publishes its releases. */
export const OFFICIAL_RELEASES = 'https://github.com/k3s-io/k3s/releases/download';

/** Checksum of one artifact. */
export interface LockEntry {
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;

  /** URL of the list it was read from, or `file:` and the path of a file beside the program. */
  readonly source: string;
}

/** Checksums by release, such as `v1.34.1+k3s1`, then by artifact, such as `k3s-arm64`. */
export type Lock = Readonly<Record<string, Readonly<Record<string, LockEntry>>>>;

/** What a merge did to one artifact. */
export interface LockChange {
  readonly version: string;
  readonly artifact: string;
  readonly before?: LockEntry;
  readonly after: LockEntry;
}

/**
 * Reads a lock file.
 *
 * @param file Its name, for errors.
 * @throws K3stackError `INVALID_LOCK_FILE` naming what is wrong.
 */
export function parseLock(text: string, file: string): Lock {
  const data = parseJson(text, file);
  if (!isMap(data) || data['schema'] !== LOCK_SCHEMA) {
    const schema = isMap(data) ? JSON.stringify(data['schema']) : 'no map';
    throw invalid(
      file,
      'schema',
      `must be ${JSON.stringify(LOCK_SCHEMA)}, got ${schema}`,
      'remove the file and run k3stack lock',
    );
  }
  const { k3s } = data;
  if (!isMap(k3s)) throw invalid(file, 'k3s', 'must be a map of releases', 'run k3stack lock');
  const lock: Record<string, Record<string, LockEntry>> = {};
  for (const [version, artifacts] of Object.entries(k3s)) {
    if (parseRelease(version) === undefined) {
      throw invalid(file, `k3s.${version}`, 'is no K3s release', "write one such as 'v1.34.1+k3s1'");
    }
    if (!isMap(artifacts))
      throw invalid(file, `k3s.${version}`, 'must be a map of artifacts', 'run k3stack lock');
    lock[version] = Object.fromEntries(
      Object.entries(artifacts).map(([name, entry]) => [
        name,
        parseEntry(entry, file, `k3s.${version}.${name}`),
      ]),
    );
  }
  return lock;
}

function parseEntry(entry: unknown, file: string, where: string): LockEntry {
  const { sha256, source } = isMap(entry) ? entry : {};
  if (typeof sha256 !== 'string' || !SHA256.test(sha256)) {
    throw invalid(
      file,
      `${where}.sha256`,
      'must be 64 lower-case hexadecimal digits',
      'remove the entry and run k3stack lock',
    );
  }
  if (typeof source !== 'string' || !/^(https:\/\/|file:)./.test(source)) {
    throw invalid(
      file,
      `${where}.source`,
      "must start with 'https://' or 'file:'",
      'remove the entry and run k3stack lock',
    );
  }
  return { sha256, source };
}

/** The lock file's text: sorted, the same for the same checksums. */
export function renderLock(lock: Lock): string {
  const k3s = Object.fromEntries(
    sortedEntries(lock).map(([version, artifacts]) => [
      version,
      Object.fromEntries(
        sortedEntries(artifacts).map(([name, { sha256, source }]) => [name, { sha256, source }]),
      ),
    ]),
  );
  return `${JSON.stringify({ schema: LOCK_SCHEMA, k3s }, undefined, 2)}\n`;
}

/** Puts checksums into a lock. An entry whose checksum is the same stays as it is, its source too. */
export function mergeLock(
  lock: Lock,
  found: Lock,
): { readonly lock: Lock; readonly changes: readonly LockChange[] } {
  const merged: Record<string, Record<string, LockEntry>> = Object.fromEntries(
    Object.entries(lock).map(([version, artifacts]) => [version, { ...artifacts }]),
  );
  const changes: LockChange[] = [];
  for (const [version, artifacts] of sortedEntries(found)) {
    for (const [artifact, after] of sortedEntries(artifacts)) {
      const before = lock[version]?.[artifact];
      if (before?.sha256 === after.sha256) continue;
      (merged[version] ??= {})[artifact] = after;
      changes.push({ version, artifact, ...(before && { before }), after });
    }
  }
  return { lock: merged, changes };
}

/**
 * Where the checksums of a release are.
 *
 * @param base Of the official releases, or of a mirror that is laid out like them.
 */
export function checksumListUrl(
  version: string,
  architecture: Architecture,
  base = OFFICIAL_RELEASES,
): string {
  return `${base.replace(/\/+$/, '')}/${version.replaceAll('+', '%2B')}/sha256sum-${architecture}.txt`;
}

/**
 * Checksums by name out of a list as `sha256sum` prints it.
 *
 * @param source Where it comes from, for errors.
 * @throws K3stackError `INVALID_CHECKSUM_LIST` naming the line.
 */
export function parseChecksumList(text: string, source: string): Map<string, string> {
  const sums = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const [, sha256, name] = /^([0-9a-f]{64}) [ *](\S+)$/i.exec(line.trimEnd()) ?? [];
    if (sha256 === undefined || name === undefined) {
      const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
      throw badList(source, `line ${index + 1} is not a checksum and a name: ${JSON.stringify(shown)}`);
    }
    const other = sums.get(name);
    if (other !== undefined && other !== sha256.toLowerCase())
      throw badList(source, `it has two checksums for ${name}`);
    sums.set(name, sha256.toLowerCase());
  });
  // Every list ends with a line feed; without one the last name may be cut short.
  if (!text.endsWith('\n')) throw badList(source, 'it ends in the middle of a line');
  return sums;
}

function badList(source: string, problem: string): K3stackError {
  return new K3stackError(
    'INVALID_CHECKSUM_LIST',
    `${source} cannot be used: ${problem}; try again, or use another mirror with --from`,
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new K3stackError(
      'INVALID_LOCK_FILE',
      `${file} is not JSON: ${(error as Error).message}; restore it from Git, or remove it and run k3stack lock`,
      undefined,
      { cause: error },
    );
  }
}

function invalid(file: string, where: string, problem: string, fix: string): K3stackError {
  return new K3stackError('INVALID_LOCK_FILE', `${file}: ${where} ${problem}; ${fix}`);
}

function sortedEntries<V>(map: Readonly<Record<string, V>>): [string, V][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SHA256 = /^[0-9a-f]{64}$/;
