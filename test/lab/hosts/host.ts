import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HostDisk } from './host-disk';
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

  private readonly machine: Machine;
  private readonly disk: HostDisk;
  private readonly folder: string;

  constructor(
    private readonly lab: LabParts,
    state: HostState,
    index: number,
  ) {
    const { network } = lab;
    this.name = state.name;
    this.address = network.subnet.host(index);
    this.switchPort = `port${index}`;
    this.folder = join(labFolder(lab.name), 'hosts', state.name);
    this.disk = new HostDisk(this.folder, lab.base, state.disks);
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

  /** The text of a file, also while the host is off. */
  async readFile(path: string): Promise<string> {
    return this.must(await this.script('cat -- "$1"', path), `read ${path}`);
  }

  /** Writes a file and the folders above it, also while the host is off. */
  async writeFile(path: string, text: string | Buffer, mode = '0644'): Promise<void> {
    const script = 'mkdir -p -- "$(dirname -- "$1")" && cat >"$1" && chmod -- "$2" "$1"';
    this.must(await this.script(script, path, { input: text, more: [mode] }), `write ${path}`);
  }

  /** Whether there is something at a path, also while the host is off. */
  async exists(path: string): Promise<boolean> {
    return (await this.script('[ -e "$1" ] || [ -L "$1" ]', path)).code === 0;
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
    await this.exec('systemctl --no-block poweroff');
    await this.machine.ended();
  }

  /** Boots it, and waits for sshd unless told not to. */
  async powerOn(options: PowerOnOptions = {}): Promise<void> {
    await this.machine.start();
    await this.booted(options);
  }

  /** Reboots it in order, and waits for sshd unless told not to. */
  async reboot(options: PowerOnOptions = {}): Promise<void> {
    const before = this.machine.leader;
    await this.exec('systemctl --no-block reboot');
    await this.machine.rebooted(before);
    await this.booted(options);
  }

  /** A new machine at the same address: an empty disk, and new host keys. */
  async replace(options: PowerOnOptions = {}): Promise<void> {
    await this.powerOff();
    await this.disk.destroy();
    await this.makeDisk();
    await this.powerOn(options);
  }

  /** A command line that opens a shell of root in it, without SSH. */
  shellCommand(): readonly string[] {
    return ['nsenter', ...this.machine.inside('root'), 'TERM=xterm', 'bash', '--login'];
  }

  private async booted({ waitFor = 'ssh' }: PowerOnOptions): Promise<void> {
    if (waitFor === 'ssh') await this.machine.sshAnswers();
  }

  private async makeDisk(): Promise<void> {
    const { keys, network } = this.lab;
    const { name, address } = this;
    await this.disk.create({ name, address, resolver: network.subnet.gateway, keys });
  }

  private script(
    script: string,
    path: string,
    options: { readonly input?: string | Buffer; readonly more?: readonly string[] } = {},
  ): Promise<ToolResult> {
    const { input, more = [] } = options;
    const args = ['/bin/sh', '-c', script, 'sh', path, ...more];
    if (this.isOn) return runTool('nsenter', [...this.machine.inside('root'), ...args], { input });
    return runTool('chroot', [this.root, ...args], { input });
  }

  private must({ code, stdout, stderr }: ToolResult, what: string): string {
    if (code !== 0) throw new LabError(`${this.name}: cannot ${what}: ${stderr.trim()}`);
    return stdout;
  }
}

/** What a host is part of. */
export interface LabParts {
  readonly name: string;
  readonly base: string;
  readonly network: Switch;
  readonly keys: LabKeys;
}

/** What to wait for after a boot. */
export interface PowerOnOptions {
  /** @default 'ssh' */
  readonly waitFor?: 'ssh' | 'nothing';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
