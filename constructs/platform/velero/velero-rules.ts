import { cronProblem } from '../../../lib/cron-expression';
import { withExamples } from '../../../lib/late';
import { describeValue } from '../../../lib/rules/shape';
import type { Cluster } from '../../cluster/cluster';
import type { ConstructViolation } from '../../violations';
import { resourceViolations } from '../../workloads/resources';
import { credentialsSecret } from './credentials';
import {
  DEFAULT_RETENTION_DAYS,
  DEFAULT_SCHEDULE,
  type VeleroBucket,
  type VeleroProps,
} from './velero-settings';
import { veleroResources } from './velero-values';

/** What is wrong with the props of Velero. */
export function veleroViolations(props: VeleroProps, cluster: Cluster | undefined): ConstructViolation[] {
  const { bucket, schedule = DEFAULT_SCHEDULE, retentionDays = DEFAULT_RETENTION_DAYS } = props;
  const problem = cronProblem(withExamples(schedule));
  return [
    ...(problem === undefined
      ? []
      : [violation('schedule', problem, "write five fields in UTC: '0 3 * * *' is daily at three")]),
    ...(Number.isInteger(retentionDays) && retentionDays > 0 ? [] : [wrongRetention(retentionDays)]),
    ...bucketViolations(bucket, cluster),
    ...resourceViolations(veleroResources(props)),
    ...(['includedNamespaces', 'excludedNamespaces'] as const).flatMap((property) =>
      (props[property] ?? [])
        .filter((name) => !NAMESPACE.test(withExamples(name)))
        .map((name) => wrongNamespace(property, name)),
    ),
  ];
}

function bucketViolations(bucket: VeleroBucket, cluster: Cluster | undefined): ConstructViolation[] {
  const { name = '', prefix = '', endpoint, publicEndpoint, caCertificate } = bucket;
  return [
    ...(BUCKET_NAME.test(withExamples(name)) ? [] : [wrongBucketName(name)]),
    ...(/^$|^[^/].*[^/]$|^[^/]$/.test(prefix) ? [] : [wrongPrefix(prefix)]),
    ...urlViolations('bucket.endpoint', endpoint),
    ...urlViolations('bucket.publicEndpoint', publicEndpoint),
    ...(caCertificate === undefined || caCertificate.includes('BEGIN CERTIFICATE')
      ? []
      : [wrongCertificate()]),
    ...credentialsViolations(bucket, cluster),
  ];
}

function credentialsViolations(
  { credentials }: VeleroBucket,
  cluster: Cluster | undefined,
): ConstructViolation[] {
  const secret = credentialsSecret(credentials);
  const property = 'bucket.credentials';
  if (secret === undefined) {
    const problem = 'must be references to secrets';
    const fix = "write secret('velero-s3'), or { accessKey: secret('…'), secretKey: secret('…') }";
    return [violation(property, problem, fix)];
  }
  if (secret.data === undefined || cluster !== undefined) return [];
  const problem = 'is a secret of the program, and without a cluster nobody brings it to Velero';
  return [
    violation(
      property,
      problem,
      "make a Secret in namespace velero and write { existingSecret: 'its-name' }",
    ),
  ];
}

function urlViolations(property: string, url: string | undefined): ConstructViolation[] {
  if (url === undefined || /^https?:\/\/[^\s/@]+\/?$/.test(withExamples(url))) return [];
  if (url.includes('@')) {
    // It may hold a password, so the message does not repeat it.
    const problem = "holds '@': who logs in is not part of the address, which is written into the manifest";
    return [violation(property, problem, 'write the address alone, and the keys as credentials')];
  }
  const problem = `must be an http or https address without a path, got ${describeValue(url)}`;
  return [violation(property, problem, "write 'https://minio.example.org:9000'")];
}

function wrongRetention(days: unknown): ConstructViolation {
  return violation(
    'retentionDays',
    `must be a number of days, got ${describeValue(days)}`,
    'write retentionDays: 30',
  );
}

function wrongBucketName(name: unknown): ConstructViolation {
  const problem = `must be 3 to 63 lower case letters, digits, '.' and '-', got ${describeValue(name)}`;
  return violation('bucket.name', problem, "write name: 'backups', and a folder in it as prefix");
}

function wrongPrefix(prefix: string): ConstructViolation {
  const problem = `must not begin or end with '/', got ${describeValue(prefix)}`;
  return violation(
    'bucket.prefix',
    problem,
    `write prefix: ${describeValue(prefix.replace(/^\/+|\/+$/g, ''))}`,
  );
}

function wrongCertificate(): ConstructViolation {
  const problem = 'is no certificate in PEM form';
  return violation('bucket.caCertificate', problem, "write '-----BEGIN CERTIFICATE-----…'");
}

function wrongNamespace(property: string, name: string): ConstructViolation {
  const problem = `names ${describeValue(name)}, which cannot be a namespace`;
  return violation(property, problem, "write names such as 'shop'");
}

function violation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'velero', property, problem, fix };
}

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const NAMESPACE = /^[a-z0-9*]([a-z0-9*-]{0,61}[a-z0-9*])?$/;
