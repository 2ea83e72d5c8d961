/** A series that is computed once a minute, for alerts and dashboards. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * What the KPIs are made of, in PromQL. Sources of the names: prometheus/node_exporter@v1.12.1:collector, cpu_common.go, meminfo_linux.go and
 * filesystem_common.go; kubernetes/kube-state-metrics@v2.20.0:docs/metrics; argoproj/argo-cd@37ee0097cf:controller/metrics/metrics.go;
 * velero-io/velero@v1.18.1:pkg/metrics/metrics.go; google/cadvisor@v0.56.2:metrics/prometheus.go; `gotk_resource_info` is made by
 * kube-state-metrics as {@link FLUX_STATE} says.
 *
 * @param nodeNamespace Namespace of the agents.
 */
export function recordingRules(nodeNamespace: string): readonly RecordingRule[] {
  return [
    ...nodeUse(),
    ...podSuccess(),
    { record: NODE_UP, expr: 'max by (node) (kube_node_status_condition{condition="Ready",status="true"})' },
    ...syncSuccess(),
    {
      record: AGENT_MEMORY,
      expr: `sum by (node) (container_memory_working_set_bytes{namespace="${nodeNamespace}",container!=""})`,
    },
    ...backupAge(),
  ];
}

function nodeUse(): RecordingRule[] {
  const idle = 'rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m])';
  const disks = '{fstype!~"tmpfs|ramfs"}';
  return [
    {
      record: NODE_USE,
      labels: { resource: 'cpu' },
      expr: `1 - avg by (node) (sum by (node, cpu) (${idle}))`,
    },
    {
      record: NODE_USE,
      labels: { resource: 'memory' },
      expr: 'max by (node) (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
    },
    {
      record: NODE_USE,
      labels: { resource: 'disk' },
      // The fullest of a node: a full disk is not mended by another that is empty.
      expr: `max by (node) (1 - node_filesystem_avail_bytes${disks} / node_filesystem_size_bytes${disks})`,
    },
  ];
}

/**
 * A failed pod counts for a day, as Kubernetes keeps it for good; one that is not ready counts after ten minutes, as every pod starts that way.
 */
function podSuccess(): RecordingRule[] {
  const age = '(time() - max by (namespace, pod) (kube_pod_created))';
  const failed = 'max by (namespace, pod) (kube_pod_status_phase{phase="Failed"}) == 1';
  const alive = 'max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running|Unknown"}) == 1';
  const ready = 'max by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 1';
  const failing = [
    `(${failed} and on (namespace, pod) ${age} < 86400)`,
    `((${alive} unless on (namespace, pod) ${ready}) and on (namespace, pod) ${age} > 600)`,
  ].join(' or ');
  return [
    { record: POD_FAILING, expr: failing },
    {
      record: POD_SUCCESS,
      expr: `1 - (count(${failing}) or vector(0)) / count(max by (namespace, pod) (kube_pod_info))`,
    },
  ];
}

/**
 * The state, not the number of syncs: an Application that is retried for good ends no sync, so `argocd_app_sync_total` stays as it is
 * (argoproj/argo-cd@37ee0097cf:controller/appcontroller.go, IncSync).
 */
function syncSuccess(): RecordingRule[] {
  const share = (good: string, all: string): string => `(sum(${good}) or vector(0)) / sum(${all})`;
  const flux = (more: string): string => `gotk_resource_info{suspended!="true"${more}}`;
  const queued = ['delivered', 'expired', 'turned_away', 'corrupt'].map(
    (what) => `sum by (namespace, app) (increase(offline_queue_${what}_messages_total[1d]))`,
  );
  return [
    {
      record: SYNC_SUCCESS,
      labels: { by: 'argo-cd' },
      expr: share('argocd_app_info{sync_status="Synced"}', 'argocd_app_info'),
    },
    { record: SYNC_SUCCESS, labels: { by: 'flux' }, expr: share(flux(',ready="True"'), flux('')) },
    { record: QUEUE_SUCCESS, expr: `${queued[0]} / (${queued.join(' + ')})` },
  ];
}

/** Seconds since the last good one; none for what never was, which another alert is for. */
function backupAge(): RecordingRule[] {
  return [
    {
      record: BACKUP_AGE,
      labels: { by: 'velero' },
      expr: 'time() - max by (schedule) (velero_backup_last_successful_timestamp{schedule!=""} > 0)',
    },
    {
      record: BACKUP_AGE,
      labels: { by: 'dump' },
      expr: `time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{${DUMPS}})`,
    },
  ];
}

/** CronJobs that dump a PostgresDatabase. */
export const DUMPS = 'cronjob=~".+-dump"';

export const NODE_USE = 'k3stack:node_use:ratio';
export const POD_FAILING = 'k3stack:pod_failing:bool';
export const POD_SUCCESS = 'k3stack:pod_success:ratio';
export const NODE_UP = 'k3stack:node_up:bool';
export const SYNC_SUCCESS = 'k3stack:sync_success:ratio';
export const QUEUE_SUCCESS = 'k3stack:queue_success:ratio';
export const AGENT_MEMORY = 'k3stack:agent_memory:bytes';
export const BACKUP_AGE = 'k3stack:backup_age:seconds';
