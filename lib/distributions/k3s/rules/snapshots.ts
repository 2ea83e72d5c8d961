import { isHost, isPort } from '../../../cluster/names';
import { isCronExpression } from '../../../cron-expression';
import type { Finding } from '../../../rules/rule';
import type { SnapshotS3, SnapshotSettings } from '../datastore';
import { isPem } from '../settings/datastore';
import { k3sRule } from './k3s-rule';
import { isPlainPath } from './plain-path';
import { quoted } from './quoted';
import { wholeNumberFindings } from './whole-number';

/** Rules about snapshots of embedded etcd. */
export const snapshotRules = [
  k3sRule({
    id: 'k3s-snapshots',
    title: 'Snapshots have a schedule that is one, and are kept',
    reason: 'K3s drops the error about a wrong schedule, and takes no snapshots.',
    source: 'https://docs.k3s.io/cli/etcd-snapshot; k3s pkg/etcd/snapshot.go, cron.AddJob',
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
    const problem = `must be a cron expression of five fields, got ${quoted(schedule)}`;
    findings.push({ path, property: property('schedule'), problem, fix: "write schedule: '0 */6 * * *'" });
  }
  if (retention !== undefined) findings.push(...countFindings(path, property('retention'), retention));
  if (dir !== undefined && !isPlainPath(dir)) {
    const problem = `must be an absolute path of letters, digits, '_', '.' and '-', two levels deep at least, got ${quoted(dir)}`;
    findings.push({ path, property: property('dir'), problem, fix: "write dir: '/srv/k3s/snapshots'" });
  }
  return findings;
}

function s3Findings(path: string, s3: SnapshotS3): Finding[] {
  const findings = s3Checks(s3)
    .filter(([, holds]) => !holds)
    .map(([key, , what, example]): Finding => {
      const property = `datastore.s3.${key}`;
      return { path, property, problem: `must be ${what}`, fix: `write ${key}: ${example}` };
    });
  if (s3.retention === undefined) return findings;
  return [...findings, ...countFindings(path, 'datastore.s3.retention', s3.retention)];
}

/** Key, whether its value will do, what it must be, and an example. */
function s3Checks(s3: SnapshotS3): [keyof SnapshotS3, boolean, string, string][] {
  const { bucket, endpoint = '', endpointCa = '/', folder = '' } = s3;
  const bare = endpoint.replace(/^\w+:\/\//, '').replace(/\/.*$/s, '');
  return [
    [
      'bucket',
      BUCKET.test(bucket),
      `3 to 63 lower case letters, digits, '.' and '-', got ${quoted(bucket)}`,
      "'k3s-snapshots'",
    ],
    [
      'endpoint',
      endpoint === '' || isEndpoint(endpoint),
      `host and port without a scheme, got ${quoted(endpoint)}`,
      `${quoted(bare)}`,
    ],
    [
      'endpointCa',
      isPem(endpointCa) || endpointCa.startsWith('/'),
      'an absolute path on the servers, or PEM text',
      "'/etc/ssl/certs/minio.crt'",
    ],
    [
      'folder',
      !/^\/|\p{Cc}/u.test(folder),
      `without '/' in front, got ${quoted(folder)}`,
      `${quoted(folder.replace(/^\/+/, ''))}`,
    ],
  ];
}

function unusedS3(path: string, snapshots: SnapshotSettings | false | undefined): Finding[] {
  if (snapshots !== false) return [];
  const problem = 'nothing is copied to it on a schedule, because snapshots are switched off';
  return [{ path, property: 'datastore.s3', problem, fix: 'remove snapshots: false', blocks: 'nothing' }];
}

function countFindings(path: string, property: string, count: number): Finding[] {
  return wholeNumberFindings({ path, property, value: count, least: 1, most: 10_000, example: 5 });
}

function isEndpoint(text: string): boolean {
  const [, host = '', port] = /^(\[[0-9a-fA-F:]+\]|[^:/]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  return isHost(host.replace(/^\[|\]$/g, '')) && (port === undefined || isPort(Number(port)));
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
