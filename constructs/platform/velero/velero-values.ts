import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { mergedResources } from '../../workloads/resources';
import {
  DEFAULT_RETENTION_DAYS,
  DEFAULT_SCHEDULE,
  type VeleroBucket,
  type VeleroProps,
} from './velero-settings';

/** Values of Velero's chart (vmware-tanzu/helm-charts@velero-12.1.0:charts/velero/values.yaml). @param secretName Secret with the key `cloud`. */
export function veleroValues(props: VeleroProps, secretName: string): HelmValues {
  const { bucket, volumes = true, pluginImage = PLUGIN_IMAGE } = props;
  const { resources, nodeAgentResources } = veleroResources(props);
  return mergeValues(
    {
      initContainers: [
        {
          name: 'velero-plugin-for-aws',
          image: pluginImage,
          imagePullPolicy: 'IfNotPresent',
          volumeMounts: [{ mountPath: '/target', name: 'plugins' }],
        },
      ],
      configuration: {
        backupStorageLocation: [storageLocation(bucket)],
        volumeSnapshotLocation: [],
        defaultBackupTTL: retention(props),
        defaultVolumesToFsBackup: volumes,
        repositoryMaintenanceJob: {
          repositoryConfigData: {
            global: { podResources: MAINTENANCE_RESOURCES, keepLatestMaintenanceJobs: 1 },
          },
        },
      },
      snapshotsEnabled: false, // needs a driver that takes snapshots; local-path has none
      credentials: { useSecret: true, existingSecret: secretName },
      deployNodeAgent: volumes,
      ...(volumes && {
        // Volumes on a node that keeps pods off are backed up as well.
        nodeAgent: { resources: resourceValues(nodeAgentResources), tolerations: [{ operator: 'Exists' }] },
      }),
      resources: resourceValues(resources),
      schedules: { [SCHEDULE]: { schedule: props.schedule ?? DEFAULT_SCHEDULE, template: template(props) } },
    },
    props.values ?? {},
  );
}

/** Resources by the props that set them. */
export function veleroResources(
  props: Pick<VeleroProps, 'resources' | 'nodeAgentResources'>,
): Required<Pick<VeleroProps, 'resources' | 'nodeAgentResources'>> {
  return {
    resources: mergedResources(SERVER_RESOURCES, props.resources),
    nodeAgentResources: mergedResources(AGENT_RESOURCES, props.nodeAgentResources),
  };
}

/** Requests of the pods that these props make; the jobs that tidy the bucket end, and are not in. */
export function veleroRequests(
  props: Pick<VeleroProps, 'resources' | 'nodeAgentResources' | 'volumes'>,
): AddOnRequests {
  const { resources, nodeAgentResources } = veleroResources(props);
  return sumRequests([
    { resources },
    ...((props.volumes ?? true) ? [{ resources: nodeAgentResources, pods: 'per-node' as const }] : []),
  ]);
}

/** Keys of `config`: velero-io/velero-plugin-for-aws@v1.14.2:backupstoragelocation.md. */
function storageLocation(bucket: VeleroBucket): HelmValues {
  const { name, prefix, endpoint, publicEndpoint, caCertificate } = bucket;
  const { region = endpoint === undefined ? undefined : 'us-east-1' } = bucket;
  const { checksumAlgorithm = endpoint === undefined ? undefined : '' } = bucket;
  const config = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { s3ForcePathStyle: 'true', s3Url: endpoint }),
    ...(publicEndpoint !== undefined && { publicUrl: publicEndpoint }),
    ...(checksumAlgorithm !== undefined && { checksumAlgorithm }),
  };
  return {
    name: 'default',
    provider: 'aws',
    default: true,
    bucket: name,
    ...(prefix !== undefined && { prefix }),
    ...(caCertificate !== undefined && { caCert: Buffer.from(caCertificate).toString('base64') }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

function template(props: VeleroProps): HelmValues {
  const { volumes = true, includedNamespaces, excludedNamespaces } = props;
  return {
    ttl: retention(props),
    storageLocation: 'default',
    snapshotVolumes: false,
    defaultVolumesToFsBackup: volumes,
    ...(includedNamespaces !== undefined && { includedNamespaces }),
    ...(excludedNamespaces !== undefined && { excludedNamespaces }),
  };
}

function retention({ retentionDays = DEFAULT_RETENTION_DAYS }: VeleroProps): string {
  return `${retentionDays * 24}h0m0s`;
}

/** Key of the schedule; with the release's name in front it is that of the Schedule object. */
export const SCHEDULE = 'daily';

/** v1.14 goes with Velero 1.18, by the table in velero-io/velero-plugin-for-aws@v1.14.2:README.md. */
export const PLUGIN_IMAGE = 'velero/velero-plugin-for-aws:v1.14.2';

const SERVER_RESOURCES = { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '512Mi' } };
const AGENT_RESOURCES = { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '512Mi' } };
const MAINTENANCE_RESOURCES = {
  cpuRequest: '25m',
  memoryRequest: '64Mi',
  cpuLimit: '1',
  memoryLimit: '512Mi',
};
