import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll, leaderOf, processesOf, removeGroups } from './machine-processes';
import { LabError, runTool, tool, TOOL_PATH, type ToolResult } from './run-tool';
import { hostNamespace, type Switch } from './switch';
import { HOMES, type LabUser } from './users';

/** How a command is run on a host. */
export interface ExecOptions {
  /** @default '' */
  readonly input?: string | Buffer;

  /** @default 'root' */
  readonly user?: LabUser;

  /** Milliseconds after which it is killed, and the call rejects. @default 60000 */
  readonly timeout?: number;
}

/** The running part of a host: its processes and its network stack. */
export class Machine {
  /** Its network namespace. */
  readonly namespace: string;

  constructor(private readonly parts: MachineParts) {
    this.namespace = hostNamespace(parts.lab, parts.name);
  }

  /** The operator's id of its first process; `undefined` while it is off. */
  get leader(): number | undefined {
    return leaderOf(this.parts.lab, this.parts.name);
  }

  /** Boots it; returns once systemd runs, and not yet its services. */
  async start(): Promise<void> {
    if (this.leader !== undefined) throw new LabError(`${this.parts.name} is on already`);
    const console = openSync(this.consoleFile, 'w');
    const child = spawn('bash', [join(__dirname, 'machine.sh')], {
      detached: true, // the machine outlives this process, as a lab does that is brought up by a command
      stdio: ['ignore', console, console],
      env: this.settings(),
    });
    closeSync(console);
    let ended = false;
    child.on('exit', () => (ended = true));
    child.on('error', () => (ended = true));
    child.unref();
    await this.until('boot', () => {
      if (ended) throw new LabError(`${this.parts.name} does not boot:\n${this.console()}`);
      return this.leader !== undefined;
    });
  }

  /** Waits until sshd greets, asked from inside of the machine's network. */
  async sshAnswers(timeout = READY_TIMEOUT): Promise<void> {
    const greeting = `exec 3<>/dev/tcp/${this.parts.address}/22 && read -r -t 2 -u 3 line && [[ $line == SSH-* ]]`;
    const loop = `until (${greeting}) 2>/dev/null; do sleep 0.05; done`;
    try {
      await tool('ip', ['netns', 'exec', this.namespace, 'bash', '-c', loop], { timeout });
    } catch (error) {
      throw new LabError(`${this.parts.name}: sshd does not answer:\n${this.console()}`, { cause: error });
    }
  }

  /** Waits until systemd takes orders. */
  async systemdAnswers(): Promise<void> {
    await this.until('answer', async () => {
      const { stdout } = await this.exec('systemctl is-system-running');
      return ['starting', 'running', 'degraded'].includes(stdout.trim());
    });
  }

  /** Waits until it has booted again, with another first process. */
  async rebooted(before: number | undefined): Promise<void> {
    await this.until('boot again', () => {
      const { leader } = this;
      return leader !== undefined && leader !== before;
    });
  }

  /** Waits until it has shut itself down. */
  async ended(): Promise<void> {
    await this.until('shut down', async () => (await this.processes()).length === 0);
    removeGroups(this.parts.lab, this.parts.name);
  }

  /** Kills all its processes at once, without any word to them. */
  async kill(): Promise<void> {
    await killAll(() => this.processes());
    removeGroups(this.parts.lab, this.parts.name);
    const switchSide = ['', 'cable-', 'side-'].map((prefix) => `${prefix}${this.parts.port}`);
    for (const link of switchSide)
      await runTool('ip', ['-n', this.parts.network.namespace, 'link', 'delete', link]);
    await runTool('ip', ['netns', 'delete', this.namespace]);
  }

  /** Runs a command with `/bin/sh` inside of it. Resolves whatever its exit code is. */
  async exec(command: string, options: ExecOptions = {}): Promise<ToolResult> {
    const { input, user = 'root', timeout = 60_000 } = options;
    const start = Date.now();
    // A command that never ends would stay behind in the machine if only nsenter were killed.
    const limit = ['timeout', '--signal=KILL', `${timeout / 1000}`];
    const become = user === 'root' ? [] : ['runuser', '-u', user, '--'];
    const args = [...this.inside(user), ...limit, ...become, '/bin/sh', '-c', command];
    const result = await runTool('nsenter', args, { input, timeout: timeout + 10_000 });
    if (result.code === KILLED && Date.now() - start >= timeout) {
      throw new LabError(`${this.parts.name}: timed out after ${timeout / 1000} s: ${command}`);
    }
    return result;
  }

  /** What a program needs before its own name to run inside, by nsenter. */
  inside(user: LabUser): string[] {
    const { leader } = this;
    if (leader === undefined) throw new LabError(`${this.parts.name} is off`);
    const home = HOMES[user];
    const env = [`PATH=${INSIDE_PATH}`, `HOME=${home}`, `USER=${user}`, `LOGNAME=${user}`, 'LANG=C.UTF-8'];
    const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root'];
    return ['--target', `${leader}`, ...namespaces, '--', 'env', '-i', '-C', home, ...env];
  }

  /** What it has printed since it was powered on. */
  console(): string {
    return existsSync(this.consoleFile) ? readFileSync(this.consoleFile, 'utf8') : '';
  }

  private processes(): Promise<number[]> {
    return processesOf(this.parts.lab, [this.namespace], this.parts.name);
  }

  private async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT;
    while (!(await isSo())) {
      if (Date.now() > deadline)
        throw new LabError(`${this.parts.name} does not ${what}:\n${this.console()}`);
      await sleep(20);
    }
  }

  private get consoleFile(): string {
    return join(this.parts.folder, 'console');
  }

  private settings(): Record<string, string> {
    const { lab, name, folder, address, mac, port, network } = this.parts;
    return {
      PATH: TOOL_PATH,
      LC_ALL: 'C.UTF-8',
      LAB: lab,
      HOST: name,
      STATE: folder,
      NETNS: this.namespace,
      SWITCH: network.namespace,
      PORT: port,
      MAC: mac,
      ADDRESS: address,
      GATEWAY: network.subnet.gateway,
      SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'yes',
      SYSTEMD_NSPAWN_TMPFS_TMP: '0', // on a stock Debian /tmp is on the disk
    };
  }
}

/** What a machine is made of. */
export interface MachineParts {
  readonly lab: string;
  readonly name: string;

  /** The folder of the host on this machine. */
  readonly folder: string;
  readonly network: Switch;

  /** Its interface at the switch. */
  readonly port: string;
  readonly address: string;
  readonly mac: string;
}

// A machine boots in seconds, and on a busy computer with many labs in a minute.
const READY_TIMEOUT = 180_000;
const INSIDE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Code of a program that was ended by SIGKILL. */
const KILLED = 137;
