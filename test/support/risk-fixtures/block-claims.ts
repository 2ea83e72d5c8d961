import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, updates, type Changes } from './block-update';
import type { RiskFixture } from './risk-fixture';

const CLAIM: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: NAMESPACE },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'risks-fixed',
    resources: { requests: { storage: '10Gi' } },
  },
};

function storageClass(name: string, fields: object = {}): KubernetesObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'disk.example.org',
    ...fields,
  };
}

const FIXED = storageClass('risks-fixed');
const GROWING = storageClass('risks-growing', { allowVolumeExpansion: true });
const DEFAULT = storageClass('risks-default', {
  metadata: {
    name: 'risks-default',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
});
const SIZE = 'spec.resources.requests.storage';
const IN_GROWING: Changes = { 'spec.storageClassName': 'risks-growing' };

const SHRINKS = updates(
  'claim-shrinks',
  CLAIM,
  ['to half', { [SIZE]: '5Gi' }, ['10Gi -> 5Gi'], { beside: [FIXED] }],
  ['to half, where it may grow', { [SIZE]: '5Gi' }, ['10Gi -> 5Gi'], { beside: [GROWING], from: IN_GROWING }],
  ['from binary to decimal units', { [SIZE]: '10G' }, ['10Gi -> 10G'], { beside: [FIXED] }],
  ['by a byte', { [SIZE]: '10737418239' }, ['10Gi -> 10737418239'], { beside: [FIXED] }],
  [
    'the same amount in another unit',
    { [SIZE]: '10240Mi', 'metadata.labels': { a: 'b' } },
    [],
    { beside: [FIXED] },
  ],
  ['it grows', { [SIZE]: '20Gi' }, [], { beside: [GROWING], from: IN_GROWING }],
  ['its labels', { 'metadata.labels': { a: 'b' } }],
);

const GROWS = updates(
  'claim-cannot-grow',
  CLAIM,
  ['the class says nothing', { [SIZE]: '20Gi' }, ['10Gi -> 20Gi, of class risks-fixed'], { beside: [FIXED] }],
  [
    'the class says no',
    { [SIZE]: '20Gi' },
    ['10Gi -> 20Gi, of class risks-no'],
    {
      beside: [storageClass('risks-no', { allowVolumeExpansion: false })],
      from: { 'spec.storageClassName': 'risks-no' },
    },
  ],
  ['no class at all', { [SIZE]: '20Gi' }, ['10Gi -> 20Gi'], { from: { 'spec.storageClassName': '' } }],
  [
    'the class of K3s that is not in the set',
    { [SIZE]: '20Gi' },
    ['10Gi -> 20Gi, of class local-path'],
    { from: { 'spec.storageClassName': 'local-path' } },
  ],
  ['the class allows it', { [SIZE]: '20Gi' }, [], { beside: [GROWING], from: IN_GROWING }],
  ['the same amount', { [SIZE]: '10240Mi', 'metadata.labels': { a: 'b' } }, [], { beside: [FIXED] }],
);

const SPEC = updates(
  'claim-spec',
  CLAIM,
  ['accessModes', { 'spec.accessModes': ['ReadWriteMany'] }, ['["ReadWriteOnce"] -> ["ReadWriteMany"]']],
  ['another class', { 'spec.storageClassName': 'slow' }, ['risks-fixed -> slow']],
  ['the class goes', { 'spec.storageClassName': undefined }, ['risks-fixed -> (none)']],
  ['volumeMode', { 'spec.volumeMode': 'Block' }, ['(none) -> Block']],
  ['selector', { 'spec.selector': { matchLabels: { a: 'b' } } }, ['(none) ->']],
  ['another volume', { 'spec.volumeName': 'b' }, ['a -> b'], { from: { 'spec.volumeName': 'a' } }],
  [
    'the volume goes',
    { 'spec.volumeName': undefined },
    ['a -> (none)'],
    { from: { 'spec.volumeName': 'a' } },
  ],
  ['dataSource', { 'spec.dataSource': { kind: 'PersistentVolumeClaim', name: 'a' } }, ['(none) ->']],
  ['a limit', { 'spec.resources.limits': { storage: '20Gi' } }, ['(none) ->']],
  ['it gets its volume', { 'spec.volumeName': 'a' }],
  [
    'a class where there was none',
    { 'spec.storageClassName': 'slow' },
    [],
    { from: { 'spec.storageClassName': undefined } },
  ],
  ['it grows', { [SIZE]: '20Gi' }, [], { beside: [GROWING], from: IN_GROWING }],
  ['the default of volumeMode', { 'spec.volumeMode': 'Filesystem', 'metadata.labels': { a: 'b' } }],
  ['a class of attributes', { 'spec.volumeAttributesClassName': 'gold' }],
);

const LEGACY = 'volume.beta.kubernetes.io/storage-class';
const ANNOTATED: Changes = {
  'spec.storageClassName': undefined,
  'metadata.annotations': { [LEGACY]: 'risks-fixed' },
};
const ANNOTATIONS = updates(
  'claim-spec',
  CLAIM,
  [
    'annotation: another class',
    { 'metadata.annotations': { [LEGACY]: 'slow' } },
    ['risks-fixed -> slow'],
    { from: ANNOTATED, beside: [FIXED] },
  ],
  [
    'annotation: it goes',
    { 'metadata.annotations': undefined },
    ['risks-fixed -> (none)'],
    { from: ANNOTATED, beside: [FIXED] },
  ],
  [
    'annotation: the class moves to the field',
    { 'metadata.annotations': undefined, 'spec.storageClassName': 'risks-fixed' },
    [],
    { from: ANNOTATED, beside: [FIXED] },
  ],
  [
    'annotation: another one',
    { 'metadata.annotations': { [LEGACY]: 'risks-fixed', a: 'b' } },
    [],
    { from: ANNOTATED, beside: [FIXED] },
  ],
);

const NO_CLASS: Changes = { 'spec.storageClassName': undefined };
const CLASS = updates(
  'storage-class-of-claim',
  CLAIM,
  [
    'another than the default one',
    { 'spec.storageClassName': 'risks-fixed' },
    ['(none) -> risks-fixed'],
    { beside: [DEFAULT, FIXED], from: NO_CLASS },
  ],
  [
    'the default one is written',
    { 'spec.storageClassName': 'risks-default' },
    [],
    { beside: [DEFAULT], from: NO_CLASS },
  ],
  ['no default one', { 'spec.storageClassName': 'risks-fixed' }, [], { beside: [FIXED], from: NO_CLASS }],
);

const ATTRIBUTES = updates(
  'volume-attributes-class-removed',
  CLAIM,
  [
    'it goes',
    { 'spec.volumeAttributesClassName': undefined },
    ['gold -> (none)'],
    { from: { 'spec.volumeAttributesClassName': 'gold' } },
  ],
  [
    'another one',
    { 'spec.volumeAttributesClassName': 'silver' },
    [],
    { from: { 'spec.volumeAttributesClassName': 'gold' } },
  ],
  [
    'it goes before 1.34, which did not keep it',
    { 'spec.volumeAttributesClassName': undefined },
    [],
    { from: { 'spec.volumeAttributesClassName': 'gold' }, kubernetes: '1.33' },
  ],
  ['it comes', { 'spec.volumeAttributesClassName': 'gold' }],
);

/** Changes of PersistentVolumeClaims. */
export const blockClaims: readonly RiskFixture[] = [
  ...SHRINKS,
  ...GROWS,
  ...SPEC,
  ...ANNOTATIONS,
  ...CLASS,
  ...ATTRIBUTES,
];
