import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { environments, K3sCluster, LocalPathStorage, secret } from '../../../constructs';
import { CHARTS } from '../../../constructs/helm/chart-catalogue';
import type { HelmValues } from '../../../constructs/helm/helm-values';
import { Longhorn } from '../../../constructs/platform/longhorn/longhorn';
import type { LonghornProps } from '../../../constructs/platform/longhorn/longhorn-settings';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { expectKnownValues } from '../../support/chart-values';
import { helmChartSpec, helmChartValues } from '../../support/helm-release';
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

const BACKUP = {
  bucket: 'backups',
  credentials: { accessKey: secret('longhorn-id'), secretKey: secret('longhorn-key') },
};

function clusterWith(props: LonghornProps = {}, over: Partial<K3sClusterProps> = {}) {
  const cluster = k3sCluster(over);
  return { cluster, longhorn: new Longhorn(cluster, 'longhorn', props) };
}

/** Values that Longhorn's chart gets, which it has, in a cluster that breaks no rule. */
function valuesFor(props: LonghornProps = {}, over: Partial<K3sClusterProps> = {}): HelmValues {
  const { cluster } = clusterWith(props, over);
  expect(problemsIn(cluster)).toEqual([]);
  const values = helmChartValues(cluster, 'longhorn');
  expectKnownValues(CHARTS.longhorn, values);
  return values;
}

const agents = (count: number): K3sClusterProps['agents'] =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const address = `10.0.0.${21 + index}`;
      return [`agent-${index + 1}`, { ssh: { host: address }, nodeIp: address }];
    }),
  );

