import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a whole process took. */
export interface Usage {
  /** Wall seconds. */
  readonly seconds: number;

  /** Of all its threads; `undefined` where GNU time is not installed. */
  readonly cpu?: number;

  /** Peak of resident memory; as `cpu`. */
  readonly mebibytes?: number;
}

/**
 * Runs a process to its end; its output is thrown away.
 *
 * @param codes Exit codes that mean that it has done its work.
 * @throws Error for any other code, with what it wrote.
 */
export function usage(
  command: readonly string[],
  codes: readonly number[] = [0],
  place: Pick<SpawnSyncOptions, 'cwd' | 'env'> = {},
): Usage {
  const report = join(tmpdir(), `k3stack-bench-usage-${process.pid}`);
  const [file, ...args] = [...timePrefix(report), ...command] as [string, ...string[]];
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(file, args, {
    ...place,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status === null || !codes.includes(status)) {
    throw new Error(`${command.join(' ')} ended with ${status}: ${error?.message ?? stderr}`);
  }
  if (!hasTime) return { seconds };
  const [kibibytes = 0, user = 0, system = 0] = (readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  rmSync(report);
  return { seconds, cpu: user + system, mebibytes: kibibytes / 1024 };
}

/** Peak memory in KiB, and CPU seconds of the program and of the system for it, as GNU time prints them. */
function timePrefix(report: string): readonly string[] {
  return hasTime ? [TIME, '--quiet', '-f', '%M %U %S', '-o', report] : [];
}

const TIME = '/usr/bin/time';

const hasTime = spawnSync(TIME, ['--version'], { encoding: 'utf8' }).status === 0;
