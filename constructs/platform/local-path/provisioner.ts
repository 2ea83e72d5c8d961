import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { toYaml } from '../../../lib/yaml';
import type { NodePaths } from './node-paths';

/** A storage class and the provisioner behind it. */
export interface ProvisionerSettings {
  readonly className: string;
  readonly isDefault: boolean;

  /** Asked for when everything is declared. */
  readonly nodePaths: () => readonly NodePaths[];

  /** @default 'Delete' */
  readonly reclaimPolicy?: 'Delete' | 'Retain';

  /** @default 'WaitForFirstConsumer' */
  readonly volumeBindingMode?: 'WaitForFirstConsumer' | 'Immediate';

  /** @default 'local' */
  readonly volumeType?: 'local' | 'hostPath';
}

/**
 * All objects of rancher's local-path provisioner, under names of the class, so that several, K3s's own among them, can work in one cluster
 * (rancher/local-path-provisioner@v0.0.36:deploy/local-path-storage.yaml; k3s-io/k3s:manifests/local-storage.yaml). In `kube-system`, because the
 * pods that make directories mount them from the host, which a namespace with a pod security level would refuse.
 */
export function shipProvisioner(scope: Construct, settings: ProvisionerSettings): void {
  const { className } = settings;
  const name = `k3stack-${className}`;
  const labels = {
    'app.kubernetes.io/name': 'local-path-provisioner',
    'app.kubernetes.io/instance': className,
  };
  const meta = { name, namespace: NAMESPACE, labels };
  storageClass(scope, settings, labels);
  accessRights(scope, meta);
  new ApiObject(scope, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta,
    data: Lazy.any({ produce: () => configuration(settings.nodePaths()) }) as unknown,
  });
  deployment(scope, meta, provisionerName(className));
}

function deployment(scope: Construct, meta: ObjectMeta, provisioner: string): void {
  const { name, labels } = meta;
  new ApiObject(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta,
    spec: {
      replicas: 1, // it elects no leader: two would make every volume twice
      strategy: { type: 'Recreate' },
      revisionHistoryLimit: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          priorityClassName: 'system-node-critical',
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
          ],
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(name, provisioner)],
          volumes: [{ name: 'config', configMap: { name } }],
        },
      },
    },
  });
}

/**
 * Volumes remember who made them, and nobody else deletes them. So a class that takes the place of K3s's own goes on under K3s's name, any other
 * class has one of its own; neither depends on what else is in the program.
 */
function provisionerName(className: string): string {
  return className === 'local-path' ? 'rancher.io/local-path' : `k3stack.io/${className}`;
}

function storageClass(
  scope: Construct,
  settings: ProvisionerSettings,
  labels: { readonly [key: string]: string },
): void {
  const { className, isDefault, reclaimPolicy = 'Delete' } = settings;
  const { volumeBindingMode = 'WaitForFirstConsumer', volumeType = 'local' } = settings;
  new ApiObject(scope, 'class', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: className,
      labels,
      annotations: {
        defaultVolumeType: volumeType,
        'storageclass.kubernetes.io/is-default-class': String(isDefault),
      },
    },
    provisioner: provisionerName(className),
    reclaimPolicy,
    volumeBindingMode,
  });
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { readonly [key: string]: string };
}

/** rancher/local-path-provisioner@v0.0.37:deploy/local-path-storage.yaml; the rights on endpoints of older ones served its leader election. */
function accessRights(scope: Construct, meta: ObjectMeta): void {
  const { name, namespace, labels } = meta;
  const change = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'];
  const read = ['get', 'list', 'watch'];
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const apiGroup = 'rbac.authorization.k8s.io';
  new ApiObject(scope, 'service-account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta });
  new ApiObject(scope, 'role', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: meta,
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: change }],
  });
  new ApiObject(scope, 'binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: meta,
    roleRef: { apiGroup, kind: 'Role', name },
    subjects,
  });
  new ApiObject(scope, 'cluster-role', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, labels },
    rules: [
      {
        apiGroups: [''],
        resources: ['nodes', 'persistentvolumeclaims', 'configmaps', 'pods', 'pods/log'],
        verbs: read,
      },
      { apiGroups: [''], resources: ['persistentvolumes'], verbs: change },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: read },
    ],
  });
  new ApiObject(scope, 'cluster-binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name, labels },
    roleRef: { apiGroup, kind: 'ClusterRole', name },
    subjects,
  });
}

function container(name: string, provisioner: string): object {
  return {
    name: 'local-path-provisioner',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command: [
      'local-path-provisioner',
      'start',
      '--config=/etc/config/config.json',
      `--provisioner-name=${provisioner}`,
      `--configmap-name=${name}`,
      `--service-account-name=${name}`,
    ],
    env: [
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'CONFIG_MOUNT_PATH', value: '/etc/config/' }, // a changed template of helper pods is read again
    ],
    volumeMounts: [{ name: 'config', mountPath: '/etc/config/', readOnly: true }],
    resources: {
      requests: { cpu: '10m', memory: '32Mi' },
      limits: { memory: '128Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function configuration(nodePaths: readonly NodePaths[]): Record<string, string> {
  return {
    'config.json': `${JSON.stringify({ nodePathMap: nodePaths }, undefined, 2)}\n`,
    setup: SETUP,
    teardown: TEARDOWN,
    'helperPod.yaml': toYaml(HELPER_POD),
  };
}

/** As K3s has them: pods reach their own directory only, because the one above is closed. */
const SETUP = '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "${VOL_DIR}"\nchmod 700 "${VOL_DIR}/.."\n';
const TEARDOWN = '#!/bin/sh\nset -eu\nrm -rf "${VOL_DIR}"\n';

/** The provisioner puts in the volume, the node and root; templates that do are refused. */
const HELPER_POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'helper-pod' },
  spec: {
    priorityClassName: 'system-node-critical',
    // It is bound to the node of the volume, so only taints that evict matter.
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'helper-pod',
        image: 'rancher/mirrored-library-busybox:1.37.0',
        imagePullPolicy: 'IfNotPresent',
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
      },
    ],
  },
};

const NAMESPACE = 'kube-system';

/** What K3s 1.33.13, 1.34.9, 1.35.6 and 1.36.2 bring themselves, so its image archive has it (vitorsavian/k3s@588e7d937:manifests/local-storage.yaml). */
const IMAGE = 'rancher/local-path-provisioner:v0.0.36';
