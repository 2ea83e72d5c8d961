import { isIP } from 'node:net';
import { withExamples } from '../../../lib/late';
import { Cluster } from '../../cluster/cluster';
import { Environment } from '../../environment';
import { isInstance } from '../../instance-of';
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
    egress: egress ?? [egressTo(endpoint)],
    volumes: caCertificate === undefined ? {} : { [CERTIFICATES]: { files: { 'ca.crt': caCertificate } } },
  };
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

/** An address, pods of a namespace (whose port behind the Service is not known), or the internet. */
export function egressTo(endpoint: string | undefined): Egress {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(endpoint ?? '');
  if (match === null) return 'internet';
  const [, scheme, host = '', port = scheme === 'https' ? '443' : '80'] = match;
  const address = host.replace(/^\[|\]$/g, '');
  const version = isIP(withExamples(address));
  if (version !== 0) return { cidr: `${address}/${version === 4 ? 32 : 128}`, ports: [Number(port)] };
  const service = /^[^.]+\.([^.]+)\.svc(\.|$)/.exec(host);
  return service?.[1] === undefined ? 'internet' : { namespace: service[1] };
}
