import type { Disruption } from './disruption';

/** What a step does; each is one resource under Pulumi. */
export type StepKind =
  | 'prepare'
  | 'bootstrap'
  | 'credentials'
  | 'retire'
  | 'run'
  | 'join'
  | 'gate'
  | 'roll'
  | 'nodes'
  | 'kubeconfig'
  | 'workloads';

/** One step of bringing an environment to what its program says. */
export interface Step {
  /** `<host or cluster>/<kind>`, unique and stable: part of a resource's identity. */
  readonly id: string;
  readonly kind: StepKind;
  readonly cluster: string;

  /** Host it acts on; absent for steps of the cluster as a whole that run on the coordinator. */
  readonly host?: string;

  /** Ids of the steps that must be done before. */
  readonly after: readonly string[];

  /** Wave of agents it belongs to, counted from 1, for `gate` and `roll`. */
  readonly wave?: number;

  /** One line for people. */
  readonly summary: string;

  /** What is checked right before and after, one line each. */
  readonly checks: readonly string[];

  /** What the step costs on a host that already runs, when its inputs change. */
  readonly onChange: Disruption;
}

/** The only description of order. */
export interface Graph {
  readonly steps: readonly Step[];

  /** Agents that are disturbed together, per pool. */
  readonly waves: readonly {
    readonly cluster: string;
    readonly pool: string;
    readonly wave: number;
    readonly hosts: readonly string[];
  }[];
}
