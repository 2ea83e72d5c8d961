import { describe, expect, test } from '@jest/globals';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import type {
  DumpBucket,
  PostgresDatabaseProps,
  PostgresDumps,
} from '../../../constructs/workloads/postgres/postgres-settings';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { late } from '../../../lib/late';
import { SecretRef } from '../../../lib/secret';
import { synthesisOfCluster } from '../../support/synth';
import { mainOf, podOf, specOf, variablesOf } from '../../support/postgres';
import { data, refusals, shop } from '../../support/workloads';

type Over = Omit<Partial<PostgresDumps>, 'bucket'> & { readonly bucket?: Partial<DumpBucket> };

const credentials = { accessKey: SecretRef.fromConfig('s3-id'), secretKey: SecretRef.fromConfig('s3-key') };
const make = (
  { bucket, ...dumps }: Over = {},
  namespace = shop(),
  props: Partial<PostgresDatabaseProps> = {},
) =>
  new PostgresDatabase(namespace, 'db', {
    version: '17',
    size: '2Gi',
    dumps: {
      bucket: { name: 'backups', endpoint: 'https://s3.example.org', credentials, ...bucket },
      ...dumps,
    },
    ...props,
  });

const upload = (over: Over = {}) => variablesOf(mainOf(make(over).dumpJob));
const egressOf = (bucket: Partial<DumpBucket>): unknown[] => {
  const db = make({ bucket });
  const policy = db.node.findAll().find(({ node }) => node.path.endsWith('db-dump/network-policy'));
  return specOf<{ egress: unknown[] }>(policy as never).egress;
};

