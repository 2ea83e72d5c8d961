import type { Input } from '@pulumi/pulumi';

/** How hosts are logged in to. */
export interface HostAccess {
  /** Private key in the format of OpenSSH or PEM. @default - the keys of the agent */
  readonly privateKey?: Input<string>;

  /** Of the private key. @default - it is not encrypted */
  readonly passphrase?: Input<string>;

  /** Path of the SSH agent's socket. It becomes part of the resources, so a path that differs from login to login runs every step. @default - `$SSH_AUTH_SOCK` */
  readonly agentSocket?: string;

  /** Of the user on the hosts. @default - none is needed */
  readonly sudoPassword?: Input<string>;
}
