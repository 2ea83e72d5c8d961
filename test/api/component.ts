import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A process of the control plane. Its output is in a file, whose end is part of the error when it ends by itself. */
export class Component {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private readonly log: string;

  /** @param args Option to value; a value `undefined` leaves the option out. */
  constructor(
    binary: string,
    readonly name: string,
    folder: string,
    args: Readonly<Record<string, string | undefined>>,
  ) {
    this.log = join(folder, `${name}.log`);
    const output = openSync(this.log, 'a');
    const options = Object.entries(args).flatMap(([key, value]) =>
      value === undefined ? [] : [`--${key}=${value}`],
    );
    // Its end of this pipe closes with this process, however that ends; the component ends then.
    this.child = spawn(binary, [name, ...options], { cwd: folder, stdio: ['pipe', output, output] });
    closeSync(output);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
  }

  /** @throws Error with the end of its log when the process is gone. */
  assertRunning(): void {
    if (this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined)
      return;
    const lines = readFileSync(this.log, 'utf8').trimEnd().split('\n');
    throw new Error(`${this.name} ended:\n${lines.slice(-15).join('\n')}`);
  }

  /** Nothing of it is kept, so it is not asked to end well. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    if (this.child.pid !== undefined) await this.ended;
  }
}

/** Ports of 127.0.0.1 that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listening(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
