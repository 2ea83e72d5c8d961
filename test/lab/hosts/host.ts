import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Cable } from './cable';
import type { FaultName, FaultOptions } from './fault-table';
import { HostDisk } from './host-disk';
import { type ActiveFault, HostFaults } from './host-faults';
import type { LabKeys } from './lab-keys';
import { type HostState, labFolder } from './lab-state';
import { type ExecOptions, Machine } from './machine';
import { LabError, runTool, type ToolResult } from './run-tool';
import type { Switch } from './switch';

/** One host of the lab, from behind: nothing here goes through its network or its sshd. */
export class LabHost {
  readonly name: string;

  /** Where the operator reaches it. */
  readonly address: string;

  /** Of its sshd. */
  readonly port = 22;

  /** Its interface at the switch. */
  readonly switchPort: string;

  /** Its link to the switch. */
  readonly cable: Cable;

  /** What is wrong with it. */
  readonly faults: HostFaults;
  private readonly machine: Machine;
  private readonly disk: HostDisk;
  private readonly folder: string;

  constructor(
    private readonly lab: LabParts,
    private readonly state: HostState,
    index: number,
  ) {
    const { network } = lab;
    this.name = state.name;
    this.address = network.subnet.host(index);
    this.switchPort = switchPort(index);
    this.folder = join(labFolder(lab.name), 'hosts', state.name);
    this.disk = new HostDisk(this.folder, lab.base, state.disks);
    this.cable = new Cable(join(this.folder, 'cable'), network.namespace, this.switchPort);
    this.faults = new HostFaults(this, this.folder);
    this.machine = new Machine({
      lab: lab.name,
      name: state.name,
      folder: this.folder,
      network,
      port: this.switchPort,
      address: this.address,
      mac: network.subnet.mac(index),
    });
  }

  /** The public keys of its sshd: one line of type and key for each type. */
  get hostKeys(): readonly string[] {
    return this.disk.hostKeys;
  }

  /** Its root folder as the operator sees it, also while it is off. Absolute links in it lead into the operator's own root. */
  get root(): string {
    return this.disk.root;
  }

  /** The switch that it is plugged into. */
  get network(): Switch {
    return this.lab.network;
  }

  /** Its network namespace. */
  get namespace(): string {
    return this.machine.namespace;
  }

  /** The operator's id of its first process; `undefined` while it is off. */
  get leader(): number | undefined {
    return this.machine.leader;
  }

  /** Whether it is on. */
  get isOn(): boolean {
    return this.machine.leader !== undefined;
  }

  /** Makes its disk, and powers it on. */
  async create(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await this.makeDisk();
    await this.powerOn();
  }

  /** Runs a command with `/bin/sh`, by entering the machine. Resolves whatever its exit code is; rejects when the host is off. */
  exec(command: string, options: ExecOptions = {}): Promise<ToolResult> {
    return this.machine.exec(command, options);
  }

  /** Runs a command with `/bin/sh`, by entering the machine; rejects when it fails. */
  async must(command: string, options: ExecOptions = {}): Promise<string> {
    return this.outputOf(await this.exec(command, options), command);
  }

  /** Runs a script of `/bin/sh` that only touches files, with arguments; also while the host is off. */
  async onDisk(script: string, args: readonly string[], input: string | Buffer = ''): Promise<string> {
    const command = ['/bin/sh', '-c', script, 'sh', ...args];
    const result = this.isOn
      ? await runTool('nsenter', [...this.machine.inside('root'), ...command], { input })
      : await runTool('chroot', [this.root, ...command], { input });
    return this.outputOf(result, [script, ...args].join(' '));
  }

  /** The text of a file, also while the host is off. */
  readFile(path: string): Promise<string> {
    return this.onDisk('cat -- "$1"', [path]);
  }

  /** Writes a file and the folders above it, also while the host is off. */
  async writeFile(path: string, text: string | Buffer, mode = '0644'): Promise<void> {
    const script = 'mkdir -p -- "$(dirname -- "$1")" && cat >"$1" && chmod -- "$2" "$1"';
    await this.onDisk(script, [path, mode], text);
  }

  /** Whether there is something at a path, also while the host is off. */
  async exists(path: string): Promise<boolean> {
    const script = 'if [ -e "$1" ] || [ -L "$1" ]; then echo yes; fi';
    return (await this.onDisk(script, [path])) !== '';
  }

  /** The journal of a unit since the host's last boot, one message per line. */
  async journal(unit: string): Promise<string> {
    const { stdout } = await this.exec(`journalctl --boot --no-pager --output=cat --unit=${quote(unit)}`);
    return stdout;
  }

  /** What the machine has printed on its console since it was powered on. */
  console(): string {
    return this.machine.console();
  }

  /**
   * Pulls the plug: all its processes are killed at once. The disk is as they had written it, also what they had not synced, which a
   * real loss of power may lose.
   */
  async powerOff(): Promise<void> {
    await this.machine.kill();
  }

  /** Shuts it down in order, as `systemctl poweroff` does. */
  async shutDown(): Promise<void> {
    await this.exec('kill -s RTMIN+4 1'); // also where systemctl refuses to work
    await this.machine.ended();
  }

  /** Boots it, and waits for sshd, or only for systemd. */
  async powerOn(options: PowerOnOptions = {}): Promise<void> {
    await this.machine.start();
    await this.booted(options);
  }

