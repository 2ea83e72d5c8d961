import type { Violation } from '../rules/violation';
import type { Graph, Step } from '../synthesis/graph';
import { longestChain, stages } from '../synthesis/graph-order';
import type { Disruption, Synthesis } from '../synthesis/synthesis';
import { worst } from './words';

/** Identifies the shape of `plan.json`. */
export const PLAN_SCHEMA = 'k3stack.plan/v1';

/** The content of `dist/<env>/plan.json`: what is done on hosts and in which order, for machines. */
export interface Plan {
  readonly schema: typeof PLAN_SCHEMA;
  readonly environment: string;
  readonly graph: Graph;

  /** Ids of the steps that can run at the same time, stage after stage. */
  readonly stages: readonly (readonly string[])[];

  /** Ids of the longest chain of steps that wait for each other. */
  readonly longestChain: readonly string[];

  /** What must be mended before any host is touched. */
  readonly blockers: readonly Violation[];

  /** What a change of the files or the release of a host costs it, where that is more than nothing. */
  readonly restarts: readonly {
    readonly host: string;
    readonly cluster: string;
    readonly disruption: Disruption;
    readonly together: readonly string[];
  }[];
}

/** The plan of one environment. */
export function planJson(synthesis: Synthesis): Plan {
  const { environment, graph, warnings } = synthesis;
  return {
    schema: PLAN_SCHEMA,
    environment,
    graph: { ...graph, steps: graph.steps.map(withoutScript) },
    stages: stages(graph).map((stage) => stage.map((step) => step.id)),
    longestChain: longestChain(graph).steps.map((step) => step.id),
    blockers: warnings.filter((warning) => warning.blocks === 'provision'),
    restarts: restarts(synthesis),
  };
}

/** What a script gets is for engines. */
function withoutScript({ script, ...step }: Step): Step {
  void script;
  return step;
}

function restarts({ hosts, graph }: Synthesis): Plan['restarts'] {
  return hosts.flatMap(({ name, cluster }) => {
    const disruption = worst(
      graph.steps
        .filter((step) => step.host === name && step.cluster === cluster)
        .map((step) => step.onChange),
    );
    if (disruption === 'none') return [];
    const wave = graph.waves.find((entry) => entry.cluster === cluster && entry.hosts.includes(name));
    return [{ host: name, cluster, disruption, together: wave?.hosts ?? [name] }];
  });
}
