import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { labCache } from '../../support/go-program';

/** A release that hosts of the lab can run. */
export interface Release {
  /** Such as `v1.36.3+k3s1`. */
  readonly version: string;

  /** Binary on this machine. */
  readonly file: string;
  readonly sha256: string;
}

/** Releases by what scenarios need them for. */
export interface Releases {
  /** What clusters begin with. */
  readonly first: Release;

  /** A patch later. */
  readonly patch: Release;

  /** A minor later than `first`; absent when only binaries of one minor were given. */
  readonly minor?: Release;

  /** Two minors later than `first`; nothing ever starts it. */
  readonly skipping?: Release;
}

/**
 * The releases of this run: copies of the stand-in with other version numbers, or the binaries of `K3STACK_LAB_K3S`, separated by `:`, the oldest
 * first: the first of the same minor is the patch, the first of the next one the minor.
 */
export async function releases(): Promise<Releases> {
  const given = binaries();
  const first = given[0] as string;
  if (versionOf(first).real) {
    const all = await Promise.all(given.map((file) => release(file, versionOf(file).version)));
    const one = all[0] as Release;
    const ahead = (minors: number): Release | undefined =>
      all.slice(1).find(({ version }) => minorOf(version) === minorOf(one.version) + minors);
    const [minor, skipping] = [ahead(1), ahead(2)];
    return { first: one, patch: ahead(0) ?? one, ...(minor && { minor }), ...(skipping && { skipping }) };
  }
  const [one, two, three, four] = await Promise.all(STAMPED.map((version) => stamped(first, version)));
  return { first: one as Release, patch: two as Release, minor: three as Release, skipping: four as Release };
}

const STAMPED = ['v1.34.1+k3s1', 'v1.34.2+k3s1', 'v1.35.1+k3s1', 'v1.36.1+k3s1'];

async function stamped(from: string, version: string): Promise<Release> {
  const { size, mtimeMs } = statSync(from);
  // One that was built anew may have its old name.
  const folder = join(labCache(), 'releases', `${basename(from)}-${size}-${Math.round(mtimeMs)}`);
  const file = join(folder, `k3s-${version}`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    execFileSync(from, ['stamp', '--version', version, from, `${file}.part`]);
    renameSync(`${file}.part`, file);
  }
  return release(file, version);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

async function release(file: string, version: string): Promise<Release> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { version, file, sha256: hash.digest('hex') };
}

function versionOf(file: string): { readonly version: string; readonly real: boolean } {
  const text = execFileSync(file, ['--version'], { encoding: 'utf8' });
  const [, version = '', build] = /^\S+ version (\S+) \((\S+)\)/.exec(text) ?? [];
  return { version, real: build !== 'standin' };
}

function binary(): string {
  return binaries()[0] as string;
}

function binaries(): string[] {
  const given = process.env['K3STACK_LAB_K3S'];
  if (given === undefined || given === '')
    throw new Error('the lab needs K3STACK_LAB_K3S; run it by npm run test:lab');
  return given.split(':');
}

/** Which releases that some scenarios need are not among the binaries that were given. */
export function missingReleases(): readonly ('patch' | 'minor' | 'skipping')[] {
  if (!isRealK3s()) return [];
  const [first = 0, ...later] = binaries().map((file) => minorOf(versionOf(file).version));
  const needed = { patch: first, minor: first + 1, skipping: first + 2 };
  return (['patch', 'minor', 'skipping'] as const).filter((name) => !later.includes(needed[name]));
}

/** Whether hosts run K3s itself, and not the stand-in. */
export function isRealK3s(): boolean {
  isReal ??= versionOf(binary()).real;
  return isReal;
}

let isReal: boolean | undefined;
