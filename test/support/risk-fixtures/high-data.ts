import {
  casesOf,
  claim,
  clusterObject,
  deployment,
  object,
  service,
  workload,
  type RatedFixture,
} from './risk-case';

const TEMPLATES = {
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast',
        resources: { requests: { storage: '5Gi' } },
      },
    },
  ],
};
const database = (spec = {}, name = 'db') =>
  workload('StatefulSet', name, { spec: { ...TEMPLATES, ...spec } });
const retention = (whenDeleted: string, whenScaled: string) => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
});
const volume = (policy?: string, name = 'pv-1') =>
  clusterObject('v1', 'PersistentVolume', name, {
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      nfs: { server: 'nas.example.org', path: '/data' },
      ...(policy !== undefined && { persistentVolumeReclaimPolicy: policy }),
    },
  });
const namespace = (labels = {}, name = 'shop') => clusterObject('v1', 'Namespace', name, {}, { labels });
const definition = clusterObject(
  'apiextensions.k8s.io/v1',
  'CustomResourceDefinition',
  'widgets.example.org',
  {
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  },
);
const widget = object('example.org/v1', 'Widget', 'one', { spec: { size: 1 } });
const storageClass = (name: string, annotations = {}) =>
  clusterObject(
    'storage.k8s.io/v1',
    'StorageClass',
    name,
    { provisioner: 'disk.example.org' },
    { annotations },
  );
const chart = (version: string) =>
  object('helm.cattle.io/v1', 'HelmChart', 'grafana', { spec: { chart: 'grafana', version } });
const velero = (spec = {}) =>
  object('velero.io/v1', 'Schedule', 'daily', {
    spec: { schedule: '0 3 * * *', template: { ttl: '720h0m0s' }, ...spec },
  });
const postgres = (retentionPolicy: string) =>
  object('postgresql.cnpg.io/v1', 'Cluster', 'db', { spec: { instances: 3, backup: { retentionPolicy } } });

