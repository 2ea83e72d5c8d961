import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { K3stackError } from '../../lib/errors';
import { readTextFile } from '../text-file';
import type { HostLogin, PrivateKey } from './host-connection';
import { isEncrypted } from './identities';

/**
 * What a person logs in to hosts with: the files that were named, else the usual ones in `~/.ssh`, and the keys of the agent.
 *
 * Secrets come by variables, never by arguments, which other users of the machine can read: `K3STACK_SSH_PASSPHRASE`, `K3STACK_SUDO_PASSWORD`.
 *
 * @param identities Files of private keys.
 * @throws K3stackError `SSH_KEY_UNREADABLE` for a file that was named and is not there.
 */
export function operatorLogin(
  env: Readonly<Record<string, string | undefined>>,
  identities: readonly string[],
): HostLogin {
  const passphrase = env['K3STACK_SSH_PASSPHRASE'] || undefined;
  const sudoPassword = env['K3STACK_SUDO_PASSWORD'] || undefined;
  const agentSocket = env['SSH_AUTH_SOCK'] || undefined;
  const privateKeys =
    identities.length > 0 ? identities.map(namedKey) : usualKeys(env, passphrase !== undefined);
  return {
    privateKeys,
    ...(passphrase !== undefined && { passphrase }),
    ...(agentSocket !== undefined && { agentSocket }),
    ...(sudoPassword !== undefined && { sudoPassword }),
  };
}

function namedKey(file: string): PrivateKey {
  const text = textOf(file);
  if (text !== undefined) return { name: file, text };
  throw new K3stackError(
    'SSH_KEY_UNREADABLE',
    `the private key ${file} cannot be used: there is no such file; name another one with --identity FILE`,
  );
}

/** One that is encrypted is left to the agent when nobody gave its passphrase. */
function usualKeys(env: Readonly<Record<string, string | undefined>>, hasPassphrase: boolean): PrivateKey[] {
  const folder = join(env['HOME'] || homedir(), '.ssh');
  return USUAL.flatMap((name) => {
    const text = textOf(join(folder, name));
    if (text === undefined || (!hasPassphrase && isEncrypted(text))) return [];
    return [{ name: `~/.ssh/${basename(name)}`, text }];
  });
}

function textOf(file: string): string | undefined {
  return readTextFile(file, {
    folder: (problem) =>
      new K3stackError(
        'SSH_KEY_UNREADABLE',
        `the private key ${file} cannot be used: it ${problem}; name a file`,
      ),
  });
}

const USUAL = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