describe('Longhorn', () => {
  test('is a namespace and a chart that K3s never uninstalls over a failed upgrade', () => {
    const { cluster } = clusterWith();
    expect(schemaProblems(cluster)).toEqual([]);
    expect(objectsOf(cluster, 'Namespace')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'longhorn-system',
          labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
        },
      },
    ]);
    expect(helmChartSpec(cluster, 'longhorn')).toMatchObject({
      repo: 'https://charts.longhorn.io',
      chart: 'longhorn',
      version: CHARTS.longhorn.version,
      targetNamespace: 'longhorn-system',
      failurePolicy: 'abort',
    });
  });

  test('makes the class that claims get, with a replica on each of two nodes', () => {
    const { cluster, longhorn } = clusterWith();
    expect(cluster.defaultStorageClass).toBe('longhorn');
    expect(longhorn.className).toBe('longhorn');
    expect(valuesFor()).toEqual({
      persistence: {
        defaultClass: true,
        defaultClassReplicaCount: 2,
        defaultDataLocality: 'disabled',
        reclaimPolicy: 'Delete',
      },
      csi: {
        attacherReplicaCount: 2,
        provisionerReplicaCount: 2,
        resizerReplicaCount: 2,
        snapshotterReplicaCount: 2,
      },
      defaultSettings: {
        defaultDataPath: '/var/lib/longhorn',
        defaultReplicaCount: '{"v1":"2","v2":"2"}',
        defaultDataLocality: 'disabled',
        guaranteedInstanceManagerCPU: '{"v1":"5","v2":"12"}',
        systemManagedCSIComponentsResourceLimits: expect.stringContaining('"csi-attacher":{"requests":'),
        upgradeChecker: false,
        allowCollectingLonghornUsageMetrics: false,
      },
      longhornManager: {
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
      },
      longhornUI: { replicas: 1 },
    });
  });

  test.each([
    [0, 1, 1],
    [1, 2, 2],
    [2, 3, 2],
    [6, 3, 2],
  ])(
    'keeps, with %i agents beside a server, %i replicas and %i of each controller',
    (count, replicas, controllers) => {
      const values = valuesFor({}, { agents: agents(count) });
      expect(values).toMatchObject({
        persistence: { defaultClassReplicaCount: replicas },
        csi: { attacherReplicaCount: controllers },
      });
    },
  );

  test('takes class, locality, path, share of processors, resources, a repository and further values', () => {
    const { cluster } = clusterWith({
      replicas: 1,
      isDefault: false,
      reclaimPolicy: 'Retain',
      dataLocality: 'strict-local',
      dataPath: '/mnt/ssd/longhorn',
      volumeCpuPercent: 12,
      resources: { requests: { memory: '200Mi' } },
      repository: 'oci://registry.example.org/charts',
      values: { longhornUI: { replicas: 0 }, defaultSettings: { logLevel: 'Error' } },
    });
    expect(problemsIn(cluster)).toEqual([]);
    expect(cluster.defaultStorageClass).toBeUndefined();
    expect(helmChartSpec(cluster, 'longhorn')).toMatchObject({
      chart: 'oci://registry.example.org/charts/longhorn',
    });
    const values = helmChartValues(cluster, 'longhorn');
    expectKnownValues(CHARTS.longhorn, values);
    expect(values).toMatchObject({
      persistence: {
        defaultClass: false,
        defaultClassReplicaCount: 1,
        reclaimPolicy: 'Retain',
        defaultDataLocality: 'strict-local',
      },
      defaultSettings: {
        defaultDataPath: '/mnt/ssd/longhorn',
        guaranteedInstanceManagerCPU: '{"v1":"12","v2":"12"}',
        logLevel: 'Error',
      },
      longhornManager: { resources: { requests: { memory: '200Mi' } } },
      longhornUI: { replicas: 0 },
    });
  });

  test('keeps data on named nodes only, by a label that K3s gives them', () => {
    const { cluster } = clusterWith({ diskNodes: ['bravo'] });
    expect(problemsIn(cluster)).toEqual([]);
    expect(helmChartValues(cluster, 'longhorn')).toMatchObject({
      defaultSettings: { createDefaultDiskLabeledNodes: true },
      persistence: { defaultClassReplicaCount: 1 },
    });
    const labels = (name: string) =>
      cluster.model().nodes.find((node) => node.name === name)?.settings.labels ?? {};
    expect(labels('bravo')).toHaveProperty(['node.longhorn.io/create-default-disk'], 'true');
    expect(labels('alfa')).not.toHaveProperty(['node.longhorn.io/create-default-disk']);
  });

  test('backs up into a bucket, with keys that are only described', () => {
    const { cluster } = clusterWith({ backup: { ...BACKUP, prefix: 'production' } });
    expect(problemsIn(cluster)).toEqual([]);
    expect(helmChartValues(cluster, 'longhorn')).toMatchObject({
      defaultBackupStore: {
        backupTarget: 's3://backups@us-east-1/production/',
        backupTargetCredentialSecret: 'longhorn-backup-credentials',
      },
    });
    expect(synthesisOfCluster(cluster).kubernetesSecrets).toEqual([
      {
        cluster: 'k3s',
        path: 'k3s/longhorn',
        namespace: 'longhorn-system',
        name: 'longhorn-backup-credentials',
        data: {
          AWS_ACCESS_KEY_ID: '«secret:longhorn-id»',
          AWS_SECRET_ACCESS_KEY: '«secret:longhorn-key»',
        },
      },
    ]);
  });

  test('backs up into a server of its own, or with a Secret that exists', () => {
    const credentials = { ...BACKUP.credentials, endpoint: secret('longhorn-endpoint') };
    const { cluster } = clusterWith({ backup: { ...BACKUP, credentials } });
    expect(cluster.description.secrets[0]?.data).toHaveProperty(
      'AWS_ENDPOINTS',
      '«secret:longhorn-endpoint»',
    );
    expect(
      valuesFor({ backup: { bucket: 'backups', region: 'eu', credentials: { existingSecret: 'minio' } } }),
    ).toMatchObject({
      defaultBackupStore: { backupTarget: 's3://backups@eu/', backupTargetCredentialSecret: 'minio' },
    });
  });

  test('says what its pods ask for', () => {
    expect(clusterWith().longhorn.requests).toEqual({
      cpu: '80m',
      memory: '256Mi',
      perNode: { cpu: '70m', memory: '224Mi' },
    });
    expect(clusterWith({}, { agents: {} }).longhorn.requests).toMatchObject({ cpu: '40m', memory: '128Mi' });
  });

  test('asks of the driver, by the values, what it says', () => {
    const { defaultSettings } = valuesFor({ values: {} }) as {
      defaultSettings: { systemManagedCSIComponentsResourceLimits: string };
    };
    const asked = JSON.parse(defaultSettings.systemManagedCSIComponentsResourceLimits) as Record<
      string,
      { requests: object }
    >;
    expect(Object.keys(asked).sort()).toEqual([
      'csi-attacher',
      'csi-provisioner',
      'csi-resizer',
      'csi-snapshotter',
      'longhorn-csi-plugin',
      'longhorn-liveness-probe',
      'node-driver-registrar',
    ]);
    expect(asked['csi-resizer']?.requests).toEqual({ cpu: '10m', memory: '32Mi' });
  });

  test('comes as the cluster takes charts; Argo CD gets no job before upgrades, k0s its own directory', () => {
    const cluster = existingCluster({ helm: 'argo-cd' });
    new Longhorn(cluster, 'longhorn');
    expect(objectsOf(cluster, 'Application')).toMatchObject([
      { spec: { source: { helm: { valuesObject: { preUpgradeChecker: { jobEnabled: false } } } } } },
    ]);
    const k0s = existingCluster({ helm: 'k0s', kubernetesVersion: '1.36' });
    new Longhorn(k0s, 'longhorn');
    const [chart] = objectsOf<{ spec: { values: string } }>(k0s, 'Chart');
    const values = parse(chart!.spec.values) as HelmValues;
    expectKnownValues(CHARTS.longhorn, values);
    expect(values).toMatchObject({ csi: { kubeletRootDir: '/var/lib/k0s/kubelet' } });
    expect(objectsIn(plainChartWith()).map(({ kind }) => kind)).toEqual(['Namespace', 'HelmChart']);
  });

  test('makes nothing where its class is there already, and warns', () => {
    const cluster = existingCluster({ storageClasses: ['longhorn'] });
    new Longhorn(cluster, 'longhorn');
    expect(objectsIn(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([
      "[laptop/longhorn] scope: makes nothing: cluster laptop has storage class 'longhorn' already; leave Longhorn out for this cluster, or the class out of its storageClasses (storage-class) [warning]",
    ]);
  });
});

