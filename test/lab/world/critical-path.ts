import type { Graph } from '../../../lib/synthesis/graph';
import { longestChain as chainOf } from '../../../lib/synthesis/graph-order';
import type { Operation, RunReport } from './lab-stack';

export interface Chain {
  readonly seconds: number;

  /** Steps with their seconds. */
  readonly text: string;
}

/** The dependent steps that an update could not do without: the chain of the graph that took longest, and what was deleted after it. */
export function longestChain({ operations }: RunReport, graph: Graph): Chain {
  const done = new Map(
    operations.filter(({ kind }) => kind !== 'delete').map((entry) => [entry.name, entry]),
  );
  const { steps, duration } = chainOf(graph, ({ id }) => secondsOf(done.get(id)));
  const deletions = lastToEnd(operations.filter(({ kind }) => kind === 'delete'));
  const names = [...steps.flatMap(({ id }) => done.get(id) ?? []), ...deletions];
  return {
    seconds: duration + deletions.reduce((sum, operation) => sum + secondsOf(operation), 0),
    text: names.map((entry) => `${entry.name} ${secondsOf(entry).toFixed(1)}`).join(' → '),
  };
}

/** From the deletion that ended last back to the one that ended last before it began, and so on: a graph no longer has what was deleted. */
function lastToEnd(operations: readonly Operation[]): Operation[] {
  const chain: Operation[] = [];
  for (let next = latest(operations); next !== undefined;) {
    const { start } = next;
    chain.unshift(next);
    next = latest(operations.filter((entry) => entry.end <= start + TOLERANCE && !chain.includes(entry)));
  }
  return chain;
}

function latest(operations: readonly Operation[]): Operation | undefined {
  return [...operations].sort((a, b) => b.end - a.end)[0];
}

function secondsOf(operation: Operation | undefined): number {
  return operation === undefined ? 0 : (operation.end - operation.start) / 1000;
}

/** Milliseconds: events come a little after the fact. */
const TOLERANCE = 50;
