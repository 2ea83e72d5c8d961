import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A user of this machine that a program runs as. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerOptions {
  readonly file: string;
  readonly args: readonly string[];

  /** @default - PATH alone */
  readonly env?: Readonly<Record<string, string>>;

  /** @default - the user of the test */
  readonly user?: ProcessUser | undefined;

  /** @default 'SIGTERM' */
  readonly stopSignal?: NodeJS.Signals;
}

/** A server of this machine, which ends with the test however that ends. */
export class ServerProcess {
  private child: ChildProcess | undefined;

  constructor(
    private readonly folder: string,
    private readonly options: ServerOptions,
  ) {}

  /** Starts it, and waits until it answers. @throws Error with the end of its log when it does not. */
  async start(answers: () => Promise<boolean>): Promise<void> {
    const { file, args, env = {}, user } = this.options;
    const log = openSync(join(this.folder, 'log'), 'a', 0o666);
    const own =
      user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', ...own, file, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.folder, ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const deadline = Date.now() + 60_000;
    while (!(await holds(answers))) {
      if (!this.isRunning || Date.now() > deadline)
        throw new Error(`${file} does not start:\n${this.log().slice(-2000)}`);
      await sleep(50);
    }
  }

  /** What it wrote. */
  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @param signal `SIGKILL` is what a power cut does to it. @default - as it is stopped well */
  async stop(signal = this.options.stopSignal ?? 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

async function holds(check: () => Promise<boolean>): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}

/** A folder for one server. */
export function serverFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `k3stack-${name}-`));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Why a program cannot be run here; `undefined` when it can. */
export function whyMissing(file: string, debianPackage: string): string | undefined {
  if (spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status !== 0)
    return 'it needs setpriv: apt-get install util-linux';
  return spawnSync(file, ['--help'], { stdio: 'ignore' }).error === undefined
    ? undefined
    : `it needs ${file}: apt-get install ${debianPackage}`;
}