describe('dumps of a database', () => {
  test('are a CronJob that dumps and then uploads, and one that restores and never runs by itself', () => {
    const { dumpJob, restoreJob } = make();
    expect(data(dumpJob)).toMatchObject({
      metadata: { name: 'db-dump' },
      spec: { schedule: '0 2 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', suspend: false },
    });
    expect(data(restoreJob)).toMatchObject({
      metadata: { name: 'db-restore' },
      spec: { schedule: '0 0 31 2 *', suspend: true, jobTemplate: { spec: { backoffLimit: 0 } } },
    });
    const images = (object: typeof dumpJob) => {
      const { initContainers, containers } = podOf(object);
      return [...initContainers, ...containers].map(({ name, image }) => `${name} ${image}`);
    };
    expect(images(dumpJob)).toEqual(['dump postgres:17.11-trixie', 'upload rclone/rclone:1.76.0']);
    expect(images(restoreJob)).toEqual(['download rclone/rclone:1.76.0', 'restore postgres:17.11-trixie']);
  });

  test('hand keys and password over as variables from Secrets, each container its own', () => {
    const namespace = shop();
    const spec = podOf(make({}, namespace).dumpJob);
    const [dump, copy] = [variablesOf(spec.initContainers[0]!), variablesOf(spec.containers[0]!)];
    expect(dump).toMatchObject({
      PGHOST: 'db.shop',
      PGUSER: 'app',
      PGDATABASE: 'app',
      PGPASSWORD: { secretKeyRef: { name: 'db', key: 'password' } },
    });
    expect(copy).toMatchObject({
      RCLONE_CONFIG_DUMPS_ACCESS_KEY_ID: { secretKeyRef: { name: 'db-dump-bucket', key: 'accessKey' } },
      RCLONE_CONFIG_DUMPS_SECRET_ACCESS_KEY: { secretKeyRef: { name: 'db-dump-bucket', key: 'secretKey' } },
    });
    expect(Object.keys(dump).filter((name) => name.startsWith('RCLONE'))).toEqual([]);
    expect(Object.keys(copy).filter((name) => name.startsWith('PG'))).toEqual([]);
    const { kubernetesSecrets } = synthesisOfCluster(namespace.node.scope as never);
    expect(kubernetesSecrets.map(({ name }) => name).sort()).toEqual(['db', 'db-dump-bucket']);
  });

  test('run on a root that cannot be written to, with space for one dump', () => {
    const spec = podOf(make().dumpJob);
    for (const container of [...spec.initContainers, ...spec.containers]) {
      expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
      expect(container.volumeMounts).toEqual([
        { name: 'dumps', mountPath: '/dumps' },
        { name: 'tmp', mountPath: '/tmp' },
      ]);
      expect(container.resources.limits).toEqual({ memory: '192Mi', 'ephemeral-storage': '2212Mi' });
    }
    expect(spec.volumes[0]).toEqual({ name: 'dumps', emptyDir: { sizeLimit: '2Gi' } });
    expect(spec.restartPolicy).toBe('Never');
  });

  test('lie in a folder of the environment, the cluster and the database', () => {
    expect(upload()).toMatchObject({
      DUMP_BUCKET: 'backups',
      DUMP_FOLDER: 'test/k3s/shop/db',
      DUMP_NAME: 'db',
      DUMP_KEEP_DAYS: '14',
      RCLONE_CONFIG_DUMPS_PROVIDER: 'Other',
      RCLONE_CONFIG_DUMPS_ENDPOINT: 'https://s3.example.org',
      RCLONE_CONFIG_DUMPS_REGION: 'us-east-1',
    });
  });

  test('may connect to the database and the bucket', () => {
    const db = make();
    expect(specOf<{ ingress: object[] }>(db.network.policy).ingress).toEqual(
      ['db-dump', 'db-restore'].map((name) => ({
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': name } } }],
        ports: [{ port: 5432, protocol: 'TCP' }],
      })),
    );
  });

  test('are refused where nothing lets them out of a namespace that denies by default', () => {
    const namespace = shop({ defaultDeny: true });
    setWorkloadDefaults(namespace, { networkPolicy: false });
    make({}, namespace);
    expect(refusals(namespace).filter((text) => text.includes('dumps: is cut off'))).toEqual(
      ['db-dump', 'db-restore'].map((name) =>
        expect.stringContaining(
          `${name} has no NetworkPolicy that opens the way; remove networkPolicy: false`,
        ),
      ),
    );
  });

  test.each(['https://nas.lan:9000', 'http://minio:9000', 'https://s3.home.arpa.'])(
    'are refused to %s, a private name whose way out nobody knows',
    (endpoint) => {
      const refused = (bucket: Partial<DumpBucket>, defaults = {}): string[] => {
        const namespace = shop();
        setWorkloadDefaults(namespace, defaults);
        make({ bucket: { endpoint, ...bucket } }, namespace);
        return refusals(namespace);
      };
      const port = endpoint.endsWith('9000') ? 9000 : 443;
      expect(refused({})).toEqual([
        expect.stringMatching(
          new RegExp(
            `dumps.bucket.endpoint: names .*private network.*192.168.1.10/32', ports: \\[${port}\\]`,
          ),
        ),
      ]);
      expect(refused({ egress: [{ cidr: '192.168.1.10/32', ports: [port] }] })).toEqual([]);
      expect(refused({}, { networkPolicy: false })).toEqual([]);
    },
  );

  test('reach an address that only a run knows', () => {
    const address = late('nas', { example: '192.168.1.10' });
    expect(JSON.stringify(egressOf({ endpoint: `https://${address}:9000` })[1])).toContain(`${address}/32`);
  });

  test('are no problem as they are', () => {
    const namespace = shop({ defaultDeny: true });
    make({}, namespace);
    expect(refusals(namespace)).toEqual([]);
  });
});