  /** Reboots it in order, and waits for sshd, or only for systemd. */
  async reboot(options: PowerOnOptions = {}): Promise<void> {
    const before = this.machine.leader;
    await this.exec('kill -s RTMIN+5 1');
    await this.machine.rebooted(before);
    await this.booted(options);
  }

  /** A new machine at the same address: an empty disk, and new host keys. */
  async replace(options: PowerOnOptions = {}): Promise<void> {
    await this.powerOff();
    this.faults.forgetMachine();
    await this.disk.destroy();
    await this.makeDisk();
    await this.powerOn(options);
  }

  /** Makes something go wrong with it; returns what puts it right. */
  async fault<Name extends FaultName>(name: Name, ...[options]: OptionsOf<Name>): Promise<Undo> {
    const given = options ?? {};
    await this.faults.apply(name, given);
    return () => this.faults.undo(name, given);
  }

  /** Puts a fault right, whatever its options; does nothing when the host does not have it. */
  async undo(name: FaultName): Promise<void> {
    await this.faults.undo(name);
  }

  /** Puts every fault right. */
  async undoAll(): Promise<void> {
    await this.faults.undoAll();
  }

  /** What is wrong with it now. */
  get activeFaults(): readonly ActiveFault[] {
    return this.faults.active;
  }

  /** Makes it reachable from other hosts only, so that one of them must be its bastion. */
  isolateFromOperator(): Promise<Undo> {
    return this.fault('isolated');
  }

  /** Stops all traffic between it and another host. */
  cutFrom(other: LabHost): Promise<Undo> {
    return this.fault('cut-from', { host: other.name });
  }

  /** Fills the file system of its own that has the path. */
  fillDisk(path: string): Promise<Undo> {
    return this.fault('disk-full', { path });
  }

  /** Empties again what `fillDisk` filled. */
  freeDisk(path: string): Promise<void> {
    return this.faults.undo('disk-full', { path });
  }

  /** Has a process of its own listen on a port. */
  occupyPort(port: number): Promise<Undo> {
    return this.fault('port-occupied', { port });
  }

  /** Makes its `date` wrong, by a wrapper on the PATH: its kernel has no clock of its own, so this is a stand-in. */
  fakeClock(seconds: number): Promise<Undo> {
    return this.fault('clock-skew', { seconds });
  }

  /** Kills the sshd of each open connection, as a firewall that forgets them does; what they ran is not asked. */
  async dropSshSessions(): Promise<void> {
    const list = `ps -eo pid=,args= | awk '$2 == "sshd:" && !/listener/ { print $1 }'`;
    await this.must(`${list} | xargs -r kill -s KILL`);
  }

  /** Other host keys of every type, on its disk. */
  async changeHostKeys(): Promise<void> {
    await this.disk.changeHostKeys();
  }

  /** Waits until its sshd answers from inside. */
  sshAnswers(): Promise<void> {
    return this.machine.sshAnswers();
  }

  /** The interface at the switch of another host of the lab. */
  portOf(host: string): string {
    const index = this.lab.hostNames.indexOf(host);
    if (index === -1)
      throw new LabError(`the lab has no host ${host}; it has ${this.lab.hostNames.join(', ')}`);
    return switchPort(index);
  }

  /** Where the file system of its own begins that has a path. */
  ownDisk(path: string): string {
    const own = Object.keys(this.state.disks).find((disk) => path === disk || path.startsWith(`${disk}/`));
    if (own !== undefined) return own;
    throw new LabError(`${this.name} has no file system of its own at ${path}: start it with \`disks\``);
  }

  /** A command line that runs a command of root in it, without SSH. @default - a shell */
  shellCommand(...command: readonly string[]): readonly string[] {
    const shell = command.length === 0 ? ['bash', '--login'] : command;
    return ['nsenter', ...this.machine.inside('root'), 'TERM=xterm', ...shell];
  }

  private async booted({ waitFor = 'ssh' }: PowerOnOptions): Promise<void> {
    const isDown = this.activeFaults.some(({ name }) => name === 'sshd-down');
    if (waitFor === 'ssh' && !isDown) await this.machine.sshAnswers();
    else await this.machine.systemdAnswers();
    await this.faults.afterBoot();
  }

  private outputOf({ code, stdout, stderr }: ToolResult, what: string): string {
    if (code === 0) return stdout;
    throw new LabError(`${this.name}: failed with code ${code}: ${what}\n${stderr.trim()}`);
  }

  private async makeDisk(): Promise<void> {
    const { keys, network } = this.lab;
    const { name, address } = this;
    await this.disk.create({ name, address, resolver: network.subnet.gateway, keys });
  }
}

/** What a host is part of. */
export interface LabParts {
  readonly name: string;
  readonly base: string;
  readonly network: Switch;
  readonly keys: LabKeys;
  readonly hostNames: readonly string[];
}

/** Puts a fault right. */
export type Undo = () => Promise<void>;

type OptionsOf<Name extends FaultName> =
  object extends FaultOptions<Name> ? [options?: FaultOptions<Name>] : [options: FaultOptions<Name>];

/** What to wait for after a boot. */
export interface PowerOnOptions {
  /** @default 'ssh' */
  readonly waitFor?: 'ssh' | 'systemd';
}

function switchPort(index: number): string {
  return `port${index}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
