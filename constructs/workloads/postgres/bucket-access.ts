import { Cluster } from '../../cluster/cluster';
import { Environment } from '../../environment';
import { isInstance } from '../../instance-of';
import { addCheck, type ConstructViolation } from '../../violations';
import { egressTo, privateName } from '../address-egress';
import type { EnvVar } from '../environment-variables';
import { workloadSecret } from '../secrets/workload-secret';
import type { Volumes } from '../volumes';
import type { Workload } from '../workload';
import type { Egress } from '../workload-network';
import type { DumpBucket } from './postgres-settings';

/** How jobs reach the bucket of a database. */
export interface BucketAccess {
  /** For rclone: its remote `dumps`, and the folder. */
  readonly env: readonly EnvVar[];
  readonly egress: readonly Egress[];

  /** The certificate of the bucket's authority. */
  readonly volumes: Volumes;
}

/** Declares the Secret with the keys, and says what jobs need beside it. */
export function bucketAccess(workload: Workload, bucket: DumpBucket): BucketAccess {
  const { name, namespace } = workload;
  const { caCertificate, endpoint, egress } = bucket;
  const { accessKey, secretKey } = bucket.credentials;
  addCheck(workload, () => wayViolations(workload, bucket));
  const keys = workloadSecret(workload, {
    namespace,
    name: `${name}-dump-bucket`,
    data: { accessKey, secretKey },
  });
  const plain = {
    DUMP_BUCKET: bucket.name,
    DUMP_FOLDER: bucket.folder ?? defaultFolder(workload),
    RCLONE_CONFIG_DUMPS_TYPE: 's3',
    RCLONE_CONFIG_DUMPS_PROVIDER: endpoint === undefined ? 'AWS' : 'Other',
    ...(endpoint !== undefined && { RCLONE_CONFIG_DUMPS_ENDPOINT: endpoint }),
    RCLONE_CONFIG_DUMPS_REGION: bucket.region ?? 'us-east-1',
    RCLONE_CONFIG_DUMPS_NO_CHECK_BUCKET: 'true', // keys need no right to make buckets
    ...(caCertificate !== undefined && { RCLONE_CA_CERT: `${CERTIFICATES}/ca.crt` }),
    RCLONE_CONFIG: '/dev/null', // only variables count
    RCLONE_TRANSFERS: '1',
    RCLONE_S3_UPLOAD_CONCURRENCY: '2',
    GOMEMLIMIT: '96MiB',
  };
  const secret = {
    RCLONE_CONFIG_DUMPS_ACCESS_KEY_ID: keys['accessKey'],
    RCLONE_CONFIG_DUMPS_SECRET_ACCESS_KEY: keys['secretKey'],
  };
  return {
    env: [
      ...Object.entries(plain).map(([name, value]) => ({ name, value })),
      ...Object.entries(secret).map(([name, key]) => ({ name, valueFrom: { secretKeyRef: key } })),
    ],
    egress: egress ?? (endpoint === undefined ? ['internet'] : egressTo(endpoint)),
    volumes: caCertificate === undefined ? {} : { [CERTIFICATES]: { files: { 'ca.crt': caCertificate } } },
  };
}

/** A policy for the internet lets nothing out into private networks, where every dump would fail. */
function wayViolations({ defaults }: Workload, { endpoint = '', egress }: DumpBucket): ConstructViolation[] {
  const name = privateName(endpoint);
  if (name === undefined || egress !== undefined || defaults.networkPolicy === false) return [];
  const port = /:(\d+)\/?$/.exec(endpoint)?.[1] ?? (endpoint.startsWith('http:') ? '80' : '443');
  return [
    {
      rule: 'postgres',
      property: 'dumps.bucket.endpoint',
      problem: `names ${name}, which leads into a private network, where the NetworkPolicy lets nothing out`,
      fix: `write egress: [{ cidr: '192.168.1.10/32', ports: [${port}] }] beside it, for its address`,
    },
  ];
}

const CERTIFICATES = '/etc/dump-bucket';

/** `production/k3s/shop/db`: a bucket may be that of several environments, and dumps of one must not end those of another. */
function defaultFolder(workload: Workload): string {
  const { root } = workload.node;
  const environment = isInstance(root, Environment) ? [root.name] : [];
  const cluster = Cluster.tryOf(workload);
  const parts = [...environment, ...(cluster === undefined ? [] : [cluster.name])];
  return [...parts, workload.namespace, workload.name].join('/');
}
