import type { Step } from '../synthesis/graph';
import type { ClusterSynthesis, HostSynthesis } from '../synthesis/synthesis';

type Settings = HostSynthesis['settings'];

/** What a distribution knows about changes of its clusters: a preview says nothing about hosts that does not rest on it. */
export interface ChangeKnowledge {
  /** Where the state of a cluster is: a majority of its servers has to agree, a database outside, or its only server. @default - nobody said */
  state(cluster: ClusterSynthesis): 'quorum' | 'outside' | 'alone' | undefined;

  /** Of so many members, how many must agree. */
  majority(members: number): number;

  /** What a roll-out waits for besides its hosts. */
  waits(cluster: ClusterSynthesis): RolloutWaits;

  /** Seconds that a turn of a host is expected to take. */
  turnSeconds(turn: Turn, step: Step): number;

  /** Seconds that is expected between two waves. */
  readonly gateSeconds: number;

  /** How far a release goes up; `undefined` for one that goes down, skips something, or is the same. */
  releaseStep(before: string, after: string): 'minor' | 'patch' | undefined;

  /** Whether a file holds nothing but options. */
  holdsOptions(path: string): boolean;

  /** Whether a file says where images come from. */
  isRegistryFile(path: string): boolean;

  /** Options whose change has a transition rule of its own. */
  readonly guardedOptions: ReadonlySet<string>;

  /** The option that holds the addresses of a node. */
  readonly addressOption: string;

  /** What was copied or kept for a restore and is not any more, in words. */
  backupsLost(before: Settings, after: Settings): string[];

  /** Protections that a host had and has no more, in words. */
  protectionsLost(before: Settings, after: Settings): string[];
}

/** What one turn of a host consists of. */
export interface Turn {
  readonly role: HostSynthesis['role'];
  readonly kind: 'first' | 'join' | 'upgrade' | 'restart' | 'live' | 'remove';
  readonly drained: boolean;
}

/** What a roll-out waits for besides its hosts. */
export interface RolloutWaits {
  /** A command runs after each node. */
  readonly gate: boolean;

  /** Another environment has to run the release first. @default - none */
  readonly soak?: { readonly environment: string; readonly seconds: number };
}
