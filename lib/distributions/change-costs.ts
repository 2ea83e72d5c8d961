import type { Disruption } from '../synthesis/disruption';

/** What a change costs a host: {@link Disruption}, or `refused` where no host can take it up. */
export type ChangeCost = Disruption | 'refused';

/** An option that differs, and what that costs. */
export interface OptionCost {
  /** Key as the distribution writes it; an argument inside one as `kubelet-arg.max-pods`. */
  readonly option: string;

  /** `undefined` for the distribution's default. */
  readonly before: unknown;
  readonly after: unknown;

  /** The distribution's word for when a change applies. */
  readonly applies?: string;

  /** Why it applies as it does. */
  readonly why?: string;
  readonly disruption: ChangeCost;
}

/** What a distribution knows about changes of its own settings and files. */
export interface ChangeCosts {
  changedOptions(
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
  ): readonly OptionCost[];

  /** Whether a file holds nothing but options, so that its change costs what theirs costs. */
  holdsOptions(path: string): boolean;
}
