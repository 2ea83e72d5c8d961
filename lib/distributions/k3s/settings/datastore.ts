import type { Datastore, DatastoreTls, SnapshotS3 } from '../datastore';
import { hostPaths } from '../host-paths';
import type { Settings } from '../options';
import { partOf, type SettingsPart } from './part';

/**
 * What every server is told about its datastore. Neither `cluster-init` nor `server` (both are facts of a run), nor the endpoint of an
 * external datastore (it holds a password).
 */
export function datastoreParts(datastore: Datastore): SettingsPart[] {
  if (datastore.kind === 'sqlite') return [];
  if (datastore.kind === 'external')
    return [partOf('datastore.tls', tlsSettings(externalTls(datastore) ?? {}))];
  const { snapshots, s3 } = datastore;
  return [
    partOf('datastore.snapshots', snapshots === false ? { 'etcd-disable-snapshots': true } : {}),
    ...(snapshots ? snapshotParts(snapshots) : []),
    ...(s3 === undefined ? [] : [partOf('datastore.s3', s3Settings(s3))]),
  ];
}

/** Files on the servers for TLS to an external datastore. */
export function externalTls(datastore: Datastore & { readonly kind: 'external' }): DatastoreTls | undefined {
  const { external } = datastore;
  if ('postgres' in external) return external.postgres.tls;
  if ('mysql' in external) return external.mysql.tls;
  if ('etcd' in external) return external.etcd.tls;
  return external.tls;
}

/** Whether the CA of the S3 endpoint is given as text rather than as a path. */
export function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN ');
}

function snapshotParts(
  snapshots: Exclude<(Datastore & { kind: 'embedded-etcd' })['snapshots'], false | undefined>,
): SettingsPart[] {
  const { schedule, retention, dir, compress } = snapshots;
  return [
    partOf('datastore.snapshots.schedule', { 'etcd-snapshot-schedule-cron': schedule }),
    partOf('datastore.snapshots.retention', { 'etcd-snapshot-retention': retention }),
    partOf('datastore.snapshots.dir', { 'etcd-snapshot-dir': dir }),
    partOf('datastore.snapshots.compress', { 'etcd-snapshot-compress': compress }),
  ];
}

function s3Settings(s3: SnapshotS3): Settings {
  return {
    'etcd-s3': true,
    'etcd-s3-bucket': s3.bucket,
    'etcd-s3-endpoint': s3.endpoint,
    'etcd-s3-region': s3.region,
    'etcd-s3-folder': s3.folder,
    'etcd-s3-retention': s3.retention,
    'etcd-s3-insecure': s3.insecure,
    'etcd-s3-endpoint-ca':
      s3.endpointCa === undefined || !isPem(s3.endpointCa) ? s3.endpointCa : hostPaths.snapshotCa,
  };
}

function tlsSettings({ caFile, certFile, keyFile }: DatastoreTls): Settings {
  return { 'datastore-cafile': caFile, 'datastore-certfile': certFile, 'datastore-keyfile': keyFile };
}
