import type { HostLogin } from '../../adapters/ssh/host-connection';
import type { Operation } from '../../lib/hosts/launcher';
import type { StepInput } from '../../lib/hosts/step-input';
import type { StepResult } from '../../lib/hosts/step-result';
import type { Synthesis } from '../../lib/synthesis/synthesis';

/** Runs scripts on the hosts of one environment. */
export interface HostOperator {
  /** Runs one there; scripts of this release are put there before. @throws K3stackError when it fails, or the host is not reached. */
  runStep(on: string, operation: Operation, summary: string, input: StepInput): Promise<StepResult>;

  /** Brings a file of a snapshot here, verified. @throws K3stackError `SNAPSHOT_NOT_DOWNLOADED`, or the host is not reached. */
  download(on: string, path: string, sha256: string, file: string): Promise<void>;
  close(): void;
}

/** How hosts are reached. */
export interface HostOperatorOptions {
  /** Folder of the program. */
  readonly folder: string;

  /** Lines for people about what is going on. */
  readonly tell: (line: string) => void;

  /** Seconds that a host which cannot be reached is waited for. */
  readonly patience: number;
}

/** Opens the way to the hosts of an environment; nothing is connected before it is needed. */
export type ReachHosts = (
  synthesis: Synthesis,
  login: HostLogin,
  options: HostOperatorOptions,
) => HostOperator;
