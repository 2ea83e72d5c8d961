import { secretHole, SecretRef } from '../../../lib/secret';
import type { LonghornCredentials } from './longhorn-settings';

/** Name of the Kubernetes Secret that Longhorn reads, and its data where this program describes it. */
export interface BackupSecret {
  readonly name: string;

  /** Absent for a Secret that something else makes. */
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The Kubernetes Secret for the credentials; `undefined` for what an untyped program may have passed. Keys: longhorn/website@0f622500:
 * content/docs/1.12.1/snapshots-and-backups/backup-and-restore/set-backup-target.md.
 */
export function backupSecret(credentials: LonghornCredentials): BackupSecret | undefined {
  if (typeof credentials !== 'object' || credentials === null) return undefined;
  if ('existingSecret' in credentials) return { name: credentials.existingSecret };
  const { accessKey, secretKey, endpoint } = credentials;
  if (!(accessKey instanceof SecretRef && secretKey instanceof SecretRef)) return undefined;
  if (endpoint !== undefined && !((endpoint as unknown) instanceof SecretRef)) return undefined;
  return {
    name: 'longhorn-backup-credentials',
    data: {
      AWS_ACCESS_KEY_ID: secretHole(accessKey),
      AWS_SECRET_ACCESS_KEY: secretHole(secretKey),
      ...(endpoint !== undefined && { AWS_ENDPOINTS: secretHole(endpoint) }),
    },
  };
}
