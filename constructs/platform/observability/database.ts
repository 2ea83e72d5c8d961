import { ApiObject } from 'cdk8s';
import { buildPod } from '../../workloads/pod';
import type { ContainerResources } from '../../workloads/resources';
import { claimSpec, type Volumes } from '../../workloads/volumes';
import type { Workload } from '../../workloads/workload';
import type { Egress, WorkloadNetwork } from '../../workloads/workload-network';
import type { StoreSettings } from './store-settings';

/** What makes one database of VictoriaMetrics' family another. */
export interface DatabaseParts {
  readonly image: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly files?: Volumes;
  readonly account?: string;
  readonly resources: ContainerResources;
  readonly egress?: readonly Egress[];
}

/** One pod with its data on a claim, and the Service before it. */
export function makeDatabase(
  workload: Workload,
  { volume, resources, nodeSelector }: StoreSettings,
  parts: DatabaseParts,
): { readonly statefulSet: ApiObject; readonly service: ApiObject; readonly network: WorkloadNetwork } {
  const isScratch = volume === 'scratch';
  const pod = buildPod(
    workload,
    {
      image: parts.image,
      args: [`-storageDataPath=${DATA_FOLDER}`, `-httpListenAddr=:${parts.port}`, ...parts.args],
      user: 65_532,
      volumes: { ...parts.files, ...(isScratch && { [DATA_FOLDER]: { scratch: SCRATCH } }) },
      ...(parts.account && { serviceAccountName: parts.account }),
      ...(parts.egress && { egress: parts.egress }),
      ...(resources && { resources }),
      ...(nodeSelector && { nodeSelector }),
    },
    {
      resources: parts.resources,
      container: { ports: [{ name: 'http', containerPort: parts.port }], ...PROBES },
      volumeMounts: isScratch ? [] : [{ name: DATA, mountPath: DATA_FOLDER }],
      spec: { terminationGracePeriodSeconds: 60 }, // it writes what it has in memory
    },
  );
  const statefulSet = statefulSetOf(workload, pod.template, volume);
  return { statefulSet, service: serviceOf(workload, parts.port), network: pod.network };
}

function statefulSetOf(workload: Workload, template: object, volume: StoreSettings['volume']): ApiObject {
  return new ApiObject(workload, 'stateful-set', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: workload.metadata,
    spec: {
      serviceName: workload.name,
      replicas: 1,
      revisionHistoryLimit: 3,
      selector: { matchLabels: workload.selector },
      template,
      ...(volume !== 'scratch' && {
        volumeClaimTemplates: [
          {
            metadata: { name: DATA },
            spec: claimSpec({
              persistent: volume.size,
              ...(volume.storageClass && { storageClass: volume.storageClass }),
            }),
          },
        ],
      }),
    },
  });
}

/** The Service of a workload, on the port of its container. */
export function serviceOf(workload: Workload, port: number): ApiObject {
  return new ApiObject(workload, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: workload.metadata,
    spec: { selector: workload.selector, ports: [{ name: 'http', port, targetPort: 'http' }] },
  });
}

/** Every program of that family answers so: VictoriaMetrics/VictoriaMetrics@v1.150.0:lib/httpserver/httpserver.go. */
export const PROBES = {
  startupProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 2, failureThreshold: 150 },
  readinessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 10, timeoutSeconds: 5 },
  livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
};

const DATA = 'data';
const DATA_FOLDER = '/data';
const SCRATCH = '2Gi';
