import { ApiObject } from 'cdk8s';
import { bytesOf, isQuantity } from '../../../lib/cluster/quantity';
import { GeneratedSecret } from '../../../lib/generated-secret';
import type { SecretSource } from '../../../lib/secret';
import { POSTGRES_IMAGES, POSTGRES_USER, type PostgresVersion } from '../../../lib/workloads/postgres/images';
import { serverParameters, type ParameterValue } from '../../../lib/workloads/postgres/server-parameters';
import { START_SCRIPT } from '../../../lib/workloads/postgres/start-script';
import type { EnvVar } from '../environment-variables';
import { buildPod } from '../pod';
import { mergedResources, type ContainerResources } from '../resources';
import type { SecretKey } from '../secrets/workload-secret';
import { claimSpec } from '../volumes';
import type { Workload } from '../workload';
import type { WorkloadNetwork } from '../workload-network';
import type { PostgresDatabaseProps } from './postgres-settings';

/** Port of every Postgres. */
export const PORT = 5432;

/** Fit for a node of 1 GB. */
export const RESOURCES: ContainerResources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '256Mi' },
};

/** A database that is ready to be run: what may be left out is there. */
export interface Server {
  readonly props: Partial<PostgresDatabaseProps>;
  readonly version: PostgresVersion;
  readonly size: string;
  readonly database: string;
  readonly owner: string;
}

/** The objects of a server without an operator. */
export interface ServerParts {
  readonly statefulSet: ApiObject;
  readonly service: ApiObject;
  readonly network: WorkloadNetwork;
}

/** A StatefulSet of one pod, its volume and its Service. */
export function makeServer(workload: Workload, server: Server, password: SecretKey | undefined): ServerParts {
  const { props, version, size } = server;
  const { nodeSelector, tolerations, terminationGracePeriodSeconds = 120 } = props;
  const mountPath = version === '18' ? '/var/lib/postgresql' : '/var/lib/postgresql/data'; // the image's own volume
  const limit = bytesOf(serverResources(props.resources).limits?.memory ?? '256Mi');
  const pod = buildPod(
    workload,
    {
      image: props.image ?? POSTGRES_IMAGES[version],
      command: ['/bin/bash', '-c', START_SCRIPT, 'start'],
      args: parameterArguments({ listen_addresses: '*', ...serverSettings(server, limit) }),
      ...(props.resources && { resources: props.resources }),
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
      podAnnotations: rotation(props.password),
      user: POSTGRES_USER,
      terminationGracePeriodSeconds,
      volumes: {
        '/var/run/postgresql': { memory: '1Mi' },
        '/dev/shm': { memory: String(Math.floor(limit / 4)) }, // what queries share when they run in parallel
      },
    },
    {
      container: { ports: [{ name: 'postgres', containerPort: PORT }], ...probes(server), lifecycle: STOP },
      env: variables(server, `${mountPath}/pgdata`, password),
      resources: RESOURCES,
      volumeMounts: [{ name: 'data', mountPath }],
    },
  );
  const service = new ApiObject(workload, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: workload.metadata,
    spec: {
      selector: workload.selector,
      ports: [{ name: 'postgres', port: PORT, targetPort: 'postgres' }],
    },
  });
  const { storageClass } = props;
  const statefulSet = new ApiObject(workload, 'stateful-set', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: workload.metadata,
    spec: {
      serviceName: workload.name,
      replicas: 1,
      revisionHistoryLimit: 3,
      selector: { matchLabels: workload.selector },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      template: pod.template,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data', labels: workload.selector },
          spec: claimSpec({ persistent: size, ...(storageClass !== undefined && { storageClass }) }),
        },
      ],
    },
  });
  return { statefulSet, service, network: pod.network };
}

/** All settings of `postgresql.conf` that differ from Postgres's own. */
export function serverSettings({ props, size }: Server, memory: number): Record<string, ParameterValue> {
  const volume = isQuantity(size) ? bytesOf(size) : 0;
  return { ...serverParameters({ memory, volume }), ...props.parameters };
}

/** A server has a size of its own, whatever the defaults around it say (constructs/workloads/pod.ts). */
export function serverResources(own: ContainerResources | undefined): ContainerResources {
  return mergedResources(RESOURCES, own);
}

function parameterArguments(settings: Readonly<Record<string, ParameterValue>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${onOff(value).replaceAll('$', '$$$$')}`,
  ]);
}

/** As `postgresql.conf` writes it. */
export function onOff(value: ParameterValue): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

function variables(
  { version, database, owner }: Server,
  folder: string,
  password: SecretKey | undefined,
): EnvVar[] {
  return [
    { name: 'PGDATA', value: folder },
    { name: 'POSTGRES_INITDB_ARGS', value: INITDB[version === '15' || version === '16' ? 'old' : 'new'] },
    { name: 'DB_NAME', value: database },
    { name: 'DB_OWNER', value: owner },
    ...(password === undefined ? [] : [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: password } }]),
  ];
}

/** A password that was raised by `rotation` gets in by a restart. */
function rotation(password: SecretSource | undefined): Record<string, string> {
  const isRotated = password instanceof GeneratedSecret && password.rotation > 0;
  return isRotated ? { 'k3stack.dev/password-rotation': String(password.rotation) } : {};
}

/**
 * Text sorts by code point, the same on every system: an order that changes with a library makes indexes wrong. The provider `builtin` is in 17 and newer
 * (postgresql.org/docs/17/locale.html). Over TCP, only the password counts, also inside of the pod.
 */
const COMMON =
  '--encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth-local=trust --auth-host=scram-sha-256';
const INITDB = {
  old: COMMON,
  new: `${COMMON} --locale-provider=builtin --builtin-locale=C.UTF-8`,
};

/** `pg_isready` asks the port that consumers use. Starting up, also after a crash, may take long, and is no reason to kill it. */
function probes({ database, owner }: Server): Record<string, unknown> {
  const ready = ['pg_isready', '-q', '-h', '127.0.0.1', '-p', String(PORT), '-U', owner, '-d', database];
  const alive = `${ready.join(' ')} || [ "$?" -eq 1 ]`; // 1: it is there, and lets nobody in yet
  return {
    startupProbe: { exec: { command: ready }, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 900 },
    readinessProbe: { exec: { command: ready }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      exec: { command: ['/bin/sh', '-c', alive] },
      periodSeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 6,
    },
  };
}

/** Ends sessions instead of waiting for them, whatever signal the image asks for. */
const STOP = {
  preStop: { exec: { command: ['pg_ctl', '-m', 'fast', '-w', '-t', '86400', 'stop'] } },
};
