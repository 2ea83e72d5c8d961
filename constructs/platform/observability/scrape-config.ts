import { NODE_EXPORTER_PORT } from './node-exporter';
import { STATE_PORT } from './kube-state-metrics';

/** What the scrape configuration depends on. */
export interface ScrapeSettings {
  /** How often. */
  readonly interval: string;
  readonly centralNamespace: string;
  readonly nodeNamespace: string;

  /** Hold the kubelets' certificates against the cluster's authority. */
  readonly verifyKubelets: boolean;

  /** Further jobs of the program. */
  readonly more: readonly object[];
}

/** The scrape configuration, in the form of Prometheus, with `keep_if_equal`, which only VictoriaMetrics has. */
export function scrapeConfig(settings: ScrapeSettings): object {
  const { interval, more } = settings;
  return {
    global: { scrape_interval: interval },
    scrape_configs: [
      ...kubeletJobs(settings),
      ...ownJobs(settings),
      ...podJobs(),
      monitoringJob(settings),
      ...more,
    ],
  };
}

/** Containers and volumes of each node. Of the many series of cAdvisor only those that somebody looks at are kept. */
function kubeletJobs({ verifyKubelets }: ScrapeSettings): object[] {
  const kubelet = {
    scheme: 'https',
    bearer_token_file: `${ACCOUNT}/token`,
    // K3s signs kubelets' certificates itself (k3s-io/k3s@af977adfe:pkg/server/handlers/handlers.go, ServingKubeletCert); others often do not.
    tls_config: verifyKubelets ? { ca_file: `${ACCOUNT}/ca.crt` } : { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [
      { source_labels: ['__meta_kubernetes_node_name'], target_label: 'node' },
      { source_labels: ['__meta_kubernetes_node_name'], target_label: 'instance' },
    ],
  };
  return [
    {
      job_name: 'cadvisor',
      ...kubelet,
      metrics_path: '/metrics/cadvisor',
      // Its own times lag behind: VictoriaMetrics/VictoriaMetrics issue 4697.
      honor_timestamps: false,
      metric_relabel_configs: [
        { source_labels: ['__name__'], regex: CADVISOR_SERIES, action: 'keep' },
        { regex: 'id|image|name', action: 'labeldrop' },
      ],
    },
    {
      job_name: 'kubelet',
      ...kubelet,
      metric_relabel_configs: [{ source_labels: ['__name__'], regex: KUBELET_SERIES, action: 'keep' }],
    },
  ];
}

function ownJobs({ centralNamespace, nodeNamespace }: ScrapeSettings): object[] {
  return [
    {
      job_name: 'node-exporter',
      kubernetes_sd_configs: [podsOf(nodeNamespace)],
      relabel_configs: [...only('node-exporter', NODE_EXPORTER_PORT), NODE, NODE_AS_INSTANCE],
    },
    {
      job_name: 'kube-state-metrics',
      honor_labels: true, // the pods and nodes that it tells of, not its own
      kubernetes_sd_configs: [podsOf(centralNamespace)],
      relabel_configs: only('kube-state-metrics', STATE_PORT),
    },
    {
      job_name: 'argo-cd', // its chart sets no annotation; port: argo-helm@argo-cd-10.1.1:charts/argo-cd/values.yaml, controller.containerPorts
      kubernetes_sd_configs: [podsOf('argocd')],
      relabel_configs: only('argocd-application-controller', 8082),
      metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'argocd_app_.+', action: 'keep' }],
    },
  ];
}

