import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  DOWNLOAD_SCRIPT,
  DUMP_SCRIPT,
  RESTORE_SCRIPT,
  UPLOAD_SCRIPT,
} from '../../../lib/workloads/postgres/dump-scripts';
import { RCLONE_IMAGE } from '../../../lib/workloads/postgres/images';
import { namespaceOf } from '../../cluster/namespace';
import { addCheck } from '../../violations';
import { deniedBy } from '../connect';
import type { EnvVar } from '../environment-variables';
import { buildPod, type Pod } from '../pod';
import type { ContainerResources } from '../resources';
import type { SecretKey } from '../secrets/workload-secret';
import type { Toleration } from '../toleration';
import { Workload } from '../workload';
import type { WorkloadNetwork } from '../workload-network';
import type { BucketAccess } from './bucket-access';
import type { PostgresDumps } from './postgres-settings';
import { PORT } from './server';

/** The database that is dumped, and what its jobs run with. */
export interface DumpedDatabase {
  readonly name: string;
  readonly host: string;
  readonly database: string;
  readonly owner: string;
  readonly password: SecretKey | undefined;
  readonly network: WorkloadNetwork;

  /** With client programs of the server's release. */
  readonly image: string;
  readonly user: number;
  readonly dumps: PostgresDumps;
  readonly bucket: BucketAccess;

  /** Space for one dump. */
  readonly scratch: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
}

/** Two containers, of which the second starts when the first has ended well. */
interface Step {
  readonly name: string;
  readonly image: string;
  readonly shell: string;
  readonly script: string;
  readonly env: readonly EnvVar[];
}

/** A CronJob of two steps that share a folder. */
class DumpJob extends Workload {
  readonly cronJob: ApiObject;

  constructor(
    scope: Construct,
    id: string,
    component: string,
    database: DumpedDatabase,
    steps: readonly [Step, Step],
    schedule: { readonly cron: object; readonly backoffLimit: number },
  ) {
    super(scope, id, component, 52);
    const { template } = this.pod(database, steps);
    this.cronJob = new ApiObject(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: this.metadata,
      spec: {
        ...schedule.cron,
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 2,
        jobTemplate: {
          metadata: { labels: this.labels },
          spec: { backoffLimit: schedule.backoffLimit, activeDeadlineSeconds: 21_600, template },
        },
      },
    });
  }

  private pod(
    { bucket, scratch, user, nodeSelector, tolerations, network }: DumpedDatabase,
    [first, second]: readonly [Step, Step],
  ): Pod {
    const settings = {
      ...programOf(second),
      egress: bucket.egress,
      volumes: { [FOLDER]: { scratch }, ...bucket.volumes },
      user,
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
    };
    const pod = buildPod(this, settings, {
      container: { name: second.name },
      env: [...COMMON, ...second.env],
      resources: RESOURCES,
      spec: { restartPolicy: 'Never' },
      prepare: { name: first.name, ...programOf(first), env: [...COMMON, ...first.env] },
    });
    pod.network.connect(network, PORT);
    const place = { rule: 'connection-forbidden', property: 'dumps' };
    addCheck(this, () =>
      deniedBy(namespaceOf(this), pod.network).map((problem) => ({ ...place, ...problem })),
    );
    return pod;
  }
}

function programOf({ image, shell, script }: Step): { image: string; command: readonly string[] } {
  return { image, command: [shell, '-c', script] };
}

/** Dumps at certain times. */
export function makeDumpJob(scope: Construct, database: DumpedDatabase): ApiObject {
  const { dumps, name, image, bucket } = database;
  const keep = { name: 'DUMP_KEEP_DAYS', value: String(dumps.keepDays ?? 14) };
  const named = { name: 'DUMP_NAME', value: name };
  const steps = [
    {
      name: 'dump',
      image,
      shell: '/bin/sh',
      script: DUMP_SCRIPT,
      env: [named, ...clientVariables(database)],
    },
    {
      name: 'upload',
      image: RCLONE_IMAGE,
      shell: '/bin/sh',
      script: UPLOAD_SCRIPT,
      env: [named, keep, ...bucket.env],
    },
  ] as const;
  const { schedule = '0 2 * * *', timeZone = 'Etc/UTC' } = dumps;
  const cron = { schedule, timeZone, startingDeadlineSeconds: 3600, suspend: false };
  return new DumpJob(scope, `${name}-dump`, 'dump', database, steps, { cron, backoffLimit: 2 }).cronJob;
}

/** Restores when somebody starts it: a CronJob that never runs by itself. */
export function makeRestoreJob(scope: Construct, database: DumpedDatabase): ApiObject {
  const { name, image, bucket } = database;
  const which = { name: 'DUMP', value: 'latest' };
  const otherwise = { name: 'IF_NOT_EMPTY', value: 'refuse' };
  const steps = [
    {
      name: 'download',
      image: RCLONE_IMAGE,
      shell: '/bin/sh',
      script: DOWNLOAD_SCRIPT,
      env: [which, ...bucket.env],
    },
    {
      name: 'restore',
      image,
      shell: '/bin/bash',
      script: RESTORE_SCRIPT,
      env: [otherwise, ...clientVariables(database)],
    },
  ] as const;
  const cron = { schedule: '0 0 31 2 *', timeZone: 'Etc/UTC', suspend: true }; // there is no 31 February
  return new DumpJob(scope, `${name}-restore`, 'restore', database, steps, { cron, backoffLimit: 0 }).cronJob;
}

/** What libpq reads: postgresql.org/docs/17/libpq-envars.html. */
function clientVariables({ host, database, owner, password }: DumpedDatabase): EnvVar[] {
  const plain = {
    PGHOST: host,
    PGPORT: String(PORT),
    PGDATABASE: database,
    PGUSER: owner,
    PGCONNECT_TIMEOUT: '30',
  };
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...(password === undefined ? [] : [{ name: 'PGPASSWORD', valueFrom: { secretKeyRef: password } }]),
  ];
}

const FOLDER = '/dumps';
const COMMON = [{ name: 'DUMP_DIRECTORY', value: FOLDER }];

/** rclone holds parts of an upload in memory. */
const RESOURCES: ContainerResources = {
  requests: { cpu: '25m', memory: '64Mi' },
  limits: { memory: '192Mi' },
};
