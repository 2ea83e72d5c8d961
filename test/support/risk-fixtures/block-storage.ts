import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const CLASS: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'risks-fast' },
  provisioner: 'disk.example.org',
  parameters: { type: 'ssd' },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};

const CLASSES = updates(
  'storage-class',
  CLASS,
  ['provisioner', { provisioner: 'other.example.org' }, ['disk.example.org -> other.example.org']],
  ['a parameter', { 'parameters.type': 'hdd' }, ['ssd -> hdd']],
  ['a parameter more', { 'parameters.size': 'big' }, ['(none) -> big']],
  ['all parameters go', { parameters: undefined }, ['ssd -> (none)']],
  ['reclaimPolicy', { reclaimPolicy: 'Retain' }, ['Delete -> Retain']],
  [
    'reclaimPolicy is left out',
    { reclaimPolicy: undefined },
    ['Retain -> (none)'],
    { from: { reclaimPolicy: 'Retain' } },
  ],
  ['volumeBindingMode', { volumeBindingMode: 'WaitForFirstConsumer' }, ['Immediate -> WaitForFirstConsumer']],
  ['volumes may grow', { allowVolumeExpansion: true }],
  ['mountOptions', { mountOptions: ['noatime'] }],
  [
    'where volumes may be',
    { allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }] },
  ],
  [
    'it becomes the default',
    { 'metadata.annotations': { 'storageclass.kubernetes.io/is-default-class': 'false' } },
  ],
  [
    'defaults are left out',
    { reclaimPolicy: undefined, volumeBindingMode: undefined, allowVolumeExpansion: true },
  ],
);

function volume(source: object): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'risks-data' },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      ...source,
    },
  };
}

const onNode = (key: string, name: string): object => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [name] }] }] },
});
const HOST = 'kubernetes.io/hostname';
const BETA_ZONE = 'failure-domain.beta.kubernetes.io/zone';
const ZONE = 'topology.kubernetes.io/zone';
const LOCAL = volume({ local: { path: '/data' }, nodeAffinity: onNode(HOST, 'node-1') });
const NFS = volume({ nfs: { server: '10.0.0.1', path: '/data' } });
const CSI = volume({ csi: { driver: 'disk.example.org', volumeHandle: 'a' } });
const SECRET = { name: 'expand', namespace: 'kube-system' };

