import { diskFull } from './faults/disk';
import type { Fault } from './faults/fault';
import { cutFrom, isolated, linkCut } from './faults/link';
import { slowLink } from './faults/slow-link';
import { hostKeyChanged, sshdDown, sshdDrops } from './faults/sshd';
import {
  clockSkew,
  lowMemory,
  noMemoryCgroup,
  noSystemd,
  portOccupied,
  sudoBroken,
  unsupportedOs,
} from './faults/system';

/** All faults, by the names that the command line knows. */
export const FAULTS = {
  'clock-skew': clockSkew,
  'cut-from': cutFrom,
  'disk-full': diskFull,
  'host-key-changed': hostKeyChanged,
  isolated,
  'link-cut': linkCut,
  'low-memory': lowMemory,
  'no-memory-cgroup': noMemoryCgroup,
  'no-systemd': noSystemd,
  'port-occupied': portOccupied,
  'slow-link': slowLink,
  'sshd-down': sshdDown,
  'sshd-drops': sshdDrops,
  'sudo-broken': sudoBroken,
  'unsupported-os': unsupportedOs,
} satisfies Record<string, Fault<never>>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** What a fault can be told. */
export type FaultOptions<Name extends FaultName> =
  (typeof FAULTS)[Name] extends Fault<infer Options> ? Options : never;
