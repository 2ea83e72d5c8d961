import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assertAcyclic, longestChain, stages, topologicalOrder } from '../../../lib/synthesis/graph-order';
import type { Graph, Step } from '../../../lib/synthesis/graph';

/** A graph from `id: [ids it waits for]`. */
function graphOf(after: Record<string, readonly string[]>): Graph {
  const steps = Object.entries(after).map(([id, ids]): Step => ({
    id,
    kind: 'prepare',
    cluster: 'k3s',
    after: ids,
    summary: '',
    checks: [],
    onChange: 'none',
  }));
  return { steps, waves: [] };
}

const ids = (steps: readonly Step[]): string[] => steps.map((step) => step.id);

test('stages hold what can run at the same time, each as early as it can', () => {
  const graph = graphOf({ d: ['b', 'c'], a: [], b: ['a'], c: [], e: ['c'] });
  expect(stages(graph).map(ids)).toEqual([['a', 'c'], ['b', 'e'], ['d']]);
  expect(ids(topologicalOrder(graph))).toEqual(['a', 'c', 'b', 'e', 'd']);
});

test('the longest chain counts steps, or their duration when given', () => {
  const graph = graphOf({ a: [], b: ['a'], c: ['b'], slow: [], end: ['slow'] });
  expect(ids(longestChain(graph).steps)).toEqual(['a', 'b', 'c']);
  const timed = longestChain(graph, (step) => (step.id === 'slow' ? 10 : 1));
  expect([ids(timed.steps), timed.duration]).toEqual([['slow', 'end'], 11]);
});

test('an empty graph has no stages and no chain', () => {
  expect([stages(graphOf({})), longestChain(graphOf({}))]).toEqual([[], { steps: [], duration: 0 }]);
});

test.each([
  ['a cycle', { a: ['c'], b: ['a'], c: ['b'], d: ['a'] }, 'steps wait for each other: a -> b -> c -> a'],
  ['a step that waits for itself', { a: ['a'] }, 'steps wait for each other: a -> a'],
  ['a missing step', { a: ['gone'] }, 'step a waits for gone, which does not exist'],
])('%s is named', (_, after, message) => {
  expect(() => assertAcyclic(graphOf(after))).toThrow(message);
  expect(() => stages(graphOf(after))).toThrow(message);
});

test('an id used twice is named', () => {
  const { steps } = graphOf({ a: [] });
  expect(() => assertAcyclic({ steps: [...steps, ...steps], waves: [] })).toThrow('two steps have the id a');
});

test('in any graph a step comes after all it waits for, and the longest chain is as long as there are stages', () => {
  const graphs = fc
    .array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { maxLength: 30 })
    .map((rows) =>
      graphOf(
        Object.fromEntries(
          rows.map((row, n) => [`n${n}`, n === 0 ? [] : row.map((other) => `n${other % n}`)]),
        ),
      ),
    );
  fc.assert(
    fc.property(graphs, (graph) => {
      const order = ids(topologicalOrder(graph));
      expect(order).toHaveLength(graph.steps.length);
      for (const step of graph.steps) {
        for (const id of step.after) expect(order.indexOf(id)).toBeLessThan(order.indexOf(step.id));
      }
      expect(longestChain(graph).steps).toHaveLength(stages(graph).length);
    }),
  );
});
