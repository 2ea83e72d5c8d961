import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A release of a Go module, and what it has to be. */
export interface GoModule {
  /** Such as `go.universe.tf/metallb@v0.15.2`. */
  readonly module: string;

  /** Hash of its files as go.sum has it. */
  readonly sum: string;
}

/** Where Go keeps a module, or why it has none. */
export type FoundModule = { readonly folder: string } | { readonly missing: string };

/**
 * Finds a module, downloaded when it is not there.
 *
 * @throws when its files are not those that were reviewed
 */
export function goModule({ module, sum }: GoModule): FoundModule {
  const told = download(module);
  const folder = told.Dir ?? folderOf(told);
  if (folder === undefined || told.Sum === undefined)
    return { missing: `${module}: ${(told.Error ?? 'Go says nothing of it').split('\n')[0] ?? ''}` };
  if (told.Sum !== sum) throw new Error(`${module} is ${told.Sum}, not ${sum}`);
  return { folder };
}

/** Of a module that asks for a newer Go than there is, Go brings the files but does not say where they lie. */
function folderOf({ Path: path, Version: version }: Told): string | undefined {
  if (path === undefined || version === undefined) return undefined;
  cache ??= execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
  // Upper case is written so in the cache: https://go.dev/ref/mod#module-cache
  const name = path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const folder = join(cache, `${name}@${version}`);
  return existsSync(folder) ? folder : undefined;
}

let cache: string | undefined;

interface Told {
  readonly Path?: string;
  readonly Version?: string;
  readonly Dir?: string;
  readonly Sum?: string;
  readonly Error?: string;
}

/** Go prints what it knows also when it fails; without Go there is no output. */
function download(module: string): Told {
  try {
    return JSON.parse(run(module)) as Told;
  } catch (error) {
    const { stdout, message } = error as Error & { readonly stdout?: string | null };
    return stdout ? (JSON.parse(stdout) as Told) : { Error: message };
  }
}

function run(module: string): string {
  return execFileSync('go', ['mod', 'download', '-json', module], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
