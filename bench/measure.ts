import { execFileSync } from 'node:child_process';

/** Middle of the values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Wall seconds of a whole process; its output is thrown away. */
export function wallSeconds(command: readonly string[], cwd: string): number {
  const [file, ...args] = command as [string, ...string[]];
  const start = process.hrtime.bigint();
  execFileSync(file, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Runs two measurements in turn, so that a machine that changes its speed changes both, and gives the median of each. */
export function paired<T>(rounds: number, a: () => T, b: () => T): { a: T[]; b: T[] } {
  const results: { a: T[]; b: T[] } = { a: [], b: [] };
  for (let round = 0; round < rounds; round++) {
    results.a.push(a());
    results.b.push(b());
  }
  return results;
}
