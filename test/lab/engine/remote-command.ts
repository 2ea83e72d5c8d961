import { spawn } from 'node:child_process';
import { Client, type ClientChannel, type ConnectConfig } from 'ssh2';

/** What a command printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Connection settings of `command.remote.Command`. */
export interface Connection {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  readonly agentSocketPath?: string;
  readonly hostKey?: string;
  readonly perDialTimeout?: number;
  readonly dialErrorLimit?: number;
  readonly proxy?: Connection;
}

/** Runs a command as @pulumi/command's plugin does: one login for each, no deadline, text in and out. */
export async function runRemote(
  connection: Connection,
  command: string,
  stdin: string,
  signal: AbortSignal,
): Promise<Printed> {
  const clients: Client[] = [];
  const killed = new Promise<never>((_, reject) => {
    const cut = (): void => {
      clients.forEach((client) => client.destroy());
      reject(new Error('the engine was ended'));
    };
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  });
  try {
    return await Promise.race([killed, overConnection(connection, clients, command, stdin, signal)]);
  } finally {
    clients.forEach((client) => client.end());
  }
}

async function overConnection(
  connection: Connection,
  clients: Client[],
  command: string,
  stdin: string,
  signal: AbortSignal,
): Promise<Printed> {
  const client = await dialled(connection, clients, signal);
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.exec(command, (error, stream) => (error === undefined ? resolve(stream) : reject(error))),
  );
  return await ended(channel, client, command, stdin);
}

/** The same on this machine. */
export async function runLocal(command: string, stdin: string, signal: AbortSignal): Promise<Printed> {
  const child = spawn('/bin/sh', ['-c', command], { signal, killSignal: 'SIGKILL' });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (printed.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (printed.stderr += data.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  if (code !== 0) throw failure(`exit status ${code}`, command, printed);
  return trimmed(printed);
}

/** Retried while dialling only, as the plugin does. */
async function dialled(connection: Connection, clients: Client[], signal: AbortSignal): Promise<Client> {
  const limit = connection.dialErrorLimit ?? 10;
  for (let attempt = 1; ; attempt++) {
    try {
      return await dial(connection, clients, signal);
    } catch (error) {
      if (attempt > limit || signal.aborted)
        throw new Error(`after ${attempt} failed attempts: ${(error as Error).message}`);
      await new Promise((resolve) => setTimeout(resolve, 200 * attempt));
    }
  }
}

async function dial(connection: Connection, clients: Client[], signal: AbortSignal): Promise<Client> {
  const { host, port = 22, proxy } = connection;
  const options = configOf(connection);
  if (proxy === undefined) return await connected({ ...options, host, port }, clients, signal);
  const bastion = await dial(proxy, clients, signal);
  const sock = await new Promise<ClientChannel>((resolve, reject) =>
    bastion.forwardOut('127.0.0.1', 0, host, port, (error, stream) =>
      error === undefined ? resolve(stream) : reject(error),
    ),
  );
  return await connected({ ...options, sock }, clients, signal);
}

function connected(options: ConnectConfig, clients: Client[], signal: AbortSignal): Promise<Client> {
  const client = new Client();
  clients.push(client);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the engine was ended')), { once: true });
    client.once('ready', () => resolve(client));
    client.on('error', reject);
    client.connect(options);
  });
}

function configOf({
  user,
  privateKey,
  privateKeyPassword,
  agentSocketPath,
  hostKey,
  perDialTimeout,
}: Connection): ConnectConfig {
  const expected = hostKey?.split(/\s+/)[1];
  const agent = agentSocketPath ?? process.env['SSH_AUTH_SOCK'];
  return {
    username: user ?? 'root',
    readyTimeout: 1000 * (perDialTimeout ?? 15),
    ...(privateKey !== undefined && { privateKey }),
    ...(privateKeyPassword !== undefined && { passphrase: privateKeyPassword }),
    ...(agent !== undefined && agent !== '' && { agent }),
    ...(expected !== undefined && { hostVerifier: (key: Buffer) => key.toString('base64') === expected }),
    // The plugin asks for the type of the pinned key only.
    ...(hostKey !== undefined && {
      algorithms: { serverHostKey: [hostKey.split(/\s+/)[0] as 'ssh-ed25519'] },
    }),
  };
}

function ended(channel: ClientChannel, client: Client, command: string, stdin: string): Promise<Printed> {
  const printed = { stdout: '', stderr: '' };
  channel.on('data', (data: Buffer) => (printed.stdout += data.toString()));
  channel.stderr.on('data', (data: Buffer) => (printed.stderr += data.toString()));
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    let why = 'wait: remote command exited without exit status or exit signal';
    channel.on('exit', (code: number | null, signal?: string) => {
      if (code !== null) status = code;
      why = code === null ? `Process exited with signal ${signal}` : `Process exited with status ${code}`;
    });
    const end = (): void =>
      status === 0 ? resolve(trimmed(printed)) : reject(failure(why, command, printed));
    channel.on('close', end);
    client.on('close', end);
    channel.on('error', () => undefined);
    channel.end(stdin);
  });
}

/** Only one line end is cut. */
function trimmed({ stdout, stderr }: Printed): Printed {
  return { stdout: stdout.replace(/\n$/, ''), stderr: stderr.replace(/\n$/, '') };
}

function failure(why: string, command: string, { stdout, stderr }: Printed): Error {
  return new Error(`${why}: running ${JSON.stringify(command)}:\n${stdout}${stderr}`);
}