const SOURCES: readonly (readonly [string, object, string, unknown])[] = [
  ['awsElasticBlockStore', { volumeID: 'a' }, 'volumeID', 'b'],
  ['azureFile', { secretName: 'a', shareName: 's' }, 'shareName', 'b'],
  ['cephfs', { monitors: ['a'] }, 'path', '/b'],
  ['fc', { targetWWNs: ['a'], lun: 1 }, 'lun', 2],
  ['flexVolume', { driver: 'example.org/a' }, 'driver', 'example.org/b'],
  ['gcePersistentDisk', { pdName: 'a' }, 'pdName', 'b'],
  ['glusterfs', { endpoints: 'a', path: '/a' }, 'path', '/b'],
  ['hostPath', { path: '/a' }, 'path', '/b'],
  ['iscsi', { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2001-04.org.example:a', lun: 1 }, 'lun', 2],
  ['photonPersistentDisk', { pdID: 'a' }, 'pdID', 'b'],
  ['portworxVolume', { volumeID: 'a' }, 'volumeID', 'b'],
  ['quobyte', { registry: '10.0.0.1:7861', volume: 'a' }, 'volume', 'b'],
  ['rbd', { monitors: ['a'], image: 'a' }, 'image', 'b'],
  ['vsphereVolume', { volumePath: 'a' }, 'volumePath', 'b'],
  ['azureDisk', { diskName: 'a', diskURI: 'https://a.example.org/a.vhd', kind: 'Shared' }, 'readOnly', true],
  ['cinder', { volumeID: 'a' }, 'volumeID', 'b'],
  ['flocker', { datasetName: 'a' }, 'datasetName', 'b'],
  ['scaleIO', { gateway: 'a', system: 'a', volumeName: 'a', secretRef: { name: 'a' } }, 'volumeName', 'b'],
  ['storageos', { volumeName: 'a', volumeNamespace: 'a' }, 'volumeName', 'b'],
];

const VOLUMES = [
  ...SOURCES.flatMap(([source, value, field, now]) =>
    updates('persistent-volume', volume({ [source]: value }), [
      `${source}.${field}`,
      { [`spec.${source}.${field}`]: now },
      [`-> ${String(now)}`],
    ]),
  ),
  ...updates(
    'persistent-volume',
    NFS,
    ['nfs.server', { 'spec.nfs.server': '10.0.0.2' }, ['10.0.0.1 -> 10.0.0.2']],
    ['nfs.path', { 'spec.nfs.path': '/other' }, ['/data -> /other']],
    [
      'another source',
      { 'spec.nfs': undefined, 'spec.hostPath': { path: '/data' } },
      ['(none) ->', '-> (none)'],
    ],
    ['volumeMode', { 'spec.volumeMode': 'Block' }, ['(none) -> Block']],
    ['which nodes reach it, for the first time', { 'spec.nodeAffinity': onNode(HOST, 'node-1') }],
    ['the default of volumeMode', { 'spec.volumeMode': 'Filesystem', 'spec.mountOptions': ['hard'] }],
    ['capacity', { 'spec.capacity.storage': '20Gi' }],
    ['accessModes', { 'spec.accessModes': ['ReadWriteMany'] }],
    ['storageClassName', { 'spec.storageClassName': 'slow' }],
    ['reclaim policy', { 'spec.persistentVolumeReclaimPolicy': 'Delete' }],
    ['mountOptions', { 'spec.mountOptions': ['hard'] }],
    ['who has it', { 'spec.claimRef': { name: 'data', namespace: NAMESPACE } }],
  ),
  ...updates(
    'persistent-volume',
    LOCAL,
    ['local.path', { 'spec.local.path': '/other' }, ['/data -> /other']],
    ['which nodes reach it', { 'spec.nodeAffinity': onNode(HOST, 'node-2') }, ['node-1']],
    [
      'a beta label becomes the stable one',
      { 'spec.nodeAffinity': onNode(ZONE, 'a') },
      [],
      { from: { 'spec.nodeAffinity': onNode(BETA_ZONE, 'a') } },
    ],
    [
      'a stable label becomes the beta one',
      { 'spec.nodeAffinity': onNode(BETA_ZONE, 'a') },
      ['->'],
      { from: { 'spec.nodeAffinity': onNode(ZONE, 'a') } },
    ],
  ),
  ...updates(
    'persistent-volume',
    CSI,
    ['csi.volumeHandle', { 'spec.csi.volumeHandle': 'b' }, ['a -> b']],
    ['csi.volumeAttributes', { 'spec.csi.volumeAttributes': { a: 'b' } }, ['(none) -> b']],
    [
      'another secret to expand it',
      { 'spec.csi.controllerExpandSecretRef.name': 'b' },
      ['expand -> b'],
      { from: { 'spec.csi.controllerExpandSecretRef': SECRET } },
    ],
    [
      'its class of attributes goes',
      { 'spec.volumeAttributesClassName': undefined },
      ['gold -> (none)'],
      { from: { 'spec.volumeAttributesClassName': 'gold' } },
    ],
    [
      'another class of attributes',
      { 'spec.volumeAttributesClassName': 'silver' },
      [],
      { from: { 'spec.volumeAttributesClassName': 'gold' } },
    ],
    ['the first secret to expand it', { 'spec.csi.controllerExpandSecretRef': SECRET }],
  ),
];

const ATTRIBUTES = updates(
  'volume-attributes-class',
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttributesClass',
    metadata: { name: 'risks-gold' },
    driverName: 'disk.example.org',
    parameters: { iops: '3000' },
  },
  ['driverName', { driverName: 'other.example.org' }, ['disk.example.org -> other.example.org']],
  ['a parameter', { 'parameters.iops': '4000' }, ['3000 -> 4000']],
  ['a parameter more', { 'parameters.throughput': '4000' }, ['(none) -> 4000']],
  ['labels', { 'metadata.labels': { a: 'b' } }],
);

const DRIVERS = updates(
  'csi-driver',
  { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'risks.example.org' }, spec: {} },
  ['attachRequired', { 'spec.attachRequired': false }, ['(none) -> false']],
  ['volumeLifecycleModes', { 'spec.volumeLifecycleModes': ['Ephemeral'] }, ['(none) -> ["Ephemeral"]']],
  [
    'defaults',
    { 'spec.attachRequired': true, 'spec.volumeLifecycleModes': ['Persistent'], 'spec.podInfoOnMount': true },
  ],
  ['podInfoOnMount', { 'spec.podInfoOnMount': true }],
  ['storageCapacity', { 'spec.storageCapacity': true }],
  ['fsGroupPolicy', { 'spec.fsGroupPolicy': 'File' }],
  ['tokenRequests', { 'spec.tokenRequests': [{ audience: 'a' }] }],
  ['seLinuxMount', { 'spec.seLinuxMount': true }],
);

