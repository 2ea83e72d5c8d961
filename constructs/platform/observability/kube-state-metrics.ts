import { type ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { makeDeployment } from '../../workloads/deployment';
import type { ContainerResources } from '../../workloads/resources';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import { toYaml } from '../../../lib/yaml';
import { API_EGRESS, serviceAccount } from './api-access';
import { IMAGES } from './images';

export const STATE_PORT = 8080;

/** Numbers about the objects of the cluster: pods, nodes, CronJobs, what Flux applies. */
export class KubeStateMetrics extends Workload {
  readonly deployment: ApiObject;
  readonly network: WorkloadNetwork;

  constructor(
    scope: Construct,
    id: string,
    { nodeSelector }: { readonly nodeSelector?: Readonly<Record<string, string>> },
  ) {
    super(scope, id, 'exporter');
    const account = serviceAccount(this, RULES);
    const { deployment, pod } = makeDeployment(
      this,
      {
        image: IMAGES.kubeStateMetrics,
        args: ARGUMENTS,
        user: 65_534,
        serviceAccountName: account,
        egress: API_EGRESS,
        volumes: { [FOLDER]: { files: { 'state.yaml': toYaml(FLUX_STATE) } } },
        ...(nodeSelector && { nodeSelector }),
      },
      { replicas: 1, usual: 1, recreate: true }, // two would count everything twice
      { resources: RESOURCES, container: { ports: PORTS, ...PROBES } },
    );
    this.deployment = deployment;
    this.network = pod.network;
  }
}

const FOLDER = '/etc/kube-state-metrics';
const PORTS = [
  { name: 'metrics', containerPort: STATE_PORT },
  { name: 'telemetry', containerPort: 8081 },
];

/** kubernetes/kube-state-metrics@v2.20.0:examples/standard/deployment.yaml. */
const PROBES = {
  livenessProbe: { httpGet: { path: '/livez', port: 'metrics' }, periodSeconds: 20, timeoutSeconds: 5 },
  readinessProbe: { httpGet: { path: '/readyz', port: 'telemetry' }, periodSeconds: 10, timeoutSeconds: 5 },
};

/** Each further kind costs memory for all objects of it; Secrets and ConfigMaps are left out for another reason too. */
const KINDS = [
  ['', ['namespaces', 'nodes', 'persistentvolumeclaims', 'pods', 'resourcequotas']],
  ['apps', ['daemonsets', 'deployments', 'statefulsets']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['batch', ['cronjobs', 'jobs']],
] as const;

const ARGUMENTS = [
  `--resources=${KINDS.flatMap(([, kinds]) => kinds)
    .sort()
    .join(',')}`,
  `--custom-resource-state-config-file=${FOLDER}/state.yaml`,
];

const RULES = [
  ...KINDS.map(([group, resources]) => ({ apiGroups: [group], resources, verbs: ['list', 'watch'] })),
  {
    apiGroups: ['apiextensions.k8s.io'],
    resources: ['customresourcedefinitions'],
    verbs: ['list', 'watch'],
  },
  { apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['list', 'watch'] },
  { apiGroups: ['helm.toolkit.fluxcd.io'], resources: ['helmreleases'], verbs: ['list', 'watch'] },
];

/** As Flux's own example has it: fluxcd/flux2-monitoring-example@0cb83068:monitoring/controllers/kube-prometheus-stack/kube-state-metrics-config.yaml. */
export const FLUX_STATE = {
  kind: 'CustomResourceStateMetrics',
  spec: {
    resources: [
      fluxKind('kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization'),
      fluxKind('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease'),
    ],
  },
};

function fluxKind(group: string, version: string, kind: string): object {
  return {
    groupVersionKind: { group, version, kind },
    metricNamePrefix: 'gotk',
    metrics: [
      {
        name: 'resource_info',
        help: 'The current state of a Flux resource.',
        each: { type: 'Info', info: { labelsFromPath: { name: ['metadata', 'name'] } } },
        labelsFromPath: {
          exported_namespace: ['metadata', 'namespace'],
          ready: ['status', 'conditions', '[type=Ready]', 'status'],
          suspended: ['spec', 'suspend'],
        },
      },
    ],
  };
}

/** Its makers ask for 250Mi for a hundred nodes and all kinds (kubernetes/kube-state-metrics@v2.20.0:README.md); measured with few objects: 86 MB, half of it its own file. */
const RESOURCES: ContainerResources = {
  requests: { cpu: '10m', memory: '64Mi' },
  limits: { memory: '192Mi' },
};
