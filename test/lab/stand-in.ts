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

/** Why the stand-in cannot be had; `undefined` when it can, or when another binary was given. */
export function whyNoStandIn(): string | undefined {
  if (process.env['K3STACK_LAB_K3S'] !== undefined) return undefined;
  return spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
    ? undefined
    : 'it needs go to build its stand-in for k3s, or K3STACK_LAB_K3S with the path of a real one';
}

/**
 * Path of the stand-in for the `k3s` binary, built when its sources changed: the first time some minutes.
 *
 * @throws Error when `go` is missing or the build fails.
 */
export function standIn(): string {
  const sources = join(__dirname, 'k3s');
  const files = readdirSync(sources).filter(
    (file) => /\.(go|mod|sum|json)$/.test(file) && !file.endsWith('_test.go'),
  );
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(sources, file)));
  const folder = join(labCache(), 'stand-in');
  const binary = join(folder, `k3s-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  process.stderr.write('Building the stand-in for k3s …\n');
  const partial = `${binary}.${process.pid}`;
  execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', partial, '.'], {
    cwd: sources,
    stdio: ['ignore', 2, 2],
  });
  renameSync(partial, binary);
  return binary;
}
