import type { Readable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { type K3stackError } from '../../lib/errors';
import type { Ssh } from '../../lib/cluster/node';
import { Bastions, type HeldBastion } from './bastions';
import type { CommandOptions, CommandResult, HostConnection, HostLogin } from './host-connection';
import { hopText, type Hop } from './hop';
import { identitiesOf, type Identities } from './identities';
import { openHop, pinnedKey } from './open-hop';
import { patiently, Transient } from './patience';
import { runCommand, type RunningCommand } from './run-command';
import { commandTimeout, connectionLost, forwardingRefused, sessionRefused, unreachable } from './ssh-errors';

/** How a connection is made. */
export interface SshOptions {
  /** Seconds until a host that cannot be reached is given up. @default 120 */
  readonly patience?: number;

  /** Shared with the connections to other hosts. @default - none are shared */
  readonly bastions?: Bastions;
}

/** A host reached over SSH, its key pinned. */
export class SshConnection implements HostConnection {
  private alive = true;

  private constructor(
    readonly where: string,
    private readonly client: Client,
    bastion: HeldBastion | undefined,
  ) {
    client.once('close', () => {
      this.alive = false;
      bastion?.release();
    });
  }

  /**
   * Opens a connection. What may be different a moment later is tried again; a refused login and another host key are not.
   *
   * @param name Of the host, for people.
   * @throws K3stackError that names the hop that failed.
   */
  static async open(
    name: string,
    ssh: Ssh,
    login: HostLogin,
    options: SshOptions = {},
  ): Promise<SshConnection> {
    const { patience = 120, bastions = new Bastions() } = options;
    const { target, bastion } = hopsOf(name, ssh);
    [...(bastion === undefined ? [] : [bastion]), target].forEach(pinnedKey);
    const identities = identitiesOf(login);
    return patiently(
      () =>
        bastion === undefined
          ? SshConnection.direct(target, identities)
          : SshConnection.through(bastion, target, identities, bastions),
      patience,
    );
  }

  private static async direct(target: Hop, identities: Identities): Promise<SshConnection> {
    const client = await openHop(target, identities, () => Promise.resolve(undefined));
    return new SshConnection(hopText(target), client, undefined);
  }

  private static async through(
    bastion: Hop,
    target: Hop,
    identities: Identities,
    bastions: Bastions,
  ): Promise<SshConnection> {
    const held = await bastions.hold(bastion, identities);
    try {
      const client = await openHop(target, identities, () => forward(held.client, bastion, target));
      return new SshConnection(hopText(target), client, held);
    } catch (error) {
      held.release();
      throw error;
    }
  }

  get open(): boolean {
    return this.alive;
  }

  async exec(command: string, options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.where, await this.start(command), options);
  }

  close(): void {
    this.alive = false;
    this.client.end();
  }

  private start(command: string): Promise<RunningCommand> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(commandTimeout(this.where, CHANNEL_SECONDS)),
        CHANNEL_SECONDS * 1000,
      );
      try {
        this.client.exec(command, (error: (Error & { readonly reason?: unknown }) | undefined, channel) => {
          clearTimeout(late);
          if (error === undefined) resolve(this.running(channel));
          else if (error.reason !== undefined || /unable to exec/i.test(error.message))
            reject(sessionRefused(this.where, error.message));
          else reject(connectionLost(this.where, error.message, error));
        });
      } catch (error) {
        clearTimeout(late);
        reject(connectionLost(this.where, (error as Error).message, error));
      }
    });
  }

  /** Called as soon as there is a channel: a command that ends at once tells its code in the same breath, and nobody would hear it later. */
  private running(channel: ClientChannel): RunningCommand {
    let exit: { readonly code: number } | { readonly unknown: Error } | undefined;
    channel.on('exit', (code: number | null, signal?: string) => {
      exit =
        code === null
          ? { unknown: connectionLost(this.where, `the command was ended by SIG${signal}`) }
          : { code };
    });
    return {
      stdin: channel,
      stdout: channel,
      stderr: channel.stderr,
      onEnd: (ended) => {
        channel.on('close', () =>
          ended(
            exit ?? { unknown: connectionLost(this.where, 'the link ended while a command was running') },
          ),
        );
      },
      kill: () => channel.close(),
    };
  }
}

/** The way to a host. */
export function hopsOf(name: string, ssh: Ssh): { readonly target: Hop; readonly bastion?: Hop } {
  const { host, port = 22, user = 'root', hostKey, bastion } = ssh;
  const key = hostKey === undefined ? {} : { hostKey };
  const target: Hop = { name, kind: 'host', host, port, user, ...key };
  if (bastion === undefined) return { target };
  return {
    target: { ...target, behind: bastion.host },
    bastion: {
      name,
      kind: 'bastion',
      host: bastion.host,
      port: bastion.port ?? 22,
      user: bastion.user ?? user,
      ...(bastion.hostKey !== undefined && { hostKey: bastion.hostKey }),
    },
  };
}

/** A connection from the bastion to the host behind it. */
export function forward(client: Client, bastion: Hop, target: Hop): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Transient(unreachable(target, 'it does not answer within 30 s'))),
      30_000,
    );
    const done = (error: (Error & { readonly reason?: unknown }) | undefined, stream?: Readable): void => {
      clearTimeout(timer);
      if (error === undefined && stream !== undefined) resolve(stream);
      else reject(forwardProblem(error ?? new Error('no stream'), bastion, target));
    };
    try {
      client.forwardOut('127.0.0.1', 0, target.host, target.port, done);
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Reasons of RFC 4254, 5.1. */
function forwardProblem(
  error: Error & { readonly reason?: unknown },
  bastion: Hop,
  target: Hop,
): K3stackError | Transient {
  const detail = error.message.replace(/^.*Channel open failure: /, '');
  if (error.reason === ADMINISTRATIVELY_PROHIBITED) return forwardingRefused(bastion, target, detail);
  if (error.reason === CONNECT_FAILED)
    return new Transient(unreachable(target, `the bastion says: ${detail}`));
  return new Transient(unreachable(bastion, `the connection to it was lost (${error.message})`, error));
}

const ADMINISTRATIVELY_PROHIBITED = 1;
const CONNECT_FAILED = 2;

/** In which a server that answers has to give a channel for a command. */
const CHANNEL_SECONDS = 60;
