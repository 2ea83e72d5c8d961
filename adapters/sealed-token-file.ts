import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { K3stackError } from '../lib/errors';
import { openToken, sealToken, type TokenOwner } from '../lib/operations/sealed-token';
import { writeFileAtomically } from './atomic-write';
import { writing } from './cannot-write';
import { makeFolder } from './make-folder';
import { readTextFile } from './text-file';

/** Where the sealed token of a snapshot lies beside the program. */
export function sealedTokenFile(folder: string, { environment, cluster, snapshot }: TokenOwner): string {
  return join(folder, 'snapshots', environment, cluster, `${snapshot}.token.sealed`);
}

/** Writes a token, sealed. @throws K3stackError `CANNOT_WRITE` */
export function writeSealedToken(file: string, token: string, passphrase: string, owner: TokenOwner): void {
  const sealed = sealToken(token, passphrase, owner, randomBytes(28));
  writing(file, () => {
    makeFolder(dirname(file));
    writeFileAtomically(file, sealed, 0o600);
  });
}

/**
 * The token in a sealed file; `undefined` when there is no such file.
 *
 * @throws K3stackError `SEALED_TOKEN_UNREADABLE`
 */
export function readSealedToken(file: string, passphrase: string): ReturnType<typeof openToken> | undefined {
  const text = readTextFile(file, {
    folder: (problem) => new K3stackError('SEALED_TOKEN_UNREADABLE', `${file} ${problem}: name a file`),
  });
  return text === undefined ? undefined : openToken(text, passphrase, file);
}
