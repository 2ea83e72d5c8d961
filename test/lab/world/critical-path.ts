import type { RunReport } from './lab-stack';

/**
 * The chain of operations that an update had to wait for: from the last one to end, back to the last one that ended before it began, and so on.
 * What is not on it is time in which nothing ran.
 */
export function longestChain({ operations }: RunReport): {
  readonly seconds: number;
  readonly chain: string;
} {
  const names: string[] = [];
  let busy = 0;
  let next = operations.reduce<RunReport['operations'][number] | undefined>(
    (last, operation) => (last === undefined || operation.end > last.end ? operation : last),
    undefined,
  );
  while (next !== undefined) {
    const { start, end, name } = next;
    busy += end - start;
    names.unshift(`${name} ${((end - start) / 1000).toFixed(1)}`);
    next = operations
      .filter((operation) => operation.end <= start + TOLERANCE && operation !== next)
      .filter((operation) => operation.start < start)
      .reduce<RunReport['operations'][number] | undefined>(
        (last, operation) => (last === undefined || operation.end > last.end ? operation : last),
        undefined,
      );
  }
  return { seconds: busy / 1000, chain: names.join(' → ') };
}

/** Milliseconds: events come a little after the fact. */
const TOLERANCE = 50;
