import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  LocalPathStorage,
  Namespace,
  secret,
  Velero,
  type VeleroBucket,
  type VeleroProps,
} from '../../../constructs';
import { cronProblem } from '../../../lib/cron-expression';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

type Over = Omit<Partial<VeleroProps>, 'bucket'> & { readonly bucket?: Partial<VeleroBucket> };

const props = ({ bucket, ...over }: Over = {}): VeleroProps => ({
  bucket: { name: 'backups', credentials: secret('velero-s3'), ...bucket },
  ...over,
});

/** Values that Velero's chart gets. */
function valuesFor(over: Over = {}): Record<string, unknown> {
  const cluster = k3sCluster();
  new Velero(cluster, 'velero', props(over));
  expect(schemaProblems(cluster)).toEqual([]);
  expect(problemsIn(cluster)).toEqual([]);
  const [chart] = objectsOf<KubernetesObject & { spec: { valuesContent: string } }>(cluster, 'HelmChart');
  return parse(chart!.spec.valuesContent) as Record<string, unknown>;
}

const location = (bucket: Partial<VeleroBucket>): unknown =>
  (valuesFor({ bucket }).configuration as { backupStorageLocation: unknown[] }).backupStorageLocation[0];

describe('Velero', () => {
  test('is a namespace and a chart, whose secret is only described', () => {
    const cluster = k3sCluster();
    const velero = new Velero(cluster, 'velero', props({ bucket: { prefix: 'production' } }));
    expect(objectsIn(cluster)).toMatchObject([
      {
        kind: 'Namespace',
        metadata: { name: 'velero', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      },
      {
        kind: 'HelmChart',
        metadata: { name: 'velero' },
        spec: {
          repo: 'https://vmware-tanzu.github.io/helm-charts',
          chart: 'velero',
          version: '12.1.0',
          targetNamespace: 'velero',
        },
      },
    ]);
    expect(velero.location).toBe('s3://backups/production');
    const synthesis = synthesisOfCluster(cluster);
    expect(synthesis.topology.clusters[0]?.backups).toEqual(['s3://backups/production']);
    expect(synthesis.kubernetesSecrets).toEqual([
      {
        cluster: 'k3s',
        path: 'k3s/velero',
        namespace: 'velero',
        name: 'velero-s3-credentials',
        data: { cloud: '«secret:velero-s3»' },
      },
    ]);
  });

  test('backs up objects and files of volumes daily, and keeps them for 30 days', () => {
    expect(valuesFor()).toMatchObject({
      configuration: {
        defaultBackupTTL: '720h0m0s',
        defaultVolumesToFsBackup: true,
        volumeSnapshotLocation: [],
        backupStorageLocation: [{ name: 'default', provider: 'aws', default: true, bucket: 'backups' }],
      },
      credentials: { useSecret: true, existingSecret: 'velero-s3-credentials' },
      snapshotsEnabled: false,
      deployNodeAgent: true,
      nodeAgent: { tolerations: [{ operator: 'Exists' }], resources: { limits: { memory: '512Mi' } } },
      initContainers: [{ image: 'velero/velero-plugin-for-aws:v1.14.2' }],
      schedules: {
        daily: {
          schedule: '0 3 * * *',
          template: {
            ttl: '720h0m0s',
            storageLocation: 'default',
            snapshotVolumes: false,
            defaultVolumesToFsBackup: true,
          },
        },
      },
    });
  });

  test('leaves AWS to find the region, and speaks to other servers by path and without checksums', () => {
    expect(location({})).not.toHaveProperty('config');
    expect(location({ region: 'eu-central-1' })).toHaveProperty('config', { region: 'eu-central-1' });
    expect(location({ endpoint: 'https://minio.example.org:9000' })).toHaveProperty('config', {
      region: 'us-east-1',
      s3ForcePathStyle: 'true',
      s3Url: 'https://minio.example.org:9000',
      checksumAlgorithm: '',
    });
    expect(
      location({
        endpoint: 'http://minio.minio.svc:9000',
        publicEndpoint: 'https://minio.example.org',
        checksumAlgorithm: 'SHA256',
        caCertificate: '-----BEGIN CERTIFICATE-----\n',
      }),
    ).toMatchObject({
      caCert: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
      config: { publicUrl: 'https://minio.example.org', checksumAlgorithm: 'SHA256' },
    });
  });

  test('takes a secret for each key, or a Secret that exists', () => {
    const cluster = k3sCluster();
    const credentials = { accessKey: secret('s3-id'), secretKey: secret('s3-key') };
    new Velero(cluster, 'velero', props({ bucket: { credentials } }));
    expect(cluster.description.secrets[0]?.data).toEqual({
      cloud: '[default]\naws_access_key_id=«secret:s3-id»\naws_secret_access_key=«secret:s3-key»\n',
    });
    const values = valuesFor({ bucket: { credentials: { existingSecret: 'minio-keys' } } });
    expect(values.credentials).toEqual({ useSecret: true, existingSecret: 'minio-keys' });
  });

  test('leaves volumes out, and with them the agent and its rights', () => {
    const cluster = k3sCluster();
    new Velero(cluster, 'velero', props({ volumes: false }));
    expect(objectsOf(cluster, 'Namespace')).toMatchObject([
      { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    ]);
    const values = valuesFor({ volumes: false });
    expect(values).toMatchObject({
      deployNodeAgent: false,
      configuration: { defaultVolumesToFsBackup: false },
      schedules: { daily: { template: { defaultVolumesToFsBackup: false } } },
    });
    expect(values).not.toHaveProperty('nodeAgent');
  });

  test('takes schedule, retention, namespaces, resources, plugin and further values', () => {
    expect(
      valuesFor({
        schedule: '@every 6h',
        retentionDays: 7,
        includedNamespaces: ['shop'],
        excludedNamespaces: ['ci'],
        resources: { limits: { memory: '256Mi' } },
        nodeAgentResources: { limits: { memory: '1Gi' } },
        pluginImage: 'registry.example.org/plugin:v1',
        values: { metrics: { enabled: false } },
      }),
    ).toMatchObject({
      configuration: { defaultBackupTTL: '168h0m0s' },
      initContainers: [{ image: 'registry.example.org/plugin:v1' }],
      metrics: { enabled: false },
      resources: { limits: { memory: '256Mi' } },
      nodeAgent: { resources: { limits: { memory: '1Gi' } } },
      schedules: {
        daily: {
          schedule: '@every 6h',
          template: { ttl: '168h0m0s', includedNamespaces: ['shop'], excludedNamespaces: ['ci'] },
        },
      },
    });
  });

  test('works in a plain chart, with a Secret that exists', () => {
    const chart = plainChart();
    new Velero(chart, 'velero', props({ bucket: { credentials: { existingSecret: 'minio-keys' } } }));
    expect(objectsIn(chart).map(({ kind }) => kind)).toEqual(['Namespace', 'HelmChart']);
    expect(problemsIn(chart)).toEqual([]);
  });

  test('comes in the way the cluster takes charts', () => {
    const cluster = existingCluster({ helm: 'flux' });
    new Velero(cluster, 'velero', props());
    expect(objectsIn(cluster).map(({ kind }) => kind)).toEqual([
      'Namespace',
      'HelmRepository',
      'HelmRelease',
    ]);
  });

  test('writes a runbook that knows everything declared, also after it', () => {
    const cluster = k3sCluster();
    const velero = new Velero(cluster, 'velero', props());
    new Namespace(cluster, 'shop');
    new LocalPathStorage(cluster, 'storage');
    const [document] = synthesisOfCluster(cluster).documents;
    expect(document).toEqual({ cluster: 'k3s', file: 'velero-restore.md', content: velero.runbook });
    expect(document?.content).toContain('--include-namespaces shop');
    expect(document?.content).toContain('made with: `local-path`');
    expect(document?.content).toContain(
      'kubectl apply --server-side --force-conflicts -f dist/test/manifests/',
    );
  });
});

describe('Velero fails when', () => {
  const problems = (over: Over): string[] => {
    const cluster = k3sCluster();
    new Velero(cluster, 'velero', props(over));
    return problemsIn(cluster);
  };

  test('schedule, retention or namespaces cannot be used', () => {
    expect(problems({ schedule: '0 3 * *', retentionDays: 0, excludedNamespaces: ['Shop'] }))
      .toMatchInlineSnapshot(`
     [
       "[k3s/velero] schedule: must have five fields (minute, hour, day, month, weekday), got "0 3 * *"; write five fields in UTC: '0 3 * * *' is daily at three (velero)",
       "[k3s/velero] retentionDays: must be a number of days, got 0; write retentionDays: 30 (velero)",
       "[k3s/velero] excludedNamespaces: names "Shop", which cannot be a namespace; write names such as 'shop' (velero)",
     ]
    `);
  });

  test('the bucket cannot be addressed', () => {
    expect(
      problems({
        bucket: {
          name: 'My_Bucket',
          prefix: '/production/',
          endpoint: 'minio:9000',
          caCertificate: 'ca.pem',
        },
      }),
    ).toMatchInlineSnapshot(`
     [
       "[k3s/velero] bucket.name: must be 3 to 63 lower case letters, digits, '.' and '-', got "My_Bucket"; write name: 'backups', and a folder in it as prefix (velero)",
       "[k3s/velero] bucket.prefix: must not begin or end with '/', got "/production/"; write prefix: "production" (velero)",
       "[k3s/velero] bucket.endpoint: must be an http or https address without a path, got "minio:9000"; write 'https://minio.example.org:9000' (velero)",
       "[k3s/velero] bucket.caCertificate: is no certificate in PEM form; write '-----BEGIN CERTIFICATE-----…' (velero)",
     ]
    `);
  });

  test('keys are written as text', () => {
    expect(problems({ bucket: { credentials: 'AKIA…' as never } })).toMatchInlineSnapshot(`
     [
       "[k3s/velero] bucket.credentials: must be references to secrets; write secret('velero-s3'), or { accessKey: secret('…'), secretKey: secret('…') } (velero)",
     ]
    `);
    expect(problems({ bucket: { credentials: { accessKey: 'AKIA…', secretKey: 'x' } as never } }))
      .toMatchInlineSnapshot(`
     [
       "[k3s/velero] bucket.credentials: must be references to secrets; write secret('velero-s3'), or { accessKey: secret('…'), secretKey: secret('…') } (velero)",
     ]
    `);
  });

  test('there is no bucket', () => {
    const cluster = k3sCluster();
    new Velero(cluster, 'velero', {} as never);
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[k3s/velero] bucket: is missing; write bucket: … (props-shape)",
     ]
    `);
  });

  test('nobody could bring a secret of the program to it', () => {
    const chart = plainChart();
    new Velero(chart, 'velero', props());
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/velero] bucket.credentials: is a secret of the program, and without a cluster nobody brings it to Velero; make a Secret in namespace velero and write { existingSecret: 'its-name' } (velero)",
     ]
    `);
  });
});

describe('a schedule', () => {
  test.each([
    '0 3 * * *',
    '*/15 0-6,22 1 jan-MAR Sun',
    '30 4 ? * 1-5',
    '@daily',
    '@every 1h30m',
    'CRON_TZ=Europe/Berlin 0 3 * * *',
  ])('may be %s', (schedule) => {
    expect(cronProblem(schedule)).toBeUndefined();
  });

  test.each([
    ['60 3 * * *', 'has "60" as its minute'],
    ['0 3 0 * *', 'has "0" as its day'],
    ['0 3 * * 7', 'has "7" as its weekday'],
    ['0 5-3 * * *', 'has "5-3" as its hour'],
    ['0 3 * foo *', 'has "foo" as its month'],
    ['*/0 3 * * *', 'has "*/0" as its minute'],
    ['@nightly', 'has the unknown word "@nightly"'],
    ['', 'must have five fields (minute, hour, day, month, weekday), got ""'],
  ])('may not be %j', (schedule, problem) => {
    expect(cronProblem(schedule)).toBe(problem);
  });
});