/** Pods and Services that say so by the annotations `prometheus.io/scrape`, `port`, `path` and `scheme`. */
function podJobs(): object[] {
  return [
    {
      job_name: 'pods',
      kubernetes_sd_configs: [{ role: 'pod' }],
      relabel_configs: [
        ...annotated('pod'),
        { source_labels: [POD('phase')], regex: 'Pending|Succeeded|Failed|Completed', action: 'drop' },
        // One target for each port of the pod: only that of the annotation, which may be that of a sidecar among the init containers.
        { source_labels: [ANNOTATION('pod', 'port'), POD('container_port_number')], action: 'keep_if_equal' },
        NODE,
        { source_labels: [META('namespace')], target_label: 'namespace' },
        { source_labels: [POD('name')], target_label: 'pod' },
        { source_labels: [POD('label_app_kubernetes_io_name')], target_label: 'app' },
      ],
    },
    serviceJob(),
  ];
}

function serviceJob(): object {
  return {
    job_name: 'services',
    kubernetes_sd_configs: [{ role: 'service' }],
    relabel_configs: [
      ...annotated('service'),
      {
        source_labels: ['__address__', ANNOTATION('service', 'port')],
        regex: '([^:]+)(?::\\d+)?;(\\d+)',
        replacement: '$1:$2',
        target_label: '__address__',
      },
      { source_labels: [META('namespace')], target_label: 'namespace' },
      { source_labels: [META('service_name')], target_label: 'service' },
    ],
  };
}

/** The parts of this add-on themselves. */
function monitoringJob({ centralNamespace }: ScrapeSettings): object {
  return {
    job_name: 'monitoring',
    kubernetes_sd_configs: [podsOf(centralNamespace)],
    relabel_configs: [
      { source_labels: [POD('container_port_name')], regex: 'http', action: 'keep' },
      { source_labels: [POD('label_app_kubernetes_io_part_of')], regex: centralNamespace, action: 'keep' },
      { source_labels: [POD('label_app_kubernetes_io_name')], target_label: 'app' },
    ],
    // Enough to see whether they run, and what they hold.
    metric_relabel_configs: [{ source_labels: ['__name__'], regex: OWN_SERIES, action: 'keep' }],
  };
}

function annotated(role: 'pod' | 'service'): object[] {
  return [
    { source_labels: [ANNOTATION(role, 'scrape')], regex: 'true', action: 'keep' },
    { source_labels: [ANNOTATION(role, 'path')], regex: '(.+)', target_label: '__metrics_path__' },
    { source_labels: [ANNOTATION(role, 'scheme')], regex: '(https?)', target_label: '__scheme__' },
  ];
}

function podsOf(namespace: string): object {
  return { role: 'pod', namespaces: { names: [namespace] } };
}

function only(name: string, port: number): object[] {
  return [
    { source_labels: [POD('label_app_kubernetes_io_name')], regex: name, action: 'keep' },
    { source_labels: [POD('container_port_number')], regex: String(port), action: 'keep' },
  ];
}

const META = (name: string): string => `__meta_kubernetes_${name}`;
const POD = (name: string): string => META(`pod_${name}`);
const ANNOTATION = (role: string, name: string): string => META(`${role}_annotation_prometheus_io_${name}`);
const NODE = { source_labels: [POD('node_name')], target_label: 'node' };
const NODE_AS_INSTANCE = { source_labels: [POD('node_name')], target_label: 'instance' };

/** Where a pod finds its token: kubernetes.io/docs/tasks/run-application/access-api-from-pod. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** google/cadvisor@v0.56.2:metrics/prometheus.go. */
const CADVISOR_SERIES = [
  'container_cpu_usage_seconds_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_memory_working_set_bytes',
  'container_oom_events_total',
  'container_network_(receive|transmit)_bytes_total',
  'machine_(cpu_cores|memory_bytes)',
].join('|');

/** kubernetes/kubernetes:pkg/kubelet/metrics/metrics.go and its volume statistics. */
const KUBELET_SERIES = 'kubelet_volume_stats_(available|capacity)_bytes|kubelet_running_pods';

const OWN_SERIES =
  'process_resident_memory_bytes|vm_free_disk_space_bytes|vm_data_size_bytes|vl_free_disk_space_bytes|vmalert_.+_errors_total|alertmanager_notifications_failed_total';
