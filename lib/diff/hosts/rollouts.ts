import { knowledgeOf } from '../../distributions/changes-of';
import { keptClusters } from '../../rules/transition';
import type { Step } from '../../synthesis/graph';
import { longestChain, topologicalOrder } from '../../synthesis/graph-order';
import type { ClusterSynthesis, Synthesis } from '../../synthesis/synthesis';
import { HIDDEN } from '../hidden-value';
import type { Rollout, RolloutStep } from '../host-report';
import { clusterTurns, type HostTurn } from './cluster-turns';
import { withoutHostSecrets } from './hidden-on-hosts';
import { knownHostChanges } from './known-changes';
import { removalRollout } from './removal-rollout';
import { rolloutNotes } from './rollout-notes';
import { withQuorum } from './rollout-quorum';

/**
 * The order in which hosts are worked on when the change is applied, cluster by cluster, with only those that have something to do. Order and waves are
 * those of the plan; seconds are expected, not measured.
 *
 * @param before Absent for an environment that is new.
 * @param after Absent for an environment that goes.
 */
export function rollouts(before: Synthesis | undefined, after: Synthesis | undefined): Rollout[] {
  const removed = (before?.clusters ?? []).filter(
    ({ name }) => !after?.clusters.some((cluster) => cluster.name === name),
  );
  return [
    ...(after === undefined ? [] : after.clusters.flatMap((cluster) => rolloutOf(cluster, before, after))),
    ...(before === undefined ? [] : removed.flatMap((cluster) => removalOf(cluster, before))),
  ];
}

function removalOf(cluster: ClusterSynthesis, before: Synthesis): Rollout[] {
  const knowledge = knowledgeOf(cluster.name, before);
  return knowledge === undefined ? [] : removalRollout(cluster, before, knowledge);
}

function rolloutOf(cluster: ClusterSynthesis, before: Synthesis | undefined, after: Synthesis): Rollout[] {
  const { name } = cluster;
  const knowledge = knowledgeOf(name, after);
  if (knowledge === undefined) return [];
  const kept =
    before === undefined ? undefined : keptClusters(before, after).find((one) => one.after === cluster);
  const changes = knownHostChanges(before ?? { ...after, hosts: [] }, after).filter(
    (one) => one.cluster === name,
  );
  const graph = ownGraph(after, name);
  const turns = clusterTurns({ steps: graph.steps, changes, isNew: kept === undefined, knowledge });
  if (turns.length === 0) return [];
  const shown = withoutHostSecrets([before, after], () => HIDDEN);
  const waves = wavesOf(graph.steps, turns);
  const busy = busySteps(graph.steps, turns, knowledge.gateSeconds);
  const steps = turns
    .map((turn, index): RolloutStep => {
      const row = rowOf(turn);
      return { ...row, what: shown(row.what), wave: waves[index] ?? 1 };
    })
    .sort((a, b) => a.wave - b.wave);
  return [
    {
      environment: after.environment,
      cluster: name,
      steps: withQuorum(steps, turns, {
        after: cluster,
        servers: kept?.hostsBefore ?? [],
        knowledge,
      }),
      expectedSeconds: longestChain(graph, (step) => busy.get(step.id)?.expected ?? 0).duration,
      atMostSeconds: longestChain(graph, (step) => busy.get(step.id)?.deadline ?? 0).duration,
      notes: rolloutNotes(turns, { before, after, cluster, knowledge }).map(shown),
    },
  ];
}

/** Steps of one cluster that wait for nothing but each other. */
function ownGraph({ graph }: Synthesis, cluster: string): { steps: Step[]; waves: [] } {
  const steps = graph.steps.filter((step) => step.cluster === cluster);
  const known = new Set(steps.map((step) => step.id));
  return {
    steps: steps.map((step) => ({ ...step, after: step.after.filter((id) => known.has(id)) })),
    waves: [],
  };
}

function rowOf(turn: HostTurn): RolloutStep {
  const { host, role, kind, what, disruption, expectedSeconds, step } = turn;
  const deadline = step.script?.deadline;
  return {
    ...(KINDS[kind] && { kind: KINDS[kind] }),
    host,
    role,
    wave: 1,
    what,
    disruption,
    expectedSeconds,
    ...(deadline !== undefined && { atMostSeconds: deadline }),
  };
}

/** For each turn how many turns at least come before it; those of a step that works on one host after another follow each other. */
function wavesOf(steps: readonly Step[], turns: readonly HostTurn[]): number[] {
  const done = new Map<string, number>();
  const waves = new Map<HostTurn, number>();
  for (const step of topologicalOrder({ steps, waves: [] })) {
    let wave = Math.max(0, ...step.after.map((id) => done.get(id) ?? 0));
    const own = turns.filter((turn) => turn.step.id === step.id);
    for (const turn of own) {
      if (step.kind === 'retire' || turn === own[0]) wave += 1;
      waves.set(turn, wave);
    }
    done.set(step.id, wave);
  }
  return turns.map((turn) => waves.get(turn) ?? 1);
}

interface Busy {
  readonly expected: number;
  readonly deadline: number;
}

/** Steps that have something to do, gates in front of agents that change among them. */
function busySteps(
  steps: readonly Step[],
  turns: readonly HostTurn[],
  gateSeconds: number,
): Map<string, Busy> {
  const busy = new Map<string, Busy>();
  for (const step of steps) {
    const own = turns.filter((turn) => turn.step.id === step.id);
    const seconds = own.map((turn) => turn.expectedSeconds);
    const deadline = step.script?.deadline ?? 0;
    const opens = turns.some((turn) => turn.step.after.includes(step.id));
    if (own.length > 0) {
      const expected =
        step.kind === 'retire' ? seconds.reduce((sum, one) => sum + one, 0) : Math.max(...seconds);
      busy.set(step.id, { expected, deadline });
    } else if (step.kind === 'gate' && opens) {
      busy.set(step.id, { expected: gateSeconds, deadline });
    }
  }
  return busy;
}

const KINDS: Readonly<Partial<Record<HostTurn['kind'], RolloutStep['kind']>>> = {
  first: 'added',
  join: 'added',
  remove: 'removed',
};