function plainChartWith() {
  const chart = plainChart();
  new Longhorn(chart, 'longhorn');
  expect(problemsIn(chart)).toEqual([]);
  return chart;
}

describe('by itself Longhorn counts the nodes that take its pods:', () => {
  const tainted = (effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule') => ({
    agents: {
      bravo: { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12', taints: [{ effect, key: 'gpu' }] },
    },
  });

  test.each<[string, LonghornProps, Partial<K3sClusterProps>, number, number]>([
    ['not a tainted server', {}, { schedulableServers: false }, 1, 1],
    ['not a tainted agent', {}, tainted('NoSchedule'), 1, 1],
    ['not one that pods are driven from', {}, tainted('NoExecute'), 1, 1],
    ['one that would rather not', {}, tainted('PreferNoSchedule'), 2, 2],
    ['not a tainted one of those named', { diskNodes: ['alfa', 'bravo'] }, tainted('NoSchedule'), 1, 1],
    ['only those named', { diskNodes: ['bravo'] }, {}, 1, 2],
  ])('%s', (_, props, over, replicas, controllers) => {
    expect(clusterWith(props, over).longhorn.replicas).toBe(replicas);
    expect(valuesFor(props, over)).toMatchObject({
      persistence: { defaultClassReplicaCount: replicas },
      csi: { attacherReplicaCount: controllers },
    });
  });

  test('a taint that is added to the node before', () => {
    const cluster = k3sCluster();
    cluster.allNodes[1]?.addTaint({ key: 'gpu', effect: 'NoSchedule' });
    expect(new Longhorn(cluster, 'longhorn').replicas).toBe(1);
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('no other environment is built for it, which may be built for this one', () => {
    const built: string[] = [];
    const program = environments({ staging: {}, production: {} }, (env) => {
      built.push(env.name);
      const other = env.name === 'staging' ? 'production' : 'staging';
      const cluster = new K3sCluster(env, 'k3s', {
        version: 'v1.34.9+k3s1',
        servers: { alfa: { nodeIp: '10.0.0.11' } },
        upgrade: { after: other },
      });
      expect(new Longhorn(cluster, 'longhorn').replicas).toBe(1);
    });
    program.build('production');
    expect(built).toEqual(['production']);
  });
});

describe('Longhorn fails when', () => {
  const problems = (props: LonghornProps, over: Partial<K3sClusterProps> = {}): string[] =>
    problemsIn(clusterWith(props, over).cluster);

  test('there are fewer nodes than replicas, because of their number, their taints or diskNodes', () => {
    const tainted = { effect: 'NoSchedule' as const, key: 'gpu' };
    const bravo = { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12', taints: [tainted] };
    const text = (replicas: number, nodes: string, fix: string) =>
      `[k3s/longhorn] replicas: is ${replicas}, and the nodes that can hold data are ${nodes}: every volume would stay degraded; ${fix} (longhorn-replicas)`;
    expect(problems({ replicas: 3 })).toEqual([text(3, 'alfa, bravo', 'write replicas: 2, or add nodes')]);
    expect(problems({ replicas: 2 }, { agents: { bravo } })).toEqual([
      text(2, 'alfa', 'write replicas: 1, or add nodes'),
    ]);
    expect(problems({ replicas: 2 }, { schedulableServers: false })).toEqual([
      text(2, 'bravo', 'write replicas: 1, or add nodes'),
    ]);
    expect(problems({ replicas: 2, diskNodes: ['alfa'] })).toEqual([
      text(2, 'alfa', 'write replicas: 1, or add nodes'),
    ]);
  });

  test('another class is the default, whichever comes first', () => {
    const second = 'makes a second default class in cluster k3s, beside';
    const fix = 'write isDefault: false in one of the two (default-storage-class)';
    const after = k3sCluster();
    new LocalPathStorage(after, 'local');
    new Longhorn(after, 'longhorn');
    expect(problemsIn(after)).toEqual([`[k3s/longhorn] isDefault: ${second} "local-path"; ${fix}`]);
    const { cluster } = clusterWith();
    new LocalPathStorage(cluster, 'local');
    expect(problemsIn(cluster)).toEqual([`[k3s/local] isDefault: ${second} "longhorn"; ${fix}`]);
    const both = clusterWith({ isDefault: false }).cluster;
    new LocalPathStorage(both, 'local');
    expect(problemsIn(both)).toEqual([]);
  });

  test('it is there twice', () => {
    const { cluster } = clusterWith();
    new Longhorn(cluster, 'other');
    expect(problemsIn(cluster)).toEqual([
      '[k3s/other] scope: is a second Longhorn in cluster k3s; put everything into the props of the first (storage-class)',
    ]);
  });

  test('a node has a processor that it is not built for, and warns of little memory', () => {
    const agent = { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12' };
    expect(problems({}, { agents: { bravo: { ...agent, architecture: 'arm' } } })).toEqual([
      '[k3s/agents/bravo] architecture: is "arm", and Longhorn is built for amd64 and arm64; run a 64-bit system on it, or leave Longhorn out (add-on-architecture)',
    ]);
    expect(problems({}, { agents: { bravo: { ...agent, capacity: { memory: '1Gi' } } } })).toEqual([
      '[k3s/agents/bravo] capacity.memory: is "1Gi": Longhorn, whose makers ask for 4Gi a node, leaves too little of less than 3Gi; give the node more memory, or use LocalPathStorage, which needs next to none (add-on-memory) [warning]',
    ]);
    expect(problems({}, { agents: { bravo: { ...agent, capacity: { memory: '4Gi' } } } })).toEqual([]);
  });

  test('props cannot be used', () => {
    expect(
      problems({
        replicas: 1.5,
        dataPath: 'longhorn',
        volumeCpuPercent: 50,
        diskNodes: ['brvo'],
        resources: { limits: { cpu: 'one' } },
        backup: { bucket: 'My_Bucket', prefix: '/x', credentials: 'AKIA…' as never },
      }),
    ).toMatchInlineSnapshot(`
     [
       "[k3s/longhorn] replicas: must be a whole number from 1 to 20, got 1.5; write replicas: 2 (longhorn)",
       "[k3s/longhorn] dataPath: must be an absolute path without '..', got "longhorn"; write dataPath: '/mnt/ssd/longhorn' (longhorn)",
       "[k3s/longhorn] volumeCpuPercent: must be 0 to 40 percent, got 50; write volumeCpuPercent: 5 (longhorn)",
       "[k3s/longhorn] resources.limits.cpu: must be a Kubernetes quantity, got "one"; write '100m' (quantity)",
       "[k3s/longhorn] backup.bucket: must be 3 to 63 lower case letters, digits, '.' and '-', got "My_Bucket"; write bucket: 'backups', and a folder in it as prefix (longhorn)",
       "[k3s/longhorn] backup.prefix: must not begin or end with '/', got "/x"; write prefix: 'production' (longhorn)",
       "[k3s/longhorn] backup.credentials: must be references to secrets; write { accessKey: secret('…'), secretKey: secret('…') }, and endpoint: secret('…') for a server other than AWS's own (longhorn)",
       "[k3s/longhorn] diskNodes[0]: is "brvo", which is no node of the cluster; did you mean 'bravo'? (unknown-node)",
     ]
    `);
    expect(problems({ replicas: 2, dataLocality: 'strict-local' })).toMatchInlineSnapshot(`
     [
       "[k3s/longhorn] dataLocality: 'strict-local' goes with one replica, and there are 2; write replicas: 1 (longhorn)",
     ]
    `);
    expect(problems({ isDefault: 'yes' as never })).toHaveLength(1);
  });

  test('nobody could bring secrets of the program to it', () => {
    const chart = plainChart();
    new Longhorn(chart, 'longhorn', { backup: BACKUP });
    expect(problemsIn(chart)).toMatchInlineSnapshot(`
     [
       "[plain/longhorn] backup.credentials: are secrets of the program, and without a cluster nobody brings them to Longhorn; make a Secret in namespace longhorn-system and write { existingSecret: 'its-name' } (longhorn)",
     ]
    `);
  });
});
