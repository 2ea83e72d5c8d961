import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { goProgram, labCache } from '../../support/go-program';

/** Folder of Gitea's own module: what its image has beside the binary. */
export function giteaModule(): string {
  const args = ['list', '-m', '-f', '{{.Dir}}', 'code.gitea.io/gitea'];
  execFileSync('go', ['mod', 'download', 'code.gitea.io/gitea'], { cwd: sources('server'), stdio: 'ignore' });
  return execFileSync('go', args, { cwd: sources('server'), encoding: 'utf8' }).trim();
}

/** Gitea, with SQLite in it, as its image has: some minutes where Go's build cache is empty. */
export function giteaBinary(): string {
  const folder = join(labCache(), 'gitea');
  const modules = ['go.mod', 'go.sum'].map((file) => readFileSync(join(sources('server'), file)));
  const hash = createHash('sha256').update(Buffer.concat(modules)).digest('hex').slice(0, 16);
  const binary = join(folder, `gitea-sqlite-${hash}`);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  process.stderr.write('Building Gitea …\n');
  const partial = `${binary}.${process.pid}`;
  const flags = ['-trimpath', '-tags', 'sqlite,sqlite_unlock_notify', '-ldflags', '-s -w'];
  execFileSync('go', ['build', ...flags, '-o', partial, 'code.gitea.io/gitea'], {
    cwd: sources('server'),
    stdio: ['ignore', 2, 2],
  });
  renameSync(partial, binary);
  return binary;
}

/** The runner of Gitea's Actions. */
export function runnerBinary(): string {
  return program('the runner of Gitea', 'runner', 'gitea-runner', 'gitea.com/gitea/runner');
}

/** The client of BuildKit. */
export function buildctlBinary(): string {
  return program("BuildKit's client", 'builder', 'buildctl', 'github.com/moby/buildkit/cmd/buildctl');
}

/** The daemon of BuildKit. */
export function buildkitdBinary(): string {
  return program('BuildKit', 'builder', 'buildkitd', 'github.com/moby/buildkit/cmd/buildkitd');
}

/** What BuildKit runs the steps of a Dockerfile with. */
export function runcBinary(): string {
  return program('runc', 'runc', 'runc', 'github.com/opencontainers/runc');
}

/** The registry of CNCF Distribution. */
export function registryBinary(): string {
  return goProgram({
    title: 'the registry of CNCF Distribution',
    sources: join(__dirname, '../registry'),
    folder: 'registry',
    name: 'registry',
  });
}

function program(title: string, folder: string, name: string, built: string): string {
  return goProgram({ title, sources: sources(folder), folder: 'gitea', name, package: built });
}

function sources(folder: string): string {
  return join(__dirname, folder);
}
