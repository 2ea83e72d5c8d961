import { readSealedToken, sealedTokenFile, writeSealedToken } from '../../adapters/sealed-token-file';
import { K3stackError } from '../../lib/errors';
import { ResultReader } from '../../lib/operations/result-reader';
import type { TokenOwner } from '../../lib/operations/sealed-token';
import type { Snapshot } from '../../lib/operations/snapshots';
import { UsageError } from '../report-error';
import type { Terminal } from '../terminal';
import type { OpenCluster } from './open-cluster';

/** Passphrase that tokens are sealed with; `undefined` when nobody gave one. */
export function backupPassphrase({ env }: Terminal): string | undefined {
  const passphrase = env[VARIABLE] || undefined;
  if (passphrase !== undefined && [...passphrase].length < SHORTEST)
    throw new UsageError(`${VARIABLE} must have at least ${SHORTEST} characters; a sentence is best`);
  return passphrase;
}

/**
 * Fetches the token of the servers and seals it beside the program. The token itself is told nobody.
 *
 * @throws K3stackError `SNAPSHOT_TOKEN_CHANGED` when it is not the one that the snapshot was taken with.
 */
export async function saveToken(
  open: OpenCluster,
  { name, tokenHash, sha256 }: Snapshot,
  passphrase: string,
): Promise<string> {
  const read = ResultReader.of(await open.runOnServer('server-token', { deadline: 60 }));
  const own = read.optionalText('tokenHash');
  if (tokenHash !== undefined && own !== undefined && own !== tokenHash)
    throw new K3stackError(
      'SNAPSHOT_TOKEN_CHANGED',
      `the token of the servers is another one than that of ${name}: it was rotated meanwhile; take the snapshot again`,
    );
  const owner = { ...ownerOf(open, name), ...(sha256 !== undefined && { sha256 }) };
  const file = sealedTokenFile(open.folder, owner);
  writeSealedToken(file, read.text('token'), passphrase, owner);
  return file;
}

/**
 * The token that a snapshot opens with, and what its file should be: as sealed beside the program, else the token that the servers have now.
 *
 * @throws K3stackError `SEALED_TOKEN_UNREADABLE`
 */
export async function tokenOf(
  open: OpenCluster,
  snapshot: string,
  passphrase?: string,
): Promise<{ readonly token: string; readonly sha256?: string; readonly sealed: boolean }> {
  const file = sealedTokenFile(open.folder, ownerOf(open, snapshot));
  const found = passphrase === undefined ? undefined : readSealedToken(file, passphrase);
  if (found !== undefined) return { ...found, sealed: true };
  const result = await open.runOnServer('server-token', { deadline: 60 });
  return { token: ResultReader.of(result).text('token'), sealed: false };
}

function ownerOf({ synthesis, cluster }: OpenCluster, snapshot: string): TokenOwner {
  return { environment: synthesis.environment, cluster: cluster.name, snapshot };
}

const VARIABLE = 'K3STACK_BACKUP_PASSPHRASE';
const SHORTEST = 12;
