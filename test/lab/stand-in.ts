import { execFileSync } from 'node:child_process';
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