/** Deletions that take data with them, and what becomes of volumes and backups. */
export const highData: readonly RatedFixture[] = [
  ...casesOf('stateful-set-removed', {
    'with claim templates': { before: [database()], hits: ['claim templates data'] },
    'without claims': { before: [workload('StatefulSet', 'cache')], hits: ['no claim templates'] },
    'claims are deleted with it': {
      before: [database(retention('Delete', 'Retain'))],
      hits: ['whenDeleted: Delete'],
    },
    renamed: { before: [database()], after: [database({}, 'database')], hits: ['renamed, db -> database'] },
    'a Deployment goes': { before: [deployment()] },
    'it stays with another image': {
      before: [database()],
      after: [
        workload('StatefulSet', 'db', {
          spec: TEMPLATES,
          container: { image: 'registry.example.org/web:1.2.4' },
        }),
      ],
    },
  }),
  ...casesOf('claim-removed', {
    'with its size and class': {
      before: [claim({ storageClassName: 'fast' })],
      hits: ['10Gi, StorageClass fast'],
    },
    'of a class that keeps': {
      beside: [
        clusterObject('storage.k8s.io/v1', 'StorageClass', 'fast', {
          provisioner: 'disk.example.org',
          reclaimPolicy: 'Retain',
        }),
      ],
      before: [claim({ storageClassName: 'fast' })],
      hits: ['with reclaim policy Retain'],
    },
    'marked to be kept': {
      before: [claim({}, 'data', { annotations: { 'helm.sh/resource-policy': 'keep' } })],
      hits: ['marked helm.sh/resource-policy: keep'],
    },
    'it grows': { before: [claim()], after: [claim({ resources: { requests: { storage: '20Gi' } } })] },
    'a claim comes': { after: [claim()] },
  }),
  ...casesOf('volume-removed', {
    'with its policy': { before: [volume('Retain')], hits: ['10Gi, reclaim policy Retain'] },
    'it becomes one that is kept': { before: [volume('Delete')], after: [volume('Retain')] },
  }),
  ...casesOf('namespace-removed', {
    'counts what goes with it': {
      before: [
        namespace(),
        claim(),
        deployment(),
        deployment({}, 'other'),
        object('v1', 'ConfigMap', 'settings'),
      ],
      hits: ['1 PersistentVolumeClaim, 2 Deployments, 1 ConfigMap'],
      also: ['claim-removed'],
    },
    'nothing known is in it': { before: [namespace()], hits: ['no object of it is known'] },
    'its objects go, it stays': { beside: [namespace()], before: [deployment()] },
  }),
  ...casesOf('crd-removed', {
    'its objects go with it': { before: [definition, widget], hits: ['Widget shop/one'] },
    'no object is known': { before: [definition], hits: ['no object of it is known'] },
    'objects stay, which the API server refuses': { beside: [widget], before: [definition] },
    'an object goes, the kind stays': { beside: [definition], before: [widget] },
  }),
  ...casesOf('chart-removed', {
    'a HelmChart': { before: [chart('8.0.0')], hits: ['chart grafana'] },
    'a HelmChart of another version': { before: [chart('8.0.0')], after: [chart('8.1.0')] },
  }),
  ...casesOf('kept-object-removed', {
    'Argo CD may not prune it': {
      before: [
        object(
          'v1',
          'ConfigMap',
          'state',
          {},
          { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Replace=true' } },
        ),
      ],
      hits: ['argocd.argoproj.io/sync-options: Prune=false'],
    },
    'it is not marked': {
      before: [
        object(
          'v1',
          'ConfigMap',
          'state',
          {},
          { annotations: { 'argocd.argoproj.io/sync-options': 'Replace=true' } },
        ),
      ],
    },
  }),
  ...casesOf('volume-reclaim-delete', {
    'Retain, which is the default, becomes Delete': {
      before: [volume()],
      after: [volume('Delete')],
      hits: ['Retain -> Delete'],
    },
    'Delete becomes Retain': { before: [volume('Delete')], after: [volume('Retain')] },
  }),
  ...casesOf('claim-retention-delete', {
    whenDeleted: {
      before: [database()],
      after: [database(retention('Delete', 'Retain'))],
      hits: ['whenDeleted: Retain -> Delete'],
    },
    both: {
      before: [database(retention('Retain', 'Retain'))],
      after: [database(retention('Delete', 'Delete'))],
      hits: ['whenDeleted', 'whenScaled'],
    },
    'the default is written': {
      before: [database()],
      after: [database({ ...retention('Retain', 'Retain'), minReadySeconds: 5 })],
    },
  }),
  ...casesOf('replicas-lose-data', {
    'fewer, and whenScaled: Delete': {
      before: [database({ ...retention('Retain', 'Delete'), replicas: 3 })],
      after: [database({ ...retention('Retain', 'Delete'), replicas: 1 })],
      hits: ['3 -> 1'],
    },
    'fewer, and they are kept': { before: [database({ replicas: 3 })], after: [database({ replicas: 1 })] },
    more: {
      before: [database({ ...retention('Retain', 'Delete'), replicas: 1 })],
      after: [database({ ...retention('Retain', 'Delete'), replicas: 2 })],
    },
  }),
  ...casesOf('storage-class-removed', {
    'a claim template names it': {
      beside: [database()],
      before: [storageClass('fast')],
      hits: ['StatefulSet shop/db'],
    },
    'a claim names it': {
      beside: [claim({ storageClassName: 'fast' })],
      before: [storageClass('fast')],
      hits: ['PersistentVolumeClaim shop/data'],
    },
    'nothing names it': { beside: [claim({ storageClassName: 'slow' })], before: [storageClass('fast')] },
  }),
  ...casesOf('default-storage-class-lost', {
    'the annotation goes': {
      before: [storageClass('fast', { 'storageclass.kubernetes.io/is-default-class': 'true' })],
      after: [storageClass('fast')],
      hits: ['fast was the default'],
    },
    'another class becomes the default': {
      before: [
        storageClass('fast', { 'storageclass.kubernetes.io/is-default-class': 'true' }),
        storageClass('slow'),
      ],
      after: [
        storageClass('fast'),
        storageClass('slow', { 'storageclass.kubernetes.io/is-default-class': 'true' }),
      ],
    },
  }),
  ...casesOf('backup-schedule-lost', {
    'a Schedule of Velero goes': { before: [velero()], hits: ['schedule 0 3 * * *'] },
    'it is paused': { before: [velero()], after: [velero({ paused: true })], hits: ['paused: true'] },
    'it runs at another time': { before: [velero()], after: [velero({ schedule: '0 4 * * *' })] },
    'it goes on': { before: [velero({ paused: true })], after: [velero({ paused: false })] },
  }),
  ...casesOf('backup-kept-shorter', {
    'ttl of Velero': {
      before: [velero()],
      after: [velero({ template: { ttl: '168h' } })],
      hits: ['720h0m0s -> 168h'],
    },
    'a policy of CloudNativePG': { before: [postgres('2m')], after: [postgres('30d')], hits: ['2m -> 30d'] },
    longer: { before: [velero()], after: [velero({ template: { ttl: '1440h' } })] },
    'the same time in other words': {
      before: [velero()],
      after: [velero({ template: { ttl: '30d' }, schedule: '0 4 * * *' })],
    },
    'more of CloudNativePG': { before: [postgres('4w')], after: [postgres('1m')] },
  }),
  ...casesOf('used-config-removed', {
    'an environment takes it whole': {
      beside: [deployment({ container: { envFrom: [{ configMapRef: { name: 'settings' } }] } })],
      before: [object('v1', 'ConfigMap', 'settings', { data: { MODE: 'live' } })],
      hits: ['Deployment shop/web (envFrom of container web)'],
    },
    'an image is pulled with it': {
      beside: [deployment({ pod: { imagePullSecrets: [{ name: 'registry' }] } })],
      before: [
        object('v1', 'Secret', 'registry', {
          type: 'kubernetes.io/dockerconfigjson',
          data: { '.dockerconfigjson': 'e30=' },
        }),
      ],
      hits: ['(imagePullSecrets)'],
    },
    'a SealedSecret makes it now': {
      beside: [deployment({ container: { envFrom: [{ secretRef: { name: 'login' } }] } })],
      before: [object('v1', 'Secret', 'login', { data: { user: 'YW5uYQ==' } })],
      after: [
        object('bitnami.com/v1alpha1', 'SealedSecret', 'login', {
          spec: { encryptedData: { user: 'AgBy' } },
        }),
      ],
    },
    'its user goes too': {
      before: [
        object('v1', 'ConfigMap', 'settings'),
        deployment({ container: { envFrom: [{ configMapRef: { name: 'settings' } }] } }),
      ],
    },
    'it is optional': {
      beside: [
        deployment({ container: { envFrom: [{ configMapRef: { name: 'settings', optional: true } }] } }),
      ],
      before: [object('v1', 'ConfigMap', 'settings')],
    },
    'it has a new name, and its user knows': {
      before: [
        object('v1', 'ConfigMap', 'settings-a1', { data: { a: '1', b: '2', c: '3' } }),
        deployment({ pod: { volumes: [{ name: 'c', configMap: { name: 'settings-a1' } }] } }),
      ],
      after: [
        object('v1', 'ConfigMap', 'settings-b2', { data: { a: '1', b: '2', c: '4' } }),
        deployment({ pod: { volumes: [{ name: 'c', configMap: { name: 'settings-b2' } }] } }),
      ],
    },
  }),
  ...casesOf('used-key-removed', {
    'an environment variable names it': {
      beside: [
        deployment({
          container: {
            env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }],
          },
        }),
      ],
      before: [object('v1', 'ConfigMap', 'settings', { data: { mode: 'live', other: '1' } })],
      after: [object('v1', 'ConfigMap', 'settings', { data: { other: '1' } })],
      hits: ['key mode, used by Deployment shop/web (env MODE of container web)'],
    },
    'a Secret that is mounted whole': {
      beside: [deployment({ pod: { volumes: [{ name: 'login', secret: { secretName: 'login' } }] } })],
      before: [object('v1', 'Secret', 'login', { data: { user: 'YW5uYQ==', extra: 'eA==' } })],
      after: [object('v1', 'Secret', 'login', { stringData: { user: 'anna' } })],
      hits: ['key extra, used by Deployment shop/web (volume login)'],
    },
    'another key goes': {
      beside: [
        deployment({
          container: {
            env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }],
          },
        }),
      ],
      before: [object('v1', 'ConfigMap', 'settings', { data: { mode: 'live', other: '1' } })],
      after: [object('v1', 'ConfigMap', 'settings', { data: { mode: 'live' } })],
    },
    'its value changes': {
      beside: [
        deployment({
          container: { env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'login', key: 'user' } } }] },
        }),
      ],
      before: [object('v1', 'Secret', 'login', { data: { user: 'YW5uYQ==' } })],
      after: [object('v1', 'Secret', 'login', { data: { user: 'b3R0bw==' } })],
    },
  }),
  ...casesOf('used-service-account-removed', {
    'pods run as it': {
      beside: [deployment({ pod: { serviceAccountName: 'web' } })],
      before: [object('v1', 'ServiceAccount', 'web')],
      hits: ['Deployment shop/web'],
    },
    'pods run as another one': {
      beside: [deployment({ pod: { serviceAccountName: 'other' } })],
      before: [object('v1', 'ServiceAccount', 'web')],
    },
  }),
  ...casesOf('used-class-removed', {
    'a PriorityClass': {
      beside: [deployment({ pod: { priorityClassName: 'vital' } })],
      before: [clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'vital', { value: 1000 })],
      hits: ['Deployment shop/web'],
    },
    'an IngressClass': {
      beside: [
        object('networking.k8s.io/v1', 'Ingress', 'web', {
          spec: {
            ingressClassName: 'inner',
            defaultBackend: { service: { name: 'web', port: { number: 80 } } },
          },
        }),
      ],
      before: [
        clusterObject('networking.k8s.io/v1', 'IngressClass', 'inner', {
          spec: { controller: 'example.org/inner' },
        }),
      ],
      hits: ['Ingress shop/web'],
    },
    'nobody names it': {
      beside: [deployment()],
      before: [clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'vital', { value: 1000 })],
    },
  }),
  ...casesOf('used-issuer-removed', {
    'a Certificate names it': {
      beside: [
        object('cert-manager.io/v1', 'Certificate', 'shop', {
          spec: { secretName: 'shop-tls', issuerRef: { kind: 'ClusterIssuer', name: 'ca' } },
        }),
      ],
      before: [clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'ca', { spec: { selfSigned: {} } })],
      hits: ['Certificate shop/shop'],
    },
    'a Certificate names an Issuer of that name': {
      beside: [
        object('cert-manager.io/v1', 'Certificate', 'shop', {
          spec: { secretName: 'shop-tls', issuerRef: { name: 'ca' } },
        }),
      ],
      before: [clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'ca', { spec: { selfSigned: {} } })],
    },
  }),
  ...casesOf('used-certificate-removed', {
    'an Ingress uses its Secret': {
      beside: [
        service(),
        object('networking.k8s.io/v1', 'Ingress', 'web', {
          spec: {
            tls: [{ secretName: 'shop-tls' }],
            defaultBackend: { service: { name: 'web', port: { number: 80 } } },
          },
        }),
      ],
      before: [
        object('cert-manager.io/v1', 'Certificate', 'shop', {
          spec: { secretName: 'shop-tls', issuerRef: { name: 'ca' } },
        }),
      ],
      hits: ['Secret shop-tls is used by Ingress shop/web (tls)'],
    },
    'another Certificate makes it': {
      beside: [
        object('networking.k8s.io/v1', 'Ingress', 'web', {
          spec: {
            tls: [{ secretName: 'shop-tls' }],
            defaultBackend: { service: { name: 'web', port: { number: 80 } } },
          },
        }),
      ],
      before: [
        object('cert-manager.io/v1', 'Certificate', 'shop', {
          spec: { secretName: 'shop-tls', issuerRef: { name: 'ca' } },
        }),
      ],
      after: [
        object('cert-manager.io/v1', 'Certificate', 'web', {
          spec: { secretName: 'shop-tls', dnsNames: ['a.example.org'], issuerRef: { name: 'other' } },
        }),
      ],
    },
  }),
];
