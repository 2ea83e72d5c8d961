import { describe, expect, test } from '@jest/globals';
import { LocalPathStorage, secret, Velero, type LocalPathStorageProps } from '../../../constructs';
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

interface Configuration extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}

/** Where volumes lie, as the provisioner that is shipped is told. */
function nodePaths(cluster: Parameters<typeof objectsOf>[0]): unknown {
  const [config] = objectsOf<Configuration>(cluster, 'ConfigMap');
  return (JSON.parse(config!.data['config.json']!) as { nodePathMap: unknown }).nodePathMap;
}

const configOf = (cluster: ReturnType<typeof k3sCluster>): unknown[] =>
  cluster.model().nodes.map(({ config }) => config);

describe("local-path storage that is K3s's own", () => {
  test('is left to K3s, and is the default class', () => {
    const cluster = k3sCluster();
    const storage = new LocalPathStorage(cluster, 'storage');
    expect(storage.className).toBe('local-path');
    expect(cluster.model().components.get('local-storage')).toEqual(['k3s/storage']);
    expect(objectsIn(cluster)).toEqual([]);
    expect(configOf(cluster)).toEqual([{}, {}]);
    expect(cluster.defaultStorageClass).toBe('local-path');
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('has its path set as an option of every server', () => {
    const cluster = k3sCluster();
    new LocalPathStorage(cluster, 'storage', { path: '/mnt/ssd/volumes' });
    expect(objectsIn(cluster)).toEqual([]);
    expect(configOf(cluster)).toEqual([{ 'default-local-storage-path': '/mnt/ssd/volumes' }, {}]);
  });
});

describe("local-path storage that differs from K3s's own", () => {
  test.each<[string, LocalPathStorageProps]>([
    ['name', { className: 'fast' }],
    ['default', { isDefault: false }],
    ['reclaim policy', { reclaimPolicy: 'Retain' }],
    ['binding', { volumeBindingMode: 'Immediate' }],
    ['type of volumes', { volumeType: 'hostPath' }],
    ['paths', { pathsPerNode: { alfa: ['/mnt/ssd/volumes'] } }],
  ])('by its %s brings its own provisioner, and leaves that of K3s off', (_, props) => {
    const cluster = k3sCluster();
    new LocalPathStorage(cluster, 'storage', props);
    expect(objectsIn(cluster).map(({ kind }) => kind)).toEqual([
      'StorageClass',
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Deployment',
    ]);
    expect(cluster.model().components.has('local-storage')).toBe(false);
    expect(schemaProblems(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('has the class as it was asked for, with volumes that Velero can read', () => {
    const cluster = k3sCluster();
    new LocalPathStorage(cluster, 'storage', {
      className: 'keep',
      isDefault: false,
      reclaimPolicy: 'Retain',
    });
    expect(objectsOf(cluster, 'StorageClass')).toMatchObject([
      {
        metadata: {
          name: 'keep',
          annotations: { defaultVolumeType: 'local', 'storageclass.kubernetes.io/is-default-class': 'false' },
        },
        provisioner: 'k3stack.io/keep',
        reclaimPolicy: 'Retain',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    ]);
  });

  test("goes on deleting K3s's volumes when it takes the place of K3s's class", () => {
    const cluster = k3sCluster();
    new LocalPathStorage(cluster, 'storage', { reclaimPolicy: 'Retain' });
    expect(objectsOf(cluster, 'StorageClass')).toMatchObject([
      { metadata: { name: 'local-path' }, provisioner: 'rancher.io/local-path' },
    ]);
  });

  test('runs without rights on the host, once', () => {
    const cluster = k3sCluster();
    new LocalPathStorage(cluster, 'storage', { className: 'fast' });
    expect(objectsOf(cluster, 'Deployment')).toMatchObject([
      {
        metadata: { name: 'k3stack-fast', namespace: 'kube-system' },
        spec: {
          replicas: 1,
          strategy: { type: 'Recreate' },
          template: {
            spec: {
              securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [
                {
                  image: 'rancher/local-path-provisioner:v0.0.36',
                  command: expect.arrayContaining([
                    '--provisioner-name=k3stack.io/fast',
                    '--configmap-name=k3stack-fast',
                    '--service-account-name=k3stack-fast',
                  ]),
                  securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
                },
              ],
            },
          },
        },
      },
    ]);
  });

  test("lays volumes into K3s's data directory, wherever a node has it, and elsewhere where a node is named", () => {
    const cluster = k3sCluster({
      servers: { alfa: { dataDir: '/mnt/nvme/k3s' } },
      agents: { bravo: {}, charlie: {} },
    });
    new LocalPathStorage(cluster, 'storage', {
      isDefault: false,
      pathsPerNode: { bravo: ['/mnt/a/volumes', '/mnt/b/volumes'], charlie: [] },
    });
    expect(nodePaths(cluster)).toEqual([
      { node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: ['/var/lib/rancher/k3s/storage'] },
      { node: 'alfa', paths: ['/mnt/nvme/k3s/storage'] },
      { node: 'bravo', paths: ['/mnt/a/volumes', '/mnt/b/volumes'] },
      { node: 'charlie', paths: [] },
    ]);
  });

  test("works beside K3s's own in one cluster", () => {
    const cluster = k3sCluster();
    new LocalPathStorage(cluster, 'storage');
    new LocalPathStorage(cluster, 'fast', { className: 'fast', isDefault: false, path: '/mnt/ssd/volumes' });
    expect(problemsIn(cluster)).toEqual([]);
    const { topology, warnings } = synthesisOfCluster(cluster);
    expect(warnings).toEqual([]);
    expect(topology.clusters[0]?.storage).toEqual([
      { name: 'local-path', isDefault: true },
      { name: 'fast', isDefault: false },
    ]);
    expect(nodePaths(cluster)).toEqual([
      { node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: ['/mnt/ssd/volumes'] },
    ]);
  });
});

describe('local-path storage where K3s is not of this program', () => {
  test('brings its provisioner, also without a cluster', () => {
    const chart = plainChart();
    new LocalPathStorage(chart, 'storage');
    expect(nodePaths(chart)).toEqual([
      { node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: ['/opt/local-path-provisioner'] },
    ]);
    expect(schemaProblems(chart)).toEqual([]);
    expect(problemsIn(chart)).toEqual([]);
  });

  test('makes nothing where the cluster has the class already, and says so', () => {
    const cluster = existingCluster({ storageClasses: ['local-path'] });
    new LocalPathStorage(cluster, 'storage');
    expect(objectsIn(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[laptop/storage] scope: makes nothing: cluster laptop has storage class "local-path" already; leave LocalPathStorage out for this cluster, or the class out of its storageClasses (storage-class) [warning]",
     ]
    `);
  });
});

describe('local-path storage fails when', () => {
  const problems = (...all: LocalPathStorageProps[]): string[] => {
    const cluster = k3sCluster();
    all.forEach((props, index) => new LocalPathStorage(cluster, `storage-${index}`, props));
    return problemsIn(cluster);
  };

  test("a path is relative, the system's own, or there twice", () => {
    expect(
      problems({
        path: 'volumes',
        pathsPerNode: {
          alfa: ['/', '/var/lib/', '/mnt/../etc', '/etc/volumes'],
          bravo: ['/mnt/a', '/mnt/a'],
        },
      }),
    ).toMatchInlineSnapshot(`
     [
       "[k3s/storage-0] path: must be an absolute path without '..', got "volumes"; write '/mnt/ssd/volumes' (storage-path)",
       "[k3s/storage-0] pathsPerNode.alfa: is "/", which belongs to the system: the provisioner would close it to everyone but root; write a directory of its own, such as '/srv/volumes' (storage-path)",
       "[k3s/storage-0] pathsPerNode.alfa: is "/var/lib", which belongs to the system: the provisioner would close it to everyone but root; write a directory of its own, such as '/var/lib/volumes' (storage-path)",
       "[k3s/storage-0] pathsPerNode.alfa: must be an absolute path without '..', got "/mnt/../etc"; write '/mnt/ssd/volumes' (storage-path)",
       "[k3s/storage-0] pathsPerNode.alfa: is "/etc/volumes", which belongs to the system: the provisioner would close it to everyone but root; write a directory of its own, such as '/srv/volumes' (storage-path)",
       "[k3s/storage-0] pathsPerNode.bravo: names "/mnt/a" twice; remove one (storage-path)",
     ]
    `);
  });

  test('a node does not exist', () => {
    expect(problems({ pathsPerNode: { brovo: ['/mnt/a'] } })).toMatchInlineSnapshot(`
     [
       "[k3s/storage-0] pathsPerNode.brovo: is no node of the cluster; did you mean 'bravo'? (unknown-node)",
     ]
    `);
  });

  test('name, policy, binding or type of volumes cannot be used', () => {
    expect(
      problems({
        className: 'Fast',
        reclaimPolicy: 'Keep' as never,
        volumeBindingMode: 'Late' as never,
        volumeType: 'nfs' as never,
      }),
    ).toMatchInlineSnapshot(`
     [
       "[k3s/storage-0] reclaimPolicy: must be one of 'Delete', 'Retain', got "Keep"; write 'Delete' (props-shape)",
       "[k3s/storage-0] volumeBindingMode: must be one of 'WaitForFirstConsumer', 'Immediate', got "Late"; write 'WaitForFirstConsumer' (props-shape)",
       "[k3s/storage-0] volumeType: must be one of 'local', 'hostPath', got "nfs"; write 'local' (props-shape)",
     ]
    `);
  });

  test('two classes of one cluster have one name, or are both the default', () => {
    expect(problems({}, { reclaimPolicy: 'Retain' }, { className: 'fast' })).toMatchInlineSnapshot(`
     [
       "[k3s/storage-1] className: is "local-path", which cluster k3s has already; write another: className: 'fast' (storage-class)",
       "[k3s/storage-2] isDefault: makes a second default class in cluster k3s, beside "local-path"; write isDefault: false in one of the two (default-storage-class)",
     ]
    `);
  });
});

test('warns when Velero would pass over the volumes', () => {
  const cluster = k3sCluster();
  new LocalPathStorage(cluster, 'storage', { volumeType: 'hostPath' });
  new Velero(cluster, 'velero', { bucket: { name: 'backups', credentials: secret('velero-s3') } });
  expect(problemsIn(cluster)).toMatchInlineSnapshot(`
   [
     "[k3s/storage] volumeType: is 'hostPath', and Velero passes over such volumes without a word; write volumeType: 'local', or back these volumes up by other means (volume-backup) [warning]",
   ]
  `);
});
