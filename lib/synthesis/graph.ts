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

  /** Script that does it on a host; absent for steps that only need the API. */
  readonly script?: StepScript;
}

/**
 * The script of a step and what it is to bring about. A change of it is what makes an engine run the step, so it holds nothing that other hosts
 * or a release of this package decide (docs/decisions/0007-what-a-step-is.md). Files, digests and the CA's hash come on top in a run.
 */
export interface StepScript {
  /** Host that it runs on: the step's own, or the coordinator of the cluster. */
  readonly on: string;

  /** Seconds until it is ended. */
  readonly deadline: number;

  /** Variable to text, with holes `«secret:name»` where secrets go. */
  readonly values: Readonly<Record<string, string>>;

  /** Kind and fields of each record, in order. */
  readonly records: readonly (readonly string[])[];
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
