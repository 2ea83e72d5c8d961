import { K3stackError } from '../../lib/errors';
import type { Ssh } from '../../lib/cluster/node';
import { type Bastions } from './bastions';
import type { HostLogin } from './host-connection';
import { fingerprint, hostKeyText, parseHostKey, PINNED_TYPES, type HostKey } from './host-key';
import { scanHostKey } from './host-key-scan';
import { identitiesOf } from './identities';
import { reasonOf, type SshError } from './open-hop';
import { patiently, Transient } from './patience';
import { forward, hopsOf } from './ssh-connection';
import { unreachable } from './ssh-errors';

/** An SSH server whose key is to be known: a host, or a bastion. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;

  /** Names of the hosts that it is, or stands in front of. */
  readonly names: readonly string[];

  /** How a host behind a bastion is reached. @default - directly */
  readonly through?: Ssh;

  /** What is known of it. @default - nothing */
  readonly known?: string;
}

/** What an endpoint showed, beside what is known. */
export interface ScannedKey {
  readonly endpoint: Endpoint;
  readonly state: 'known' | 'new' | 'changed' | 'unusable' | 'unreachable';

  /** `ssh-ed25519 AAAA…` @default - it showed none that can be pinned */
  readonly key?: string;
  readonly fingerprint?: string;
  readonly knownFingerprint?: string;

  /** Why there is no key, or why it does not count. */
  readonly problem?: string;
}

/** Asks an endpoint for its key, of the type that is known if it has one, without logging in to it. */
export async function scanEndpoint(
  endpoint: Endpoint,
  login: HostLogin,
  bastions: Bastions,
  patience: number,
): Promise<ScannedKey> {
  const known = endpoint.known === undefined ? undefined : parseHostKey(endpoint.known);
  const knownPart = known === undefined ? {} : { knownFingerprint: fingerprint(known) };
  try {
    const found =
      (known && (await scan(endpoint, login, bastions, patience, [known.type]))) ??
      (await scan(endpoint, login, bastions, patience, PINNED_TYPES));
    if (found === undefined) return { endpoint, state: 'unusable', problem: NO_KEY, ...knownPart };
    const key = hostKeyText(found);
    const state =
      endpoint.known === undefined ? 'new' : known?.blob.equals(found.blob) === true ? 'known' : 'changed';
    return { endpoint, state, key, fingerprint: fingerprint(found), ...knownPart };
  } catch (error) {
    if (!(error instanceof K3stackError)) throw error;
    return { endpoint, state: 'unreachable', problem: error.message, ...knownPart };
  }
}

function scan(
  { host, port, names, through }: Endpoint,
  login: HostLogin,
  bastions: Bastions,
  patience: number,
  types: readonly string[],
): Promise<HostKey | undefined> {
  const ssh = through ?? { host, port };
  const { target, bastion } = hopsOf(names.join(', '), ssh);
  return patiently(async () => {
    const held = bastion && (await bastions.hold(bastion, identitiesOf(login)));
    try {
      const socket = held && bastion && (() => forward(held.client, bastion, target));
      return await scanHostKey({ host, port }, socket, types);
    } catch (error) {
      if (error instanceof Transient || error instanceof K3stackError) throw error;
      throw new Transient(unreachable(target, reasonOf(error as SshError), error));
    } finally {
      held?.release();
    }
  }, patience);
}

const NO_KEY =
  'it has neither an ed25519 nor an ecdsa key; make them on the host: ssh-keygen -A, then restart sshd';