describe('settings of dumps', () => {
  test('schedule, timeZone, keepDays, scratch', () => {
    const { dumpJob } = make({
      schedule: '@hourly',
      timeZone: 'Europe/Berlin',
      keepDays: 90,
      scratch: '5Gi',
    });
    expect(specOf<object>(dumpJob)).toMatchObject({ schedule: '@hourly', timeZone: 'Europe/Berlin' });
    expect(podOf(dumpJob).volumes[0]?.emptyDir.sizeLimit).toBe('5Gi');
    expect(variablesOf(mainOf(dumpJob))).toMatchObject({ DUMP_KEEP_DAYS: '90' });
  });

  test('folder, region, a bucket of AWS', () => {
    const env = upload({
      bucket: { endpoint: undefined as never, region: 'eu-central-1', folder: 'shop/db' },
    });
    expect(env).toMatchObject({
      DUMP_FOLDER: 'shop/db',
      RCLONE_CONFIG_DUMPS_PROVIDER: 'AWS',
      RCLONE_CONFIG_DUMPS_REGION: 'eu-central-1',
    });
    expect(env).not.toHaveProperty('RCLONE_CONFIG_DUMPS_ENDPOINT');
  });

  test('caCertificate: a file that rclone trusts', () => {
    const { dumpJob } = make({ bucket: { caCertificate: '-----BEGIN CERTIFICATE-----' } });
    expect(variablesOf(mainOf(dumpJob))).toMatchObject({ RCLONE_CA_CERT: '/etc/dump-bucket/ca.crt' });
    expect(mainOf(dumpJob).volumeMounts).toContainEqual({
      name: 'etc-dump-bucket',
      mountPath: '/etc/dump-bucket',
      readOnly: true,
    });
  });

  test.each<[string, Partial<DumpBucket>, object]>([
    [
      'an address',
      { endpoint: 'https://10.0.0.5:9000' },
      { to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ port: 9000, protocol: 'TCP' }] },
    ],
    [
      'an address of IPv6',
      { endpoint: 'http://[fd00::5]' },
      { to: [{ ipBlock: { cidr: 'fd00::5/128' } }], ports: [{ port: 80, protocol: 'TCP' }] },
    ],
    [
      'a Service',
      { endpoint: 'http://minio.storage.svc:9000' },
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'storage' } } }] },
    ],
    [
      'what egress says',
      { egress: [{ cidr: '192.168.1.0/24' }] },
      { to: [{ ipBlock: { cidr: '192.168.1.0/24' } }] },
    ],
  ])('the way to the bucket is %s', (_, bucket, rule) => {
    expect(egressOf(bucket)[1]).toEqual(rule);
  });

  test('the way to the bucket is the internet for any other name', () => {
    expect(egressOf({})[1]).toMatchObject({
      to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }],
    });
  });
});

describe('dumps are refused', () => {
  test.each<[string, Over, string]>([
    ['a schedule that is none', { schedule: 'daily' }, 'dumps.schedule: '],
    ['no day to keep', { keepDays: 0 }, 'dumps.keepDays: must be a whole number from 1'],
    [
      'a name that no bucket has',
      { bucket: { name: 'Back_Ups' } },
      `dumps.bucket.name: must be 3 to 63 lower case letters, digits, '.' and '-', got "Back_Ups"`,
    ],
    [
      'a folder that is none',
      { bucket: { folder: '/a/' } },
      `dumps.bucket.folder: must be words joined by '/', got "/a/"`,
    ],
    ['AWS without a region', { bucket: { endpoint: undefined as never } }, 'dumps.bucket.region: is missing'],
    [
      'an endpoint with a path',
      { bucket: { endpoint: 'https://x.example.org/a' } },
      'dumps.bucket.endpoint: must be an http or https address alone',
    ],
    [
      'keys in the endpoint',
      { bucket: { endpoint: 'https://id:hunter2@x' } },
      "dumps.bucket.endpoint: must be an http or https address alone; write 'https://minio.example.org:9000'",
    ],
    [
      'keys as text',
      { bucket: { credentials: { accessKey: 'hunter2' as never, secretKey: credentials.secretKey } } },
      'dumps.bucket.credentials.accessKey: must be a secret, got text',
    ],
    [
      'a certificate that is none',
      { bucket: { caCertificate: 'ca.crt' } },
      'dumps.bucket.caCertificate: is no certificate in PEM form',
    ],
  ])('for %s', (_, over, message) => {
    const namespace = shop();
    make(over, namespace);
    const text = refusals(namespace).join('\n');
    expect(text).toContain(message);
    expect(text).not.toContain('hunter2');
  });
});

