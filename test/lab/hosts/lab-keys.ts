import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './run-tool';

/** The key pairs of one lab, which all users of its hosts accept. */
export interface LabKeys {
  /** File of the private key, without a passphrase. */
  readonly privateKeyFile: string;
  readonly publicKey: string;

  /** File of a second private key, which asks for `passphrase`. */
  readonly encryptedKeyFile: string;
  readonly encryptedPublicKey: string;
  readonly passphrase: string;

  /** File of a key that no host accepts. */
  readonly strangerKeyFile: string;
}

/** Makes the key pairs of a lab in a folder, or reads them when they are there. */
export async function labKeys(folder: string): Promise<LabKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = async (name: string, passphrase: string) => {
    const path = join(folder, name);
    if (!existsSync(path)) {
      await tool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', path]);
    }
    return path;
  };
  const [privateKeyFile, encryptedKeyFile, strangerKeyFile] = await Promise.all([
    file('id_ed25519', ''),
    file('id_ed25519_encrypted', PASSPHRASE),
    file('id_ed25519_stranger', ''),
  ]);
  return {
    privateKeyFile,
    publicKey: publicKey(privateKeyFile),
    encryptedKeyFile,
    encryptedPublicKey: publicKey(encryptedKeyFile),
    passphrase: PASSPHRASE,
    strangerKeyFile,
  };
}

function publicKey(file: string): string {
  return readFileSync(`${file}.pub`, 'utf8').trim();
}

const PASSPHRASE = 'passphrase of the lab';
