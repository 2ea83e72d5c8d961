import { K3stackError } from '../../lib/errors';
import { fingerprint, type HostKey } from './host-key';
import { hopText, type Hop } from './hop';

/** Nothing answered, or it closed the connection before it was one. */
export function unreachable(hop: Hop, problem: string, cause?: unknown): K3stackError {
  if (hop.kind === 'bastion') {
    return new K3stackError(
      'SSH_BASTION_UNREACHABLE',
      `cannot reach ${hopText(hop)}: ${problem}; see that it runs and that this machine reaches port ${hop.port} of ${hop.host}. ${hop.name} itself was not tried`,
      undefined,
      { cause },
    );
  }
  const { behind } = hop;
  const fix =
    behind === undefined
      ? `see that it runs, and that this machine reaches port ${hop.port} of ${hop.host}`
      : `the bastion ${behind} was reached; see that the host runs, and that the bastion reaches port ${hop.port} of ${hop.host}`;
  return new K3stackError('SSH_UNREACHABLE', `cannot reach ${hopText(hop)}: ${problem}; ${fix}`, undefined, {
    cause,
  });
}

/** A host without a pin is not connected to at all. */
export function hostKeyUnknown(hop: Hop): K3stackError {
  return new K3stackError(
    'SSH_HOST_KEY_UNKNOWN',
    `no host key is known for ${hopText(hop)}, so nothing is sent to it; run k3stack hosts trust, or write ssh.${hop.kind === 'bastion' ? 'bastion.' : ''}hostKey`,
  );
}

/** A pin that no modern host can satisfy: SHA-1 signatures are switched off since OpenSSH 8.8. */
export function hostKeyUnusable(hop: Hop, found: string): K3stackError {
  return new K3stackError(
    'SSH_HOST_KEY_UNUSABLE',
    `the host key pinned for ${hopText(hop)} is ${found}, and only ed25519 and ecdsa keys are pinned; ` +
      `run k3stack hosts trust --replace ${hop.host}, or write the output of ssh-keyscan -t ed25519 ${hop.host}`,
  );
}

/** Somebody else answers, or the host was made anew. */
export function hostKeyChanged(hop: Hop, pinned: HostKey, found: HostKey | undefined): K3stackError {
  const got = found === undefined ? `no key of type ${pinned.type}` : `${found.type} ${fingerprint(found)}`;
  const text =
    `${hopText(hop)} shows another host key than the one that is pinned:\n` +
    `  pinned ${pinned.type} ${fingerprint(pinned)}\n` +
    `  found  ${got}\n` +
    'nothing was sent to it, and it is not tried again; ' +
    `when the machine was made anew on purpose, run k3stack hosts trust --replace ${hop.host}`;
  return hop.kind === 'bastion'
    ? new K3stackError('SSH_BASTION_HOST_KEY_CHANGED', text)
    : new K3stackError('SSH_HOST_KEY_CHANGED', text);
}

/** @param offered What was tried, such as `the key ~/.ssh/id_ed25519`. */
export function loginRefused(hop: Hop, offered: readonly string[], detail: string): K3stackError {
  const text = `${hopText(hop)} refuses the login of ${hop.user}: ${detail}; tried ${offered.join(', ')}; add the public key to the authorized_keys of ${hop.user} there, or mend ssh.${hop.kind === 'bastion' ? 'bastion.' : ''}user`;
  return hop.kind === 'bastion'
    ? new K3stackError('SSH_BASTION_LOGIN_REFUSED', text)
    : new K3stackError('SSH_LOGIN_REFUSED', text);
}

/** The bastion is there, and may not pass connections on. */
export function forwardingRefused(bastion: Hop, target: Hop, detail: string): K3stackError {
  return new K3stackError(
    'SSH_BASTION_REFUSES_FORWARDING',
    `${hopText(bastion)} refuses to pass a connection on to ${target.host}:${target.port}: ${detail}; its sshd_config needs AllowTcpForwarding yes, and a PermitOpen that allows it`,
  );
}

/** Two programs that have no algorithm in common. */
export function incompatible(hop: Hop, detail: string, cause: unknown): K3stackError {
  return new K3stackError(
    'SSH_INCOMPATIBLE',
    `${hopText(hop)} and this machine cannot agree on how to encrypt: ${detail}; update the host's OpenSSH, or mend its sshd_config`,
    undefined,
    { cause },
  );
}

/** It is unknown whether, and how, a command ended. */
export function connectionLost(where: string, detail: string, cause?: unknown): K3stackError {
  return new K3stackError(
    'SSH_CONNECTION_LOST',
    `the connection to ${where} was lost (${detail}); what ran there may still be running. Run the same again: it goes on where it was`,
    undefined,
    { cause },
  );
}

/** The host gives no further session. */
export function sessionRefused(where: string, detail: string): K3stackError {
  return new K3stackError(
    'SSH_SESSION_REFUSED',
    `${where} opens no session: ${detail}; see MaxSessions and ForceCommand in its sshd_config`,
  );
}

/** A command that was not done in time. */
export function commandTimeout(where: string, seconds: number): K3stackError {
  return new K3stackError(
    'HOST_COMMAND_TIMEOUT',
    `${where} did not answer within ${seconds} s; what was asked for may still be going on there. See its load and its disk, then try again`,
  );
}

/** A command that writes without end. */
export function outputTooLarge(where: string, limit: number): K3stackError {
  return new K3stackError(
    'HOST_OUTPUT_TOO_LARGE',
    `${where} wrote more than ${limit} bytes to standard output; see what its login shell prints`,
  );
}
