import type { ChangeCost } from '../distributions/change-costs';
import type { Origin } from './object-change';
import type { ReportedField } from './reported-fields';
import type { RiskLevel } from './rules/risk-rule';

/** A host that comes, goes or differs. */
export interface HostBlock {
  readonly cluster: string;
  readonly host: string;
  readonly role: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly environments: readonly string[];
  readonly level: RiskLevel;
  readonly disruption: ChangeCost;

  /** What costs that much, one line. */
  readonly reason: string;

  /** Version, addresses, labels and the like. */
  readonly properties: readonly HostField[];

  /** Options of the distribution, compared as data. */
  readonly options: readonly (HostField & { readonly applies?: string; readonly why?: string })[];
  readonly files: readonly HostFileBlock[];

  /** Commands that run on it because their input differs, such as `roll: RECONCILE 0 -> 1`. */
  readonly steps: readonly string[];
  readonly origin: Origin;
}

/** A setting of a host that differs. */
export interface HostField {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly disruption: ChangeCost;
}

/** A file of a host that comes, goes or differs. */
export interface HostFileBlock {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';

  /** Such as `mode 0644 -> 0600`; `content`. */
  readonly what: readonly string[];
  readonly disruption: ChangeCost;

  /** Content as keys and values, for a file that is YAML. @default - compared as text */
  readonly fields?: readonly ReportedField[];

  /** Text before and after, with `«secret:name»` where secrets go; absent where options or `fields` say it. */
  readonly before?: string;
  readonly after?: string;
}

/** What happens to the hosts of a cluster, in order, when the change is applied. */
export interface Rollout {
  readonly environment: string;
  readonly cluster: string;
  readonly steps: readonly RolloutStep[];

  /** Seconds that it is expected to take, from durations that were observed and the waits of the plan; staging, which disturbs nobody, is not counted. */
  readonly expectedSeconds: number;

  /** Seconds after which the plan gives up. @default - the plan names no deadlines */
  readonly atMostSeconds?: number;

  /** What a reader has to know of it as a whole, a sentence each, such as who answers while a server is away. @default - nothing */
  readonly notes?: readonly string[];
}

/** One host's turn. */
export interface RolloutStep {
  /** Whether the host comes, goes or changes. @default 'changed' */
  readonly kind?: 'added' | 'removed' | 'changed';

  readonly host: string;
  readonly role: string;

  /** Hosts of one wave go at the same time. From 1. */
  readonly wave: number;
  readonly what: string;
  readonly disruption: ChangeCost;
  readonly expectedSeconds: number;

  /** Seconds after which the plan gives up on it. @default - the plan names no deadline */
  readonly atMostSeconds?: number;

  /** Members of the datastore that are up while this host is away, or once it has come or gone. @default - the step changes nothing about them */
  readonly quorum?: { readonly members: number; readonly needed: number; readonly left: number };
}
