import type { Readable } from 'node:stream';
import { Client, type ServerHostKeyAlgorithm } from 'ssh2';
import type { K3stackError } from '../../lib/errors';
import { hostKeyOf, parseHostKey, PINNED_TYPES, type HostKey } from './host-key';
import { scanHostKey } from './host-key-scan';
import type { Hop } from './hop';
import { authHandler, type Identities } from './identities';
import { Transient } from './patience';
import {
  hostKeyChanged,
  hostKeyUnknown,
  hostKeyUnusable,
  incompatible,
  loginRefused,
  unreachable,
} from './ssh-errors';

/** Opens the way to a hop anew, for each connection that is tried. */
type OpenSocket = () => Promise<Readable | undefined>;

/**
 * Connects to one SSH server and logs in.
 *
 * @throws Transient when it may be different a moment later, else K3stackError.
 */
export async function openHop(hop: Hop, identities: Identities, socket: OpenSocket): Promise<Client> {
  const pinned = pinnedKey(hop);
  const attempt: Attempt = { pinned };
  try {
    return await logIn(hop, identities, attempt, await socket());
  } catch (error) {
    throw await explained(error as SshError, hop, attempt, identities, socket);
  }
}

/**
 * The key to expect of a hop.
 *
 * @throws K3stackError `SSH_HOST_KEY_UNKNOWN`, `SSH_HOST_KEY_UNUSABLE`.
 */
export function pinnedKey(hop: Hop): HostKey {
  if (hop.hostKey === undefined) throw hostKeyUnknown(hop);
  const key = parseHostKey(hop.hostKey);
  if (key === undefined) throw hostKeyUnusable(hop, 'not readable');
  if (!PINNED_TYPES.some((type) => type === key.type)) throw hostKeyUnusable(hop, `of type ${key.type}`);
  return key;
}

interface Attempt {
  readonly pinned: HostKey;

  /** What the host showed. */
  shown?: HostKey;

  /** Why the agent was of no use. */
  agent?: string;
}

/** How ssh2 says what went wrong. */
export type SshError = Error & { readonly level?: string; readonly code?: string | number };

function logIn(
  hop: Hop,
  identities: Identities,
  attempt: Attempt,
  sock: Readable | undefined,
): Promise<Client> {
  const client = new Client();
  return new Promise<Client>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(error);
      client.destroy();
    };
    client.on('ready', () => {
      client.setNoDelay(true);
      resolve(client);
    });
    // Stays: an error after the promise is settled must not end the process.
    client.on('error', (error: SshError) => {
      if (error.level === 'agent') attempt.agent = error.message;
      else fail(error);
    });
    client.on('close', () => fail(new Error('it closed the connection before the login was done')));
    client.connect({
      ...(sock === undefined ? { host: hop.host, port: hop.port } : { sock }),
      username: hop.user,
      algorithms: { serverHostKey: [attempt.pinned.type as ServerHostKeyAlgorithm] },
      hostVerifier: (blob: Buffer) => {
        attempt.shown = hostKeyOf(blob);
        return blob.equals(attempt.pinned.blob);
      },
      authHandler: authHandler(identities.methods(hop.user)),
      readyTimeout: HANDSHAKE,
      keepaliveInterval: KEEPALIVE,
      keepaliveCountMax: 2,
    });
  });
}

async function explained(
  error: SshError,
  hop: Hop,
  { pinned, shown, agent }: Attempt,
  identities: Identities,
  socket: OpenSocket,
): Promise<K3stackError | Transient> {
  if (error instanceof Transient || error.name === 'K3stackError') return error as K3stackError | Transient;
  if (shown !== undefined && !shown.blob.equals(pinned.blob)) return hostKeyChanged(hop, pinned, shown);
  if (/no matching host key format/.test(error.message))
    return hostKeyChanged(hop, pinned, await scanHostKey(hop, socket).catch(() => undefined));
  if (/no matching/.test(error.message)) return incompatible(hop, error.message, error);
  if (error.level === 'client-authentication' || /too many authentication failures/i.test(error.message)) {
    const detail = /too many/i.test(error.message)
      ? 'it allows no further try'
      : 'it accepts none of the keys';
    return loginRefused(
      hop,
      identities.names,
      agent === undefined ? detail : `${detail} (the agent says: ${agent})`,
    );
  }
  return new Transient(unreachable(hop, reasonOf(error), error));
}

/** Why a connection did not come to be, in words. */
export function reasonOf(error: SshError): string {
  const { code, message } = error;
  const known = typeof code === 'string' ? REASONS[code] : undefined;
  if (known !== undefined) return known;
  if (/Timed out while waiting for handshake/.test(message))
    return `it does not answer within ${HANDSHAKE / 1000} s`;
  return /before handshake|closed the connection/.test(message)
    ? 'it closed the connection before the login was done, as it does when too many log in at once (MaxStartups)'
    : message || String(code);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no way to it (EHOSTUNREACH)',
  ENETUNREACH: 'there is no network to it (ENETUNREACH)',
  ETIMEDOUT: 'it does not answer (ETIMEDOUT)',
  ENOTFOUND: 'there is no such name in the DNS (ENOTFOUND)',
  EAI_AGAIN: 'the DNS does not answer (EAI_AGAIN)',
};

/** Milliseconds until a handshake is given up. */
const HANDSHAKE = 20_000;

/** Milliseconds; the third that is not answered ends the connection. */
const KEEPALIVE = 10_000;
