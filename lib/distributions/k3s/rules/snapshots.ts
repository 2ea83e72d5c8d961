import { isCronExpression } from '../../../cron-expression';
import type { Finding } from '../../../rules/rule';
import type { SnapshotS3, SnapshotSettings } from '../datastore';
import { isPem } from '../settings/datastore';
import { k3sRule } from './k3s-rule';

/** Rules about snapshots of embedded etcd. */
export const snapshotRules = [
  k3sRule({
    id: 'k3s-snapshots',
    title: 'Snapshots have a schedule that is one, and are kept',
    reason: 'K3s logs a wrong schedule once, and takes no snapshots.',
    source: 'https://docs.k3s.io/cli/etcd-snapshot',
    check: ({ path, datastore }) =>
      datastore.kind === 'embedded-etcd' && datastore.snapshots
        ? scheduleFindings(path, datastore.snapshots)
        : [],
  }),
  k3sRule({
    id: 'k3s-snapshot-s3',
    title: 'Snapshots go to an S3 bucket that can be named',
    reason: 'K3s finds out at the first snapshot, and goes on without a copy.',
    source: 'https://docs.k3s.io/cli/etcd-snapshot#s3-compatible-object-store-support',
    check: ({ path, datastore }) =>
      datastore.kind === 'embedded-etcd' && datastore.s3
        ? [...s3Findings(path, datastore.s3), ...unusedS3(path, datastore.snapshots)]
        : [],
  }),
];

function scheduleFindings(path: string, { schedule, retention, dir }: SnapshotSettings): Finding[] {
  const findings: Finding[] = [];
  const property = (key: string) => `datastore.snapshots.${key}`;
  if (schedule !== undefined && !isCronExpression(schedule)) {
    const problem = `must be a cron expression of five fields, got '${schedule}'`;
    findings.push({ path, property: property('schedule'), problem, fix: "write schedule: '0 */6 * * *'" });
  }
  if (retention !== undefined) findings.push(...countFindings(path, property('retention'), retention));
  if (dir !== undefined && (!dir.startsWith('/') || /\p{Cc}/u.test(dir))) {
    findings.push({
      path,
      property: property('dir'),
      problem: `must be an absolute path, got '${dir}'`,
      fix: `write dir: '/var/backups/k3s'`,
    });
  }
  return findings;
}

function s3Findings(
  path: string,
  { bucket, endpoint, retention, endpointCa, folder }: SnapshotS3,
): Finding[] {
  const findings: Finding[] = [];
  const report = (key: string, problem: string, fix: string) =>
    findings.push({ path, property: `datastore.s3.${key}`, problem, fix });
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    report(
      'bucket',
      `must be 3 to 63 lower case letters, digits, '.' and '-', got '${bucket}'`,
      "write bucket: 'k3s-snapshots'",
    );
  }
  if (
    endpoint !== undefined &&
    !/^[A-Za-z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/.test(endpoint)
  ) {
    const bare = endpoint.replace(/^\w+:\/\//, '').replace(/\/.*$/s, '');
    report(
      'endpoint',
      `must be host and port without a scheme, got '${endpoint}'`,
      `write endpoint: '${bare}'`,
    );
  }
  if (retention !== undefined) findings.push(...countFindings(path, 'datastore.s3.retention', retention));
  if (endpointCa !== undefined && !isPem(endpointCa) && !endpointCa.startsWith('/')) {
    report(
      'endpointCa',
      'must be an absolute path on the servers or a certificate',
      "write endpointCa: '/etc/ssl/certs/minio.crt', or its PEM text",
    );
  }
  if (folder !== undefined && /^\/|\p{Cc}/u.test(folder)) {
    report(
      'folder',
      `must not begin with '/', got '${folder}'`,
      `write folder: '${folder.replace(/^\/+/, '')}'`,
    );
  }
  return findings;
}

function unusedS3(path: string, snapshots: SnapshotSettings | false | undefined): Finding[] {
  if (snapshots !== false) return [];
  const problem = 'nothing is copied to it on a schedule, because snapshots are switched off';
  return [{ path, property: 'datastore.s3', problem, fix: 'remove snapshots: false', blocks: 'nothing' }];
}

function countFindings(path: string, property: string, count: number): Finding[] {
  if (Number.isInteger(count) && count >= 1) return [];
  return [
    {
      path,
      property,
      problem: `must be a whole number from 1, got ${count}`,
      fix: `write ${property.split('.').at(-1)}: 5`,
    },
  ];
}
