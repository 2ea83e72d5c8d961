import type { Graph, Step, StepKind } from '../synthesis/graph';
import { topologicalOrder } from '../synthesis/graph-order';
import { DISRUPTION_WORDS, worst } from './words';

/** Steps of one cluster that a person thinks of as one thing. */
export interface Phase {
  readonly title: string;

  /** Groups that follow one another; the hosts of one group are worked on at the same time. Empty for work on the coordinator. */
  readonly groups: readonly PhaseGroup[];

  /** What is checked, each line once. */
  readonly checks: readonly string[];

  /** What the phase costs hosts that already run, when their inputs change; empty where it costs nothing. */
  readonly cost: string;
}

/** Hosts worked on together. */
export interface PhaseGroup {
  /** Such as `wave 2`; empty where hosts simply follow one another. */
  readonly label: string;
  readonly hosts: readonly string[];
}

/** Phases of one cluster, in the order they start. Pools roll out at the same time, each in a phase of its own. */
export function planPhases(graph: Graph, cluster: string): Phase[] {
  const steps = graph.steps.filter((step) => step.cluster === cluster);
  const known = new Set(steps.map((step) => step.id));
  const own = {
    steps: steps.map((step) => ({ ...step, after: step.after.filter((id) => known.has(id)) })),
    waves: [],
  };
  const pools = new Map(
    graph.waves.flatMap((wave) =>
      wave.cluster === cluster ? wave.hosts.map((host) => [host, wave.pool]) : [],
    ),
  );

  const phases = new Map<string, Step[]>();
  for (const step of topologicalOrder(own)) {
    if (step.kind === 'gate') continue;
    const title = titleOf(step, pools);
    phases.set(title, [...(phases.get(title) ?? []), step]);
  }
  return [...phases].map(([title, members]) => phase(title, members, own));
}

function titleOf(step: Step, pools: ReadonlyMap<string, string>): string {
  if (step.kind === 'roll' || step.kind === 'gate')
    return `update agents of pool ${pools.get(step.host ?? '') ?? '?'} in waves`;
  return TITLES[step.kind];
}

function phase(title: string, steps: readonly Step[], graph: Graph): Phase {
  const gates = graph.steps.filter(
    (gate) => gate.kind === 'gate' && steps.some((step) => step.after.includes(gate.id)),
  );
  const members = [...gates, ...steps];
  return {
    title,
    groups: groupsOf(steps),
    checks: [...new Set(members.flatMap((step) => step.checks))],
    cost: costOf(members),
  };
}

function costOf(steps: readonly Step[]): string {
  if (steps[0]?.kind === 'retire') return 'a removed node: drained, then deleted';
  const cost = worst(steps.map((step) => step.onChange));
  return cost === 'none' ? '' : `a change: ${DISRUPTION_WORDS[cost]}`;
}

function groupsOf(steps: readonly Step[]): PhaseGroup[] {
  const hosts = steps.flatMap((step) => (step.host === undefined ? [] : [step.host]));
  if (hosts.length === 0) return [];
  if (steps[0]?.kind === 'run') return hosts.map((host) => ({ label: '', hosts: [host] }));
  const waves = new Map<number | undefined, string[]>();
  for (const step of steps) {
    if (step.host !== undefined) waves.set(step.wave, [...(waves.get(step.wave) ?? []), step.host]);
  }
  return [...waves].map(([wave, members]) => ({
    label: wave === undefined ? '' : `wave ${wave}`,
    hosts: members,
  }));
}

const TITLES: Readonly<Record<Exclude<StepKind, 'gate' | 'roll'>, string>> = {
  prepare: 'check and stage, all hosts at the same time',
  bootstrap: 'find the cluster, or make it',
  credentials: 'rotate credentials, where the program asks',
  retire: 'remove nodes that are no longer declared',
  run: 'run servers, one after another',
  join: 'join new agents, all at the same time',
  nodes: 'set labels, taints and annotations',
  kubeconfig: 'read the kubeconfig',
  workloads: 'apply workloads',
};
