import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything is kept that takes long to make. */
export function labCache(): string {
  return (
    process.env['K3STACK_LAB_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'k3stack-lab')
  );
}

/** Whether Go programs can be built here. */
export function hasGo(): boolean {
  return spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
}

/** A Go program of this repository. */
export interface GoProgram {
  /** What a person who waits reads. */
  readonly title: string;

  /** Folder with its `go.mod`. */
  readonly sources: string;

  /** Folder in the cache, and how the file's name begins. */
  readonly folder: string;
  readonly name: string;

  /** Package in the module, such as `github.com/minio/minio`. @default '.' - the sources themselves */
  readonly package?: string;
}

/**
 * Path of the program's binary, built when its sources changed.
 *
 * @throws Error when `go` is missing or the build fails.
 */
export function goProgram({ title, sources, folder, name, package: built = '.' }: GoProgram): string {
  const cache = join(labCache(), folder);
  const binary = join(cache, `${name}-${hashOf(sources)}`);
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  process.stderr.write(`Building ${title} …\n`);
  const partial = `${binary}.${process.pid}`;
  execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', partial, built], {
    cwd: sources,
    stdio: ['ignore', 2, 2],
  });
  renameSync(partial, binary);
  return binary;
}

function hashOf(sources: string): string {
  const files = readdirSync(sources).filter(
    (file) => /\.(go|mod|sum|json)$/.test(file) && !file.endsWith('_test.go'),
  );
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(sources, file)));
  return hash.digest('hex').slice(0, 16);
}
