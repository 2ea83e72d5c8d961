import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendOptions } from './backend';
import type { Order, SandboxPlan } from './inside';
import { relay } from './relay';

/** Why a network of its own cannot be had here; `undefined` when it can. */
export function whyNoSandbox(): string | undefined {
  const made = spawnSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'ip', 'link', 'set', 'lo', 'up'], {
    stdio: 'ignore',
  });
  return made.status === 0 ? undefined : 'it needs unshare and ip, and the right to make a network namespace';
}

/** What runs in the sandbox, and what it reaches. */
export interface SandboxOptions {
  /** Addresses of backends: the API server refuses those of 127.0.0.0/8 in EndpointSlices. */
  readonly range: string;

  /** Port of 127.0.0.1 that the program reaches at the same address. */
  readonly reach: number;

  /** Ports of the program, by the name that {@link Sandbox.socketOf} knows them. */
  readonly offer: Readonly<Record<string, number>>;
  readonly program: {
    readonly file: string;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
}

/**
 * A network namespace with one program and small servers in it: nothing of them can be reached from outside, or reaches anything, but by sockets of
 * a folder. It ends with the process that made it.
 */
export class Sandbox {
  private readonly waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  private orders = 0;
  private ended: string | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly outside: Server,
    readonly folder: string,
  ) {
    child.on('message', (answer: { id?: number; error?: string; ended?: number }) => {
      if (answer.ended !== undefined) this.ended = `the program ended with code ${answer.ended}`;
      const waits = this.waiting.get(answer.id ?? -1);
      this.waiting.delete(answer.id ?? -1);
      if (answer.error === undefined) waits?.resolve();
      else waits?.reject(new Error(answer.error));
    });
    child.once('exit', (code) => {
      this.ended ??= `the sandbox ended with code ${code}`;
      for (const { reject } of this.waiting.values()) reject(new Error(this.ended));
    });
  }

  static async start({ range, reach, offer, program }: SandboxOptions): Promise<Sandbox> {
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-http-'));
    const outside = await relay({ path: join(folder, 'reach') }, { host: '127.0.0.1', port: reach });
    const jiti = join(require.resolve('jiti/package.json'), '../lib/jiti-cli.mjs');
    const [unshare = '', ...own] = UNSHARE;
    const child = spawn(unshare, [...own, process.execPath, jiti, join(__dirname, 'inside.ts')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const sandbox = new Sandbox(child, outside, folder);
    const plan: SandboxPlan = {
      range,
      reach: { port: reach, socket: join(folder, 'reach') },
      offer: Object.entries(offer).map(([name, port]) => ({
        socket: join(folder, name),
        address: '127.0.0.1',
        port,
      })),
      program: { ...program, env: program.env ?? {}, log: join(folder, 'log') },
    };
    try {
      await sandbox.order({ open: plan });
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return sandbox;
  }

  /** Path of the socket to an offered port. */
  socketOf(name: string): string {
    return join(this.folder, name);
  }

  backend(options: BackendOptions): Promise<void> {
    return this.order({ backend: options });
  }

  /** Stops a backend as a crash would: nothing listens any more. */
  stopBackend(name: string): Promise<void> {
    return this.order({ stopBackend: name });
  }

  /** The end of what the program wrote. */
  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').split('\n').slice(-25).join('\n');
  }

  /** @throws Error with the end of its log when the program is gone. */
  assertRunning(): void {
    if (this.ended !== undefined) throw new Error(`${this.ended}:\n${this.log()}`);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.disconnect();
      await gone;
    }
    this.outside.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private order(order: WithoutId<Order>): Promise<void> {
    const id = ++this.orders;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, ...order });
    });
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** As root a network is enough; others also need to be root in a user namespace of their own. */
const UNSHARE =
  process.getuid?.() === 0 ? ['unshare', '--net'] : ['unshare', '--user', '--map-root-user', '--net'];
