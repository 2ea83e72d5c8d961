import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import type { Server } from 'node:http';
import { startBackend, type BackendOptions } from './backend';
import { relay } from './relay';

/** What the sandbox is asked to do; each is answered by `{ id }`, or `{ id, error }`. */
export type Order = { readonly id: number } & (
  { readonly open: SandboxPlan } | { readonly backend: BackendOptions } | { readonly stopBackend: string }
);

export interface SandboxPlan {
  /** Addresses that are this namespace's own, such as `10.88.0.0/24`. */
  readonly range: string;

  /** Port of 127.0.0.1 in here, to a socket of the outside. */
  readonly reach: { readonly port: number; readonly socket: string };

  /** Sockets for the outside, each to an address in here. */
  readonly offer: readonly { readonly socket: string; readonly address: string; readonly port: number }[];

  /** The program that is tested. */
  readonly program: {
    readonly file: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly log: string;
  };
}

let program: ChildProcess | undefined;
const backends = new Map<string, Server>();

process.on('message', (order: Order) => {
  void obey(order).then(
    () => process.send?.({ id: order.id }),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.on('exit', () => program?.kill('SIGKILL'));

async function obey(order: Order): Promise<void> {
  if ('open' in order) await open(order.open);
  else if ('backend' in order) backends.set(order.backend.name, await startBackend(order.backend));
  else stopBackend(order.stopBackend);
}

async function open({ range, reach, offer, program: wanted }: SandboxPlan): Promise<void> {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  execFileSync('ip', ['route', 'add', 'local', range, 'dev', 'lo']);
  await relay({ host: '127.0.0.1', port: reach.port }, { path: reach.socket });
  for (const { socket, address, port } of offer) await relay({ path: socket }, { host: address, port });
  const log = openSync(wanted.log, 'a');
  program = spawn(wanted.file, wanted.args, { stdio: ['ignore', log, log], env: wanted.env });
  program.once('exit', (code) => process.send?.({ ended: code ?? -1 }));
}

function stopBackend(name: string): void {
  const server = backends.get(name);
  backends.delete(name);
  server?.close();
  server?.closeAllConnections();
}
