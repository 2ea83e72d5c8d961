import { X509Certificate } from 'node:crypto';
import { isPlainObject } from '../plain-object';
import { K3stackError } from '../errors';

/** What is needed to be an administrator of a cluster. */
export interface ClusterAccess {
  /** Name of cluster, user and context in the file. */
  readonly name: string;

  /** URL of the API. */
  readonly server: string;

  /** All base64, as a kubeconfig has them. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The parts of a kubeconfig with one cluster, one user and no more. @throws K3stackError `HOST_RESULT_UNREADABLE` */
export function accessIn(kubeconfig: unknown): Omit<ClusterAccess, 'name'> {
  const cluster = entry(kubeconfig, 'clusters', 'cluster');
  const user = entry(kubeconfig, 'users', 'user');
  const [server, ca] = [cluster['server'], cluster['certificate-authority-data']];
  const [certificate, key] = [user['client-certificate-data'], user['client-key-data']];
  if ([server, ca, certificate, key].some((part) => typeof part !== 'string' || part === ''))
    throw unreadable();
  return { server, ca, certificate, key } as Omit<ClusterAccess, 'name'>;
}

/** Entries of a kubeconfig for one cluster, by their lists. */
export function kubeconfigEntries({ name, server, ca, certificate, key }: ClusterAccess) {
  return {
    clusters: { name, cluster: { server, 'certificate-authority-data': ca } },
    users: { name, user: { 'client-certificate-data': certificate, 'client-key-data': key } },
    contexts: { name, context: { cluster: name, user: name } },
  };
}

/** When a certificate of a kubeconfig ends; `undefined` where it is none that can be read. */
export function certificateEnd(base64: string): Date | undefined {
  try {
    const end = new Date(new X509Certificate(Buffer.from(base64, 'base64')).validTo);
    return Number.isNaN(end.getTime()) ? undefined : end;
  } catch {
    return undefined;
  }
}

function entry(data: unknown, list: string, part: string): Record<string, unknown> {
  const entries = isPlainObject(data) ? data[list] : undefined;
  const [only] = Array.isArray(entries) ? (entries as unknown[]) : [];
  const found = isPlainObject(only) ? only[part] : undefined;
  if (!isPlainObject(found)) throw unreadable();
  return found;
}

function unreadable(): K3stackError {
  return new K3stackError(
    'HOST_RESULT_UNREADABLE',
    'the kubeconfig of the host has another form than this release knows; use the release of k3stack that the project names',
  );
}