const NODES = updates(
  'csi-node',
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name: 'risks-node' },
    spec: { drivers: [{ name: 'a.example.org', nodeID: 'n1', topologyKeys: ['zone'] }] },
  },
  ['nodeID', { 'spec.drivers[name=a.example.org].nodeID': 'n2' }, ['n1 -> n2']],
  ['topologyKeys', { 'spec.drivers[name=a.example.org].topologyKeys': ['rack'] }, ['["zone"] -> ["rack"]']],
  [
    'allocatable before 1.35',
    { 'spec.drivers[name=a.example.org].allocatable': { count: 5 } },
    ['(none) ->'],
    { kubernetes: '1.34' },
  ],
  ['allocatable', { 'spec.drivers[name=a.example.org].allocatable': { count: 5 } }],
  ['another driver', { 'spec.drivers[1]': { name: 'b.example.org', nodeID: 'n1' } }],
);

const CAPACITIES = updates(
  'csi-storage-capacity',
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: { name: 'a', namespace: NAMESPACE },
    storageClassName: 'fast',
    nodeTopology: { matchLabels: { zone: 'a' } },
    capacity: '10Gi',
  },
  ['storageClassName', { storageClassName: 'slow' }, ['fast -> slow']],
  ['nodeTopology', { 'nodeTopology.matchLabels.zone': 'b' }, ['a -> b']],
  ['capacity', { capacity: '20Gi' }],
  ['maximumVolumeSize', { maximumVolumeSize: '5Gi' }],
);

const ATTACHMENTS = updates(
  'volume-attachment',
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'risks-a' },
    spec: { attacher: 'disk.example.org', nodeName: 'node-1', source: { persistentVolumeName: 'a' } },
  },
  ['nodeName', { 'spec.nodeName': 'node-2' }, ['node-1 -> node-2']],
  ['attacher', { 'spec.attacher': 'other.example.org' }, ['disk.example.org -> other.example.org']],
  ['source', { 'spec.source.persistentVolumeName': 'b' }, ['a -> b']],
  ['labels', { 'metadata.labels': { a: 'b' } }],
);

/** Changes of volumes and of the classes that they are made by. */
export const blockStorage: readonly RiskFixture[] = [
  ...CLASSES,
  ...VOLUMES,
  ...ATTRIBUTES,
  ...DRIVERS,
  ...NODES,
  ...CAPACITIES,
  ...ATTACHMENTS,
];