interface Cluster {
  readonly bootstrap: { readonly initdb: { readonly secret?: object } };
  readonly postgresql: { readonly parameters: { readonly shared_buffers: string } };
}

describe('a database of CloudNativePG', () => {
  const cnpg = (props: Partial<PostgresDatabaseProps> = {}, namespace = shop()) =>
    new PostgresDatabase(namespace, 'db', {
      version: '18',
      size: '2Gi',
      operator: 'cloudnative-pg',
      ...props,
    });

  test('is a Cluster, and the Secret and Services of the operator', () => {
    const namespace = shop();
    const db = cnpg({ replicas: 3, storageClass: 'local-path' }, namespace);
    expect(data(db.cluster)).toMatchObject({
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      spec: {
        instances: 3,
        imageName: 'ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie',
        bootstrap: { initdb: { database: 'app', owner: 'app' } },
        postgresql: { parameters: { shared_buffers: '64MB' } },
        storage: { size: '2Gi', storageClass: 'local-path' },
        enablePDB: true,
      },
    });
    expect([db.statefulSet, db.service]).toEqual([undefined, undefined]);
    expect(db.connection).toMatchObject({
      host: 'db-rw.shop',
      port: 5432,
      secret: { name: 'db-app', variables: { PASSWORD: { key: 'password' }, URL: { key: 'uri' } } },
    });
    expect(refusals(namespace)).toEqual([]);
  });

  test('lets in its operator and its other servers', () => {
    const { ingress, podSelector } = specOf<{
      ingress: { ports: { port: number }[] }[];
      podSelector: object;
    }>(cnpg().network.policy);
    expect(podSelector).toEqual({ matchLabels: { 'cnpg.io/cluster': 'db' } });
    expect(ingress.map(({ ports }) => ports[0]?.port)).toEqual([5432, 5432, 8000, 8000]);
  });

  test('takes an existing Secret with name and password', () => {
    const db = cnpg({ password: SecretRef.existing({ name: 'login', key: 'password' }) });
    expect(specOf<Cluster>(db.cluster).bootstrap.initdb.secret).toEqual({ name: 'login' });
    expect(Object.keys(db.connection.secret!.variables)).toEqual(['PASSWORD']);
  });

  test('shares no more memory than it requests, which the operator would refuse', () => {
    const db = cnpg({ resources: { requests: { memory: '256Mi' }, limits: { memory: '4Gi' } } });
    expect(specOf<Cluster>(db.cluster).postgresql.parameters.shared_buffers).toBe('256MB');
  });

  test('is dumped and restored by the same jobs, with the official image', () => {
    const bucket = { name: 'backups', region: 'eu-central-1', credentials };
    const spec = podOf(cnpg({ dumps: { bucket } }).dumpJob);
    expect(spec.initContainers[0]?.image).toBe('postgres:18.6-trixie');
    expect(variablesOf(spec.initContainers[0]!)).toMatchObject({
      PGHOST: 'db-rw.shop',
      PGPASSWORD: { secretKeyRef: { name: 'db-app', key: 'password' } },
    });
  });

  test.each<[Partial<PostgresDatabaseProps>, string]>([
    [{ version: '17' }, 'image: must be given: no image of CloudNativePG is known for Postgres 17'],
    [{ password: SecretRef.generated() }, 'password: must be SecretRef.existing with operator'],
    [{ operator: 'zalando' as never }, `operator: must be one of 'cloudnative-pg', got "zalando"`],
  ])('is refused for what cannot be: %#', (props, message) => {
    const namespace = shop();
    cnpg(props, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });
});
