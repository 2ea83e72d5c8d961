import type { Readable } from 'node:stream';

/** How one command is run on a host. */
export interface CommandOptions {
  /** @default - nothing, at once at its end */
  readonly stdin?: string | Buffer | Readable;

  /** Seconds until it is given up. @default - none; a dead link is noticed all the same */
  readonly timeout?: number;

  /** Takes standard output as it comes, of any length; the result has none then. @default - it is kept */
  readonly onStdout?: (chunk: Buffer) => void;

  /** Called with each line of standard error as it comes. */
  readonly onStderrLine?: (line: string) => void;
}

/** How a command ended by itself. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;

  /** Its end, when it is very long. */
  readonly stderr: string;
}

/** A host on which commands can be run: over SSH, or the machine itself. */
export interface HostConnection {
  /** As people know it: `alfa (root@10.0.0.11)`. */
  readonly where: string;

  /** Whether it can still be used. */
  readonly open: boolean;

  /**
   * Runs one line by the login shell of the user.
   *
   * @throws K3stackError `SSH_CONNECTION_LOST` when it is unknown how the command ended, `HOST_COMMAND_TIMEOUT`, `HOST_OUTPUT_TOO_LARGE`.
   */
  exec(command: string, options?: CommandOptions): Promise<CommandResult>;

  close(): void;
}

/** What the operator logs in to hosts with. */
export interface HostLogin {
  /** Texts of private keys, in the order they are tried. @default - none */
  readonly privateKeys?: readonly PrivateKey[];

  /** Of every key that is encrypted. @default - none */
  readonly passphrase?: string;

  /** Path of the agent's socket. @default - none */
  readonly agentSocket?: string;

  /** Of the user on the hosts. @default - none is needed */
  readonly sudoPassword?: string;
}

/** A private key in the format of OpenSSH or PEM. */
export interface PrivateKey {
  /** Where it comes from, for people: a path, or the name of a setting. */
  readonly name: string;
  readonly text: string;
}
