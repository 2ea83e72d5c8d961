import { secretHole, SecretRef } from '../../../lib/secret';
import type { VeleroCredentials } from './velero-settings';

/** Name of the Kubernetes Secret that Velero reads, and its data where this program describes it. */
export interface CredentialsSecret {
  readonly name: string;

  /** Absent for a Secret that something else makes. */
  readonly data?: Readonly<Record<string, string>>;
}

/** The Kubernetes Secret for the credentials; `undefined` for what an untyped program may have passed. */
export function credentialsSecret(credentials: VeleroCredentials): CredentialsSecret | undefined {
  if (credentials instanceof SecretRef) return { name: OWN_SECRET, data: { cloud: secretHole(credentials) } };
  if (typeof credentials !== 'object' || credentials === null) return undefined;
  if ('existingSecret' in credentials) return { name: credentials.existingSecret };
  const { accessKey, secretKey } = credentials;
  if (!(accessKey instanceof SecretRef && secretKey instanceof SecretRef)) return undefined;
  return { name: OWN_SECRET, data: { cloud: credentialsFile(secretHole(accessKey), secretHole(secretKey)) } };
}

/** velero-io/velero-plugin-for-aws@v1.14.2:README.md. */
function credentialsFile(id: string, key: string): string {
  return `[default]\naws_access_key_id=${id}\naws_secret_access_key=${key}\n`;
}

const OWN_SECRET = 'velero-s3-credentials';
