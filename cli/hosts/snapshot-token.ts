import { readSealedToken, sealedTokenFile, writeSealedToken } from '../../adapters/sealed-token-file';
import { K3stackError } from '../../lib/errors';
import { ResultReader } from '../../lib/operations/result-reader';
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
  { name, tokenHash }: Snapshot,
  passphrase: string,
): Promise<string> {
  const read = ResultReader.of(await open.runOnServer('server-token', { deadline: 60 }));
  const own = read.optionalText('tokenHash');
  if (tokenHash !== undefined && own !== undefined && own !== tokenHash)
    throw new K3stackError(
      'SNAPSHOT_TOKEN_CHANGED',
      `the token of the servers is another one than that of ${name}: it was rotated meanwhile; take the snapshot again`,
    );
  const owner = ownerOf(open, name);
  const file = sealedTokenFile(open.folder, owner);
  writeSealedToken(file, read.text('token'), passphrase, owner);
  return file;
}

/** The token that a snapshot was taken with, when it was sealed beside the program and there is a passphrase. */
export function savedToken(open: OpenCluster, snapshot: string, passphrase?: string): string | undefined {
  if (passphrase === undefined) return undefined;
  return readSealedToken(sealedTokenFile(open.folder, ownerOf(open, snapshot)), passphrase)?.token;
}

function ownerOf({ synthesis, cluster }: OpenCluster, snapshot: string) {
  return { environment: synthesis.environment, cluster: cluster.name, snapshot };
}

const VARIABLE = 'K3STACK_BACKUP_PASSPHRASE';
const SHORTEST = 12;
