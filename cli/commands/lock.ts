import { dirname, join } from 'node:path';
import { readLockFile, writeLockFile } from '../../adapters/lock-file';
import { findProgram } from '../../adapters/program';
import type { Architecture } from '../../lib/cluster/node';
import { LOCK_FILE, mergeLock, OFFICIAL_RELEASES, type LockChange } from '../../lib/distributions/k3s/lock';
import { parseRelease } from '../../lib/distributions/k3s/release';
import { ExitCode, K3stackError } from '../../lib/errors';
import { alignedRows } from '../../lib/report/text-table';
import { commonOptions, defineCommand, type OptionValues } from '../command';
import { findChecksums } from '../found-checksums';
import { failuresOf, successesOf } from '../outcome';
import { failureJson } from '../outcome-json';
import { tellFailures } from '../outcome-text';
import { openProject } from '../project';
import { UsageError } from '../report-error';
import { startProgress } from '../progress';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';
import { artifactsInUse, artifactsOfReleases, type WantedArtifacts } from '../wanted-artifacts';

/** Seconds. */
const LONGEST_TIMEOUT = 3600;
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64', 'arm'];

const options = {
  ...commonOptions,
  version: {
    kind: 'list',
    value: 'release',
    help: 'K3s releases, such as v1.34.1+k3s1 (default: those the program uses)',
  },
  arch: {
    kind: 'list',
    value: 'name',
    help: 'Architectures, with --version (default: all)',
    suggest: ARCHITECTURES,
  },
  from: {
    kind: 'text',
    value: 'url',
    help: 'Mirror that is laid out like the official releases',
    default: OFFICIAL_RELEASES,
  },
  timeout: { kind: 'text', value: 'seconds', help: 'How long one download may take', default: '30' },
  'accept-changed': { kind: 'flag', help: 'Take checksums that differ from those in the lock file' },
} as const;

/** `k3stack lock`: pins what hosts will accept, from the official lists or a mirror. */
export const lock = defineCommand({
  options,
  async run({ terminal, options: given }) {
    checkOptions(given);
    const wanted = await wantedArtifacts(given, terminal);
    if (wanted === undefined) return ExitCode.failure;
    const folder = dirname(findProgram(terminal.cwd, given.program));
    const old = readLockFile(folder);
    const found = await download(
      wanted,
      { releases: given.from, folder, timeout: Math.ceil(Number(given.timeout) * 1000) },
      terminal,
      given.quiet || given.json,
    );
    const { lock: merged, changes } = mergeLock(old, found);
    const differing = changes.filter((change) => change.before !== undefined);
    if (differing.length > 0 && !given['accept-changed']) throw changedUpstream(differing);
    if (changes.length > 0) writeLockFile(folder, merged);
    tell(changes, join(folder, LOCK_FILE), terminal, given);
    return ExitCode.ok;
  },
});

function checkOptions({ version, arch, from, timeout }: OptionValues<typeof options>): void {
  const release = version.find((text) => parseRelease(text) === undefined);
  if (release !== undefined)
    throw new UsageError(`--version must be a K3s release, got '${release}'; write v1.34.1+k3s1`);
  const unknown = arch.find((name) => !ARCHITECTURES.some((known) => known === name));
  if (unknown !== undefined)
    throw new UsageError(`--arch must be one of ${ARCHITECTURES.join(', ')}, got '${unknown}'`);
  if (arch.length > 0 && version.length === 0)
    throw new UsageError('--arch goes with --version; without it the program decides');
  if (!(Number(timeout) > 0 && Number(timeout) <= LONGEST_TIMEOUT))
    throw new UsageError(
      `--timeout must be a number of seconds, at most ${LONGEST_TIMEOUT}, got '${timeout}'`,
    );
  if (!/^https:\/\/[^/]/.test(from)) throw new UsageError(`--from must start with https://, got '${from}'`);
}

/** `undefined` when an environment could not be synthesized, which is told then. */
async function wantedArtifacts(
  given: OptionValues<typeof options>,
  terminal: Terminal,
): Promise<readonly WantedArtifacts[] | undefined> {
  const { version, arch } = given;
  if (version.length > 0) {
    return artifactsOfReleases(
      version,
      ARCHITECTURES.filter((name) => arch.length === 0 || arch.includes(name)),
    );
  }
  const { outcomes } = await openProject(given, terminal);
  if (failuresOf(outcomes).length === 0)
    return artifactsInUse(successesOf(outcomes).map((each) => each.synthesis));
  if (given.json) writeJson(terminal, failureJson(outcomes));
  else tellFailures(outcomes, terminal);
  return undefined;
}

async function download(
  wanted: readonly WantedArtifacts[],
  sources: Parameters<typeof findChecksums>[1],
  terminal: Terminal,
  silent: boolean,
): ReturnType<typeof findChecksums> {
  const progress = startProgress(terminal, silent);
  try {
    await progress.step(
      `downloading the checksums of ${wanted.map(({ version, architecture }) => `${version} ${architecture}`).join(', ')}`,
    );
    return await findChecksums(wanted, sources);
  } finally {
    progress.stop();
  }
}

function changedUpstream(changes: readonly LockChange[]): K3stackError {
  const lines = changes.map(
    ({ version, artifact, before, after }) =>
      `  ${version} ${artifact}\n    locked ${before?.sha256} (${before?.source})\n    now    ${after.sha256} (${after.source})`,
  );
  return new K3stackError(
    'CHECKSUM_CHANGED',
    'published checksums differ from those in the lock file: a release was replaced, or somebody tampers with it\n' +
      `${lines.join('\n')}\n  nothing is written; find out why, then run k3stack lock --accept-changed`,
    ExitCode.blocked,
  );
}

function tell(
  changes: readonly LockChange[],
  file: string,
  terminal: Terminal,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
): void {
  if (json) return writeJson(terminal, { file, changes });
  if (quiet) return;
  const color = paletteFor(terminal.stdout, terminal.env);
  const rows = changes.map(({ version, artifact, before, after }) => [
    before === undefined ? '+' : '~',
    version,
    artifact,
    `${before === undefined ? '' : `${before.sha256.slice(0, 12)}… -> `}${after.sha256.slice(0, 12)}…`,
  ]);
  const name = shownPath(terminal, file);
  const title = changes.length === 0 ? `${name} is up to date` : name;
  const lines = alignedRows(rows, (cell, column) => (column === 0 ? color.green(cell) : cell));
  terminal.stdout.write([title, ...lines.map((line) => `  ${line}`), ''].join('\n'));
}
