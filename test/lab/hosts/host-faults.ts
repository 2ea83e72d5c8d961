import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS, type FaultName } from './fault-table';
import type { Fault, FaultOptionValues } from './faults/fault';
import type { LabHost } from './host';
import { LabError } from './run-tool';

/** The faults that a host has now. They are kept in a file, so that another process can undo them. */
export class HostFaults {
  private readonly file: string;

  constructor(
    private readonly host: LabHost,
    folder: string,
  ) {
    this.file = join(folder, 'faults.json');
  }

  /** What is wrong now, in the order in which it went wrong. */
  get active(): readonly ActiveFault[] {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as ActiveFault[]) : [];
  }

  /** Makes something go wrong; one that is already so with other options is put right first. */
  async apply(name: FaultName, options: FaultOptionValues): Promise<void> {
    const same = this.active.find((fault) => isSame(fault, { name, options }));
    if (same !== undefined) return;
    if (SINGLE.includes(name)) await this.undo(name);
    await definition(name).apply(this.host, options);
    this.write([...this.active, { name, options }]);
  }

  /** Puts right what is wrong by this name, or only what has these options too. Does nothing when nothing is. */
  async undo(name: FaultName, options?: FaultOptionValues): Promise<void> {
    for (const fault of [...this.active].reverse()) {
      if (options === undefined ? fault.name === name : isSame(fault, { name, options }))
        await this.remove(fault);
    }
  }

  /** Puts everything right, the last first. */
  async undoAll(): Promise<void> {
    for (const fault of [...this.active].reverse()) await this.remove(fault);
  }

  /** Makes again what a boot has put right. */
  async afterBoot(): Promise<void> {
    for (const { name, options } of this.active) {
      if (definition(name).where === 'running') await definition(name).apply(this.host, options);
    }
  }

  /** Forgets what a new machine does not have. */
  forgetMachine(): void {
    this.write(this.active.filter(({ name }) => definition(name).where === 'network'));
  }

  private async remove(fault: ActiveFault): Promise<void> {
    const { undo, where } = definition(fault.name);
    if (where !== 'running' || this.host.isOn) await undo(this.host, fault.options);
    this.write(this.active.filter((other) => !isSame(other, fault)));
  }

  private write(active: readonly ActiveFault[]): void {
    writeFileSync(this.file, `${JSON.stringify(active)}\n`);
  }
}

/** A fault that a host has. */
export interface ActiveFault {
  readonly name: FaultName;
  readonly options: FaultOptionValues;
}

/** The fault of a name that a user wrote. */
export function faultNamed(name: string): FaultName {
  if (Object.hasOwn(FAULTS, name)) return name as FaultName;
  throw new LabError(`there is no fault '${name}'; there are ${Object.keys(FAULTS).join(', ')}`);
}

function definition(name: FaultName): Fault<FaultOptionValues> {
  // Which options go with which name is checked where a host is asked for a fault.
  return FAULTS[name] as unknown as Fault<FaultOptionValues>;
}

function isSame(one: ActiveFault, other: ActiveFault): boolean {
  return one.name === other.name && JSON.stringify(one.options) === JSON.stringify(other.options);
}

/** Faults that a host has once, whatever their options. */
const SINGLE: readonly FaultName[] = [
  'clock-skew',
  'host-key-changed',
  'low-memory',
  'slow-link',
  'sshd-drops',
  'sudo-broken',
  'unsupported-os',
];
