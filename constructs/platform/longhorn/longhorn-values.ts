import type { HelmDelivery } from '../../cluster/cluster';
import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type PodRequests, type Resources } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { mergedResources } from '../../workloads/resources';
import { backupSecret } from './longhorn-credentials';
import type { LonghornBackup, LonghornProps } from './longhorn-settings';

/** What the values depend on beside the props. */
export interface LonghornContext {
  readonly replicas: number;

  /** Of each controller beside the storage. */
  readonly controllers: number;

  /** What installs the chart. */
  readonly delivery: HelmDelivery | undefined;
}

/** Values of Longhorn's chart (longhorn/longhorn@v1.12.1:chart/values.yaml, chart/templates/default-setting.yaml and default-resource.yaml). */
export function longhornValues(props: LonghornProps, context: LonghornContext): HelmValues {
  const { isDefault = true, reclaimPolicy = 'Delete', dataLocality = 'disabled' } = props;
  const { backup, values = {} } = props;
  const { replicas, controllers, delivery } = context;
  return mergeValues(
    {
      persistence: {
        defaultClass: isDefault,
        defaultClassReplicaCount: replicas,
        defaultDataLocality: dataLocality,
        reclaimPolicy,
      },
      csi: {
        attacherReplicaCount: controllers,
        provisionerReplicaCount: controllers,
        resizerReplicaCount: controllers,
        snapshotterReplicaCount: controllers,
        // k0sproject/k0s@v1.36.3+k0s.2:docs/configuration.md; anywhere else Longhorn finds it.
        ...(delivery === 'k0s' && { kubeletRootDir: '/var/lib/k0s/kubelet' }),
      },
      defaultSettings: defaultSettings(props, context),
      ...(backup !== undefined && { defaultBackupStore: backupStore(backup) }),
      longhornManager: { resources: resourceValues(managerResources(props)) },
      longhornUI: { replicas: 1 },
      // A job of Helm's that runs before each upgrade, which Argo CD would run as well when there is nothing to upgrade
      // (longhorn/website@0f622500:content/docs/1.12.1/deploy/install/install-with-argocd.md).
      ...(delivery === 'argo-cd' && { preUpgradeChecker: { jobEnabled: false } }),
    },
    values,
  );
}

/**
 * Requests of the pods that these props make. The UI, the deployer of the driver and the engine image ask for nothing, which the chart does not let be
 * set; the processes of the volumes ask for `volumeCpuPercent` of each node, and no memory.
 */
export function longhornRequests(
  props: LonghornProps,
  { controllers }: Pick<LonghornContext, 'controllers'>,
): AddOnRequests {
  const parts = Object.entries(CSI).map(([name, { requests }]): PodRequests => ({
    resources: { requests },
    pods: PER_NODE.has(name) ? 'per-node' : controllers,
  }));
  return sumRequests([{ resources: managerResources(props), pods: 'per-node' }, ...parts]);
}

/** Of the manager on every node. */
export function managerResources({ resources }: LonghornProps): Resources {
  return mergedResources(MANAGER, resources);
}

function defaultSettings(props: LonghornProps, { replicas }: LonghornContext): HelmValues {
  const { dataPath = DEFAULT_DATA_PATH, dataLocality = 'disabled', diskNodes } = props;
  const { volumeCpuPercent = DEFAULT_VOLUME_CPU } = props;
  return {
    defaultDataPath: dataPath,
    defaultReplicaCount: JSON.stringify({ v1: String(replicas), v2: String(replicas) }),
    defaultDataLocality: dataLocality,
    guaranteedInstanceManagerCPU: JSON.stringify({ v1: String(volumeCpuPercent), v2: '12' }),
    systemManagedCSIComponentsResourceLimits: JSON.stringify(CSI),
    ...(diskNodes !== undefined && { createDefaultDiskLabeledNodes: true }),
    // Neither is needed for anything, and both tell a server of the project about the cluster.
    upgradeChecker: false,
    allowCollectingLonghornUsageMetrics: false,
  };
}

function backupStore(backup: LonghornBackup): HelmValues {
  return {
    backupTarget: backupTarget(backup),
    backupTargetCredentialSecret: backupSecret(backup.credentials)?.name ?? '',
  };
}

/** Where backups go, as Longhorn spells it: `s3://backups@us-east-1/production/`. */
function backupTarget({ bucket, region = 'us-east-1', prefix }: LonghornBackup): string {
  return `s3://${bucket}@${region}/${prefix === undefined ? '' : `${prefix}/`}`;
}

/** On every node that nothing is said of. */
export const DEFAULT_DATA_PATH = '/var/lib/longhorn';

/** Percent; the chart's own 12 is nearly half a core of four. */
export const DEFAULT_VOLUME_CPU = 5;

const MANAGER: Resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } };

const controller = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } };
const helper = { requests: { cpu: '5m', memory: '16Mi' }, limits: { memory: '64Mi' } };

/** Names: longhorn/website@0f622500:content/docs/1.12.1/references/settings.md, System Managed CSI Components Resource Limits. */
const CSI = {
  'csi-attacher': controller,
  'csi-provisioner': controller,
  'csi-resizer': controller,
  'csi-snapshotter': controller,
  'longhorn-csi-plugin': { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  'node-driver-registrar': helper,
  'longhorn-liveness-probe': helper,
};

/** Containers of the one pod of the driver on every node. */
const PER_NODE = new Set(['longhorn-csi-plugin', 'node-driver-registrar', 'longhorn-liveness-probe']);
