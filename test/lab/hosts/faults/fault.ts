import type { LabHost } from '../host';

/** Something that goes wrong with a host, and can be put right again. */
export interface Fault<Options extends FaultOptionValues> {
  /** What a contributor reads in the list of faults. */
  readonly summary: string;

  /** Options of the command line, with an example value of each. @default - none */
  readonly example?: FaultOptionValues;

  /**
   * Where it is: a fault of the `network` stays until it is undone, one of the `disk` also goes when the host is replaced, and one of
   * the `running` system is made again after each boot.
   */
  readonly where: 'network' | 'disk' | 'running';

  readonly apply: (host: LabHost, options: Options) => Promise<void>;
  readonly undo: (host: LabHost, options: Options) => Promise<void>;
}

/** Options of a fault, as a command line can give them. */
export type FaultOptionValues = Readonly<Record<string, string | number | undefined>>;

/** Options of a fault that has none. */
export type NoOptions = Readonly<Record<never, never>>;
