import type { Graph, Step } from './graph';

/** Steps in an order that respects every `after`; among steps that could go first, as declared. */
export function topologicalOrder(graph: Graph): Step[] {
  return stages(graph).flat();
}

/**
 * Steps grouped by the earliest moment they can start: all steps of one stage can run at the same time, and each waits for a step
 * of the stage before it.
 *
 * @throws Error when the graph has a cycle or a step waits for one that does not exist.
 */
export function stages(graph: Graph): Step[][] {
  const waiting = new Map(graph.steps.map((step) => [step.id, new Set(step.after).size]));
  const followers = followersOf(graph);
  const result: Step[][] = [];
  let done = 0;
  let stage = graph.steps.filter((step) => waiting.get(step.id) === 0);
  while (stage.length > 0) {
    result.push(stage);
    done += stage.length;
    const next = new Set<string>();
    for (const id of stage.flatMap((step) => followers.get(step.id) ?? [])) {
      const left = (waiting.get(id) ?? 0) - 1;
      waiting.set(id, left);
      if (left === 0) next.add(id);
    }
    stage = graph.steps.filter((step) => next.has(step.id));
  }
  if (done < graph.steps.length) assertAcyclic(graph);
  return result;
}

/**
 * The chain of dependent steps that takes longest: no schedule is faster.
 *
 * @param duration Of one step, in any unit. Default: 1.
 */
export function longestChain(
  graph: Graph,
  duration: (step: Step) => number = () => 1,
): { readonly steps: readonly Step[]; readonly duration: number } {
  const finish = new Map<string, number>();
  const before = new Map<string, Step>();
  const byId = new Map(graph.steps.map((step) => [step.id, step]));
  let last: Step | undefined;
  for (const step of topologicalOrder(graph)) {
    let start = 0;
    for (const id of step.after) {
      const end = finish.get(id) ?? 0;
      if (before.has(step.id) && end <= start) continue;
      start = end;
      before.set(step.id, byId.get(id) as Step);
    }
    finish.set(step.id, start + duration(step));
    if (last === undefined || (finish.get(step.id) ?? 0) > (finish.get(last.id) ?? 0)) last = step;
  }
  const chain: Step[] = [];
  for (let step = last; step !== undefined; step = before.get(step.id)) chain.unshift(step);
  return { steps: chain, duration: last ? (finish.get(last.id) ?? 0) : 0 };
}

/**
 * Makes sure that the graph can be carried out.
 *
 * @throws Error that names the cycle, the id that is used twice, or the step that waits for one that does not exist.
 */
export function assertAcyclic(graph: Graph): void {
  const byId = new Map<string, Step>();
  for (const step of graph.steps) {
    if (byId.has(step.id)) throw new Error(`two steps have the id ${step.id}`);
    byId.set(step.id, step);
  }
  for (const step of graph.steps) {
    const missing = step.after.find((id) => !byId.has(id));
    if (missing !== undefined) throw new Error(`step ${step.id} waits for ${missing}, which does not exist`);
  }
  const cycle = findCycle(graph, byId);
  if (cycle) throw new Error(`steps wait for each other: ${cycle.join(' -> ')}`);
}

/** Takes away what waits for nothing until nothing is left to take; walking back from a remaining step then must come round. */
function findCycle(graph: Graph, byId: ReadonlyMap<string, Step>): string[] | undefined {
  const left = new Set(byId.keys());
  let before: number;
  do {
    before = left.size;
    for (const step of graph.steps) if (!step.after.some((id) => left.has(id))) left.delete(step.id);
  } while (left.size < before);

  const path: string[] = [];
  let id: string | undefined = [...left][0];
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    id = byId.get(id)?.after.find((other) => left.has(other));
  }
  return id === undefined ? undefined : [...path.slice(path.indexOf(id)), id].reverse();
}

function followersOf(graph: Graph): Map<string, string[]> {
  const followers = new Map<string, string[]>();
  for (const step of graph.steps) {
    for (const id of new Set(step.after)) {
      const list = followers.get(id);
      if (list) list.push(step.id);
      else followers.set(id, [step.id]);
    }
  }
  return followers;
}
