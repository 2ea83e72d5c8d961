import { join } from 'node:path';
import { baseRoot } from './base-root';
import { LabHost } from './host';
import { type LabKeys, labKeys } from './lab-keys';
import { isAlive, type LabState, labFolder, ownIdentity, readLabState, writeLabState } from './lab-state';
import { raiseInotify, removeDeadLabs, removeLab } from './leftovers';
import { whyNotHere } from './prerequisites';
import { LabError } from './run-tool';
import { MAX_HOSTS, Subnet } from './subnet';
import { type OutboundPackets, Switch } from './switch';

/** What a lab is asked to be. */
export interface LabOptions {
  /** Names of its hosts, in the order of their addresses. */
  readonly hosts: readonly string[];

  /** Tells labs apart that are up at the same time. @default - made of the id of this process */
  readonly name?: string;

  /** Third number of its addresses. @default - the first that nothing on this machine uses */
  readonly octet?: number;

  /** File systems of their own by host and path, such as `{ alfa: { '/var/lib/rancher': '64M' } }`. @default {} */
  readonly disks?: Readonly<Record<string, Readonly<Record<string, string>>>>;

  /** Whether it stays up when this process ends. @default false - the next lab removes it */
  readonly kept?: boolean;

  /** Told what takes long. @default - a line on stderr */
  readonly log?: (line: string) => void;
}

/** Hosts on a switch: real machines with systemd and sshd, that this machine alone can reach. */
export class Lab {
  private constructor(
    readonly name: string,
    private readonly network: Switch,
    /** Accepted by every user of every host. */
    readonly keys: LabKeys,
    /** All hosts, in the order of their addresses. */
    readonly hosts: readonly LabHost[],
  ) {}

  /** Brings a lab up, all hosts at once; returns when each sshd answers. What a crashed lab of this name left is removed first. */
  static async start(options: LabOptions): Promise<Lab> {
    const reason = whyNotHere();
    if (reason !== undefined) throw new LabError(reason);
    const { name = `p${process.pid}`, octet, kept = false, log = toStderr } = options;
    checkNames(name, options.hosts);
    refuseLiving(name);
    await removeDeadLabs();
    await removeLab(name);
    const base = await baseRoot(log);
    const hosts = options.hosts.map((host) => ({ name: host, disks: options.disks?.[host] ?? {} }));
    const state = { name, owner: ownIdentity(), kept, base, hosts, inotifyInstances: raiseInotify() };
    writeLabState(state);
    try {
      const network = await Switch.create(name, octet);
      writeLabState({ ...state, octet: network.subnet.octet });
      const lab = await Lab.of(state, network);
      await Promise.all(lab.hosts.map((host) => host.create()));
      return lab;
    } catch (error) {
      await removeLab(name);
      throw error;
    }
  }

  /** A lab that is up, also one that another process started. */
  static async open(name: string): Promise<Lab> {
    const state = readLabState(name);
    if (state?.octet === undefined) throw new LabError(`no lab ${name} is up`);
    return Lab.of(state, Switch.of(name, new Subnet(state.octet)));
  }

  private static async of(state: LabState, network: Switch): Promise<Lab> {
    const { name, base } = state;
    const keys = await labKeys(join(labFolder(name), 'keys'));
    const parts = { name, base, network, keys, hostNames: state.hosts.map((host) => host.name) };
    const hosts = state.hosts.map((host, index) => new LabHost(parts, host, index));
    return new Lab(name, network, keys, hosts);
  }

  /** The host of a name. */
  host(name: string): LabHost {
    const found = this.hosts.find((host) => host.name === name);
    if (found !== undefined) return found;
    const names = this.hosts.map((host) => host.name).join(', ');
    throw new LabError(`the lab ${this.name} has no host ${name}; it has ${names}`);
  }

  /** Holds all of it; removed with it. */
  get folder(): string {
    return labFolder(this.name);
  }

  /** This machine's own address in the lab, as hosts see it. */
  get operatorAddress(): string {
    return this.network.subnet.operator;
  }

  /** How much hosts have tried to send to the outside since the lab is up. None of it got there. */
  outboundPackets(): Promise<OutboundPackets> {
    return this.network.outboundPackets();
  }

  /** Removes all of it: processes, mounts, network, files. May be called again. */
  async stop(): Promise<void> {
    await removeLab(this.name);
  }
}

function checkNames(lab: string, hosts: readonly string[]): void {
  const bad = [lab, ...hosts].find((name) => !/^[a-z][a-z0-9-]{0,19}$/.test(name));
  if (bad !== undefined) {
    throw new LabError(
      `'${bad}' must begin with a letter and have at most 20 lower case letters, digits and hyphens`,
    );
  }
  if (new Set(hosts).size < hosts.length)
    throw new LabError(`hosts must have different names, got ${hosts.join(', ')}`);
  if (hosts.length > MAX_HOSTS)
    throw new LabError(`a lab has at most ${MAX_HOSTS} hosts, got ${hosts.length}`);
}

function refuseLiving(name: string): void {
  const state = readLabState(name);
  if (state === undefined) return;
  if (state.kept) throw new LabError(`the lab ${name} is up; take it down first, or choose another name`);
  const { pid } = state.owner;
  if (pid !== process.pid && isAlive(state.owner)) throw new LabError(`process ${pid} uses the lab ${name}`);
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
