import type { Settings } from '../options';

/** Options that one property of the program asks for. */
export interface SettingsPart {
  /** As the user wrote it, such as `network.clusterCidr`; absent for what k3stack sets by itself. */
  readonly property?: string;
  readonly settings: Settings;
}

/** A part for a property; its options that have no value are left out. */
export function partOf(property: string | undefined, settings: Settings): SettingsPart {
  return { ...(property !== undefined && { property }), settings };
}
