import { utils, type AnyAuthMethod, type AuthHandlerMiddleware, type ParsedKey } from 'ssh2';
import { K3stackError } from '../../lib/errors';
import type { HostLogin, PrivateKey } from './host-connection';

/** Ways to log in, in the order they are tried. Passwords are none. */
export interface Identities {
  readonly methods: (user: string) => readonly AnyAuthMethod[];

  /** For people: `the key ~/.ssh/id_ed25519`. */
  readonly names: readonly string[];
}

/**
 * Makes sure of everything that can be known before a connection is made.
 *
 * @throws K3stackError `SSH_KEY_UNREADABLE`, `SSH_NO_IDENTITY`.
 */
export function identitiesOf({ privateKeys = [], passphrase, agentSocket }: HostLogin): Identities {
  const keys = privateKeys.map((key) => parsePrivateKey(key, passphrase));
  if (keys.length === 0 && agentSocket === undefined) {
    throw new K3stackError(
      'SSH_NO_IDENTITY',
      'there is nothing to log in to hosts with: no private key and no agent; name a key with --identity FILE, or start an agent (SSH_AUTH_SOCK)',
    );
  }
  return {
    methods: (username) => [
      ...keys.map((key) => ({ type: 'publickey' as const, username, key })),
      ...(agentSocket === undefined ? [] : [{ type: 'agent' as const, username, agent: agentSocket }]),
    ],
    names: [
      ...privateKeys.map(({ name }) => `the key ${name}`),
      ...(agentSocket === undefined ? [] : ['the keys of the agent']),
    ],
  };
}

/** @throws K3stackError `SSH_KEY_UNREADABLE`. */
function parsePrivateKey({ name, text }: PrivateKey, passphrase?: string): ParsedKey {
  const parsed = utils.parseKey(text.endsWith('\n') ? text : `${text}\n`, passphrase);
  if (parsed instanceof Error) throw unreadable(name, ...reasonOf(parsed.message, passphrase !== undefined));
  // OpenSSH's format can hold several keys; nothing writes more than one.
  const key = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
  if (key === undefined || !key.isPrivateKey())
    throw unreadable(name, 'it is a public key', 'name the file without .pub');
  return key;
}

/** Whether a private key needs a passphrase. */
export function isEncrypted(text: string): boolean {
  const parsed = utils.parseKey(text);
  return parsed instanceof Error && ENCRYPTED.test(parsed.message);
}

function reasonOf(message: string, hasPassphrase: boolean): [string, string] {
  if (ENCRYPTED.test(message))
    return [
      'it is encrypted, and no passphrase is given',
      'set k3stack:sshPassphrase, or K3STACK_SSH_PASSPHRASE; or add the key to an agent (ssh-add)',
    ];
  if (hasPassphrase && WRONG_PASSPHRASE.test(message))
    return ['the passphrase is wrong', 'set the right one'];
  return [`it is no private key in the format of OpenSSH or PEM (${message})`, 'name another one'];
}

function unreadable(name: string, problem: string, fix: string): K3stackError {
  return new K3stackError('SSH_KEY_UNREADABLE', `the private key ${name} cannot be used: ${problem}; ${fix}`);
}

/** Names one way to log in after the other, and `false` when there is none left, which the types of ssh2 do not know of. */
export function authHandler(methods: readonly AnyAuthMethod[]): AuthHandlerMiddleware {
  let index = 0;
  return (_left, _partial, next) =>
    (next as (method: AnyAuthMethod | false) => void)(methods[index++] ?? false);
}

const ENCRYPTED = /no passphrase given/i;
const WRONG_PASSPHRASE = /integrity check failed|bad decrypt|bad passphrase|wrong final block/i;
