/** Made-up series that an alert is tried on, in the notation of `promtool test rules`: one sample a minute. */
export interface AlertCase {
  readonly name: string;
  readonly alert: string;

  /** Series to values, such as `1x30` for 31 times 1; `@60` is the time a minute after the start. */
  readonly series: Readonly<Record<string, string>>;

  /** When it is looked at. */
  readonly at: string;

  /** Labels and summary of each alert that fires then; empty for a near miss. */
  readonly fires: readonly { readonly labels: Readonly<Record<string, string>>; readonly summary: string }[];
}

const nothing = { fires: [] } as const;

const pods = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => pod(`fine-${index}`, { ready: '1' })).flatMap(
      Object.entries<string>,
    ),
  );

/** The series of kube-state-metrics about one pod that is a day old. */
function pod(
  name: string,
  {
    phase = 'Running',
    ready = '0',
    created = '@-86000',
  }: { phase?: string; ready?: string; created?: string },
): Record<string, string> {
  const labels = `namespace="shop",pod="${name}",uid="${name}"`;
  const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
  return {
    [`kube_pod_info{${labels},node="alfa"}`]: '1x1600',
    [`kube_pod_created{${labels}}`]: `${created}x1600`,
    [`kube_pod_status_ready{${labels},condition="true"}`]: `${ready}x1600`,
    [`kube_pod_status_ready{${labels},condition="false"}`]: `${1 - Number(ready)}x1600`,
    ...Object.fromEntries(
      phases.map((each) => [
        `kube_pod_status_phase{${labels},phase="${each}"}`,
        `${Number(each === phase)}x1600`,
      ]),
    ),
  };
}

const nodeUse: readonly AlertCase[] = [
  {
    name: 'a processor that is 10 % idle',
    alert: 'NodeUseHigh',
    at: '25m',
    series: {
      'node_cpu_seconds_total{node="alfa",cpu="0",mode="idle"}': '0+3x40',
      'node_cpu_seconds_total{node="alfa",cpu="0",mode="iowait"}': '0+3x40',
      'node_cpu_seconds_total{node="alfa",cpu="0",mode="user"}': '0+54x40',
    },
    fires: [
      {
        labels: { node: 'alfa', resource: 'cpu', severity: 'warning' },
        summary: 'cpu of alfa is 90% used, more than 80 %',
      },
    ],
  },
  {
    name: 'a processor that is 21 % idle',
    alert: 'NodeUseHigh',
    at: '25m',
    series: { 'node_cpu_seconds_total{node="alfa",cpu="0",mode="idle"}': '0+12.6x40' },
    ...nothing,
  },
  {
    name: 'memory of which 85 % is used, on one of two nodes',
    alert: 'NodeUseHigh',
    at: '25m',
    series: {
      'node_memory_MemAvailable_bytes{node="alfa"}': '15x40',
      'node_memory_MemTotal_bytes{node="alfa"}': '100x40',
      'node_memory_MemAvailable_bytes{node="bravo"}': '21x40',
      'node_memory_MemTotal_bytes{node="bravo"}': '100x40',
    },
    fires: [
      {
        labels: { node: 'alfa', resource: 'memory', severity: 'warning' },
        summary: 'memory of alfa is 85% used, more than 80 %',
      },
    ],
  },
  {
    name: 'memory of which 85 % is used for ten minutes',
    alert: 'NodeUseHigh',
    at: '25m',
    series: {
      'node_memory_MemAvailable_bytes{node="alfa"}': '50x14 15x30',
      'node_memory_MemTotal_bytes{node="alfa"}': '100x44',
    },
    ...nothing,
  },
  {
    name: 'one disk of two that is 82 % full',
    alert: 'NodeUseHigh',
    at: '25m',
    series: {
      'node_filesystem_avail_bytes{node="alfa",mountpoint="/",fstype="ext4"}': '90x40',
      'node_filesystem_size_bytes{node="alfa",mountpoint="/",fstype="ext4"}': '100x40',
      'node_filesystem_avail_bytes{node="alfa",mountpoint="/data",fstype="ext4"}': '18x40',
      'node_filesystem_size_bytes{node="alfa",mountpoint="/data",fstype="ext4"}': '100x40',
    },
    fires: [
      {
        labels: { node: 'alfa', resource: 'disk', severity: 'warning' },
        summary: 'disk of alfa is 82% used, more than 80 %',
      },
    ],
  },
  {
    name: 'a full file system in memory',
    alert: 'NodeUseHigh',
    at: '25m',
    series: {
      'node_filesystem_avail_bytes{node="alfa",mountpoint="/run",fstype="tmpfs"}': '1x40',
      'node_filesystem_size_bytes{node="alfa",mountpoint="/run",fstype="tmpfs"}': '100x40',
    },
    ...nothing,
  },
];

const podSuccess: readonly AlertCase[] = [
  {
    name: 'one of twenty pods that is not ready for a day',
    alert: 'PodSuccessLow',
    at: '60m',
    series: { ...pods(19), ...pod('broken', {}) },
    fires: [
      {
        labels: { severity: 'critical' },
        summary: '95% of pods were fine within a day, less than 99 %',
      },
    ],
  },
  {
    name: 'one of two hundred pods',
    alert: 'PodSuccessLow',
    at: '60m',
    series: { ...pods(199), ...pod('broken', {}) },
    ...nothing,
  },
  {
    name: 'a pod that failed less than a day ago',
    alert: 'PodSuccessLow',
    at: '60m',
    series: { ...pods(19), ...pod('failed', { phase: 'Failed', created: '@-3600' }) },
    fires: [
      { labels: { severity: 'critical' }, summary: '95% of pods were fine within a day, less than 99 %' },
    ],
  },
  {
    name: 'a pod that failed two days ago and is kept',
    alert: 'PodSuccessLow',
    at: '60m',
    series: { ...pods(19), ...pod('failed', { phase: 'Failed', created: '@-172800' }) },
    ...nothing,
  },
  {
    name: 'a pod that ended well',
    alert: 'PodSuccessLow',
    at: '60m',
    series: { ...pods(19), ...pod('done', { phase: 'Succeeded' }) },
    ...nothing,
  },
  {
    name: 'a pod that starts',
    alert: 'PodSuccessLow',
    at: '60m',
    series: { ...pods(19), ...pod('new', { phase: 'Pending', created: '@3300' }) },
    ...nothing,
  },
];

const ready = (node: string): string =>
  `kube_node_status_condition{node="${node}",condition="Ready",status="true"}`;

/** With a window of a day, so that a run takes no minutes. */
const uptime: readonly AlertCase[] = [
  {
    name: 'a node that was away for 20 minutes of a day',
    alert: 'UptimeLow',
    at: '1450m',
    series: { [ready('alfa')]: '1x1000 0x19 1x500', [ready('bravo')]: '1x1520' },
    fires: [
      {
        labels: { node: 'alfa', severity: 'critical' },
        summary: 'alfa was Ready for 98.61% of 1d, less than 99.5 %',
      },
    ],
  },
  {
    name: 'a node that was away for 6 minutes of a day',
    alert: 'UptimeLow',
    at: '1450m',
    series: { [ready('alfa')]: '1x1000 0x5 1x514' },
    ...nothing,
  },
];

const app = (name: string, status: string): string =>
  `argocd_app_info{namespace="argocd",name="${name}",project="default",sync_status="${status}"}`;
const flux = (name: string, more: string): string => `gotk_resource_info{name="${name}",${more}}`;
const queue = (what: string): string =>
  `offline_queue_${what}_messages_total{namespace="shop",app="till",pod="till-0"}`;

const sync: readonly AlertCase[] = [
  {
    name: 'one Application of ten that is never in sync',
    alert: 'SyncSuccessLow',
    at: '60m',
    series: {
      ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [app(`a${i}`, 'Synced'), '1x90'])),
      [app('broken', 'OutOfSync')]: '1x90',
    },
    fires: [
      {
        labels: { by: 'argo-cd', severity: 'warning' },
        summary: '90% of what argo-cd applies was in sync within a day, less than 95 %',
      },
    ],
  },
  {
    name: 'Applications of which none is in sync',
    alert: 'SyncSuccessLow',
    at: '60m',
    series: { [app('broken', 'OutOfSync')]: '1x90' },
    fires: [
      {
        labels: { by: 'argo-cd', severity: 'warning' },
        summary: '0% of what argo-cd applies was in sync within a day, less than 95 %',
      },
    ],
  },
  {
    name: 'an Application of ten that is out of sync for 20 minutes of an hour',
    alert: 'SyncSuccessLow',
    at: '60m',
    series: {
      ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [app(`a${i}`, 'Synced'), '1x90'])),
      [app('now-and-then', 'Synced')]: '1x40 _x19 1x30',
      [app('now-and-then', 'OutOfSync')]: '_x41 1x18 _x30',
    },
    ...nothing,
  },
  {
    name: 'a Kustomization of three that is not ready',
    alert: 'SyncSuccessLow',
    at: '60m',
    series: {
      [flux('one', 'ready="True"')]: '1x90',
      [flux('two', 'ready="True"')]: '1x90',
      [flux('three', 'ready="False"')]: '1x90',
    },
    fires: [
      {
        labels: { by: 'flux', severity: 'warning' },
        summary: '66.67% of what flux applies was in sync within a day, less than 95 %',
      },
    ],
  },
  {
    name: 'a Kustomization that is suspended',
    alert: 'SyncSuccessLow',
    at: '60m',
    series: {
      [flux('one', 'ready="True"')]: '1x90',
      [flux('three', 'ready="False",suspended="true"')]: '1x90',
    },
    ...nothing,
  },
  {
    name: 'a queue that turned a tenth of its messages away',
    alert: 'QueueSuccessLow',
    at: '120m',
    series: {
      [queue('delivered')]: '0+9x200',
      [queue('turned_away')]: '0+1x200',
      [queue('expired')]: '0x200',
      [queue('corrupt')]: '0x200',
    },
    fires: [
      {
        labels: { namespace: 'shop', app: 'till', severity: 'warning' },
        summary: '90% of the messages of shop/till arrived within a day, less than 95 %',
      },
    ],
  },
  {
    name: 'a queue that turned one message of thirty away',
    alert: 'QueueSuccessLow',
    at: '120m',
    series: {
      [queue('delivered')]: '0+29x200',
      [queue('turned_away')]: '0+1x200',
      [queue('expired')]: '0x200',
      [queue('corrupt')]: '0x200',
    },
    ...nothing,
  },
  {
    name: 'a queue without a message',
    alert: 'QueueSuccessLow',
    at: '120m',
    series: Object.fromEntries(
      ['delivered', 'turned_away', 'expired', 'corrupt'].map((what) => [queue(what), '0x200']),
    ),
    ...nothing,
  },
];

const memory = (node: string, podName: string, container: string, namespace = 'monitoring-nodes'): string =>
  `container_memory_working_set_bytes{node="${node}",namespace="${namespace}",pod="${podName}",container="${container}"}`;

const agents: readonly AlertCase[] = [
  {
    name: 'two agents that take 110 MB together on one node',
    alert: 'AgentMemoryHigh',
    at: '25m',
    series: {
      [memory('alfa', 'log-agent-a', 'log-agent')]: '80e6x40',
      [memory('alfa', 'node-exporter-a', 'node-exporter')]: '30e6x40',
      [memory('bravo', 'log-agent-b', 'log-agent')]: '60e6x40',
    },
    fires: [
      {
        labels: { node: 'alfa', severity: 'warning' },
        summary: 'the agents on alfa take 104.9MiB, more than 100M',
      },
    ],
  },
  {
    name: 'agents that take 99 MB, counted without the sum of each pod, beside what is no agent',
    alert: 'AgentMemoryHigh',
    at: '25m',
    series: {
      [memory('alfa', 'log-agent-a', 'log-agent')]: '99e6x40',
      [memory('alfa', 'log-agent-a', '')]: '99e6x40',
      [memory('alfa', 'metrics-store-0', 'metrics-store', 'monitoring')]: '300e6x40',
    },
    ...nothing,
  },
];

const last = 'velero_backup_last_successful_timestamp{schedule="nightly"}';
const attempts = 'velero_backup_attempt_total{schedule="nightly"}';
const dumped = 'kube_cronjob_status_last_successful_time{namespace="shop",cronjob="db-dump"}';
const dump = 'kube_cronjob_created{namespace="shop",cronjob="db-dump"}';

const backups: readonly AlertCase[] = [
  {
    name: 'a backup that is 27 hours old',
    alert: 'BackupTooOld',
    at: '30h',
    series: { [last]: '@10800x1900', [attempts]: '3x1900' },
    fires: [
      {
        labels: { by: 'velero', schedule: 'nightly', severity: 'critical' },
        summary: 'the last good backup of nightly is older than 26h',
      },
    ],
  },
  {
    name: 'a backup that is 25 hours old',
    alert: 'BackupTooOld',
    at: '30h',
    series: { [last]: '@18000x1900', [attempts]: '3x1900' },
    ...nothing,
  },
  {
    name: 'a dump that is 30 hours old',
    alert: 'BackupTooOld',
    at: '1h',
    series: { [dumped]: '@-104400x90' },
    fires: [
      {
        labels: { by: 'dump', namespace: 'shop', cronjob: 'db-dump', severity: 'critical' },
        summary: 'the last good backup of shop/db-dump is older than 26h',
      },
    ],
  },
  {
    name: 'another CronJob that did nothing for 30 hours',
    alert: 'BackupTooOld',
    at: '1h',
    series: { 'kube_cronjob_status_last_successful_time{namespace="shop",cronjob="report"}': '@-104400x90' },
    ...nothing,
  },
  {
    name: 'a schedule and a dump that never made a good backup',
    alert: 'BackupMissing',
    at: '27h',
    series: { [attempts]: '0x1650', [dump]: '0x1650' },
    fires: [
      {
        labels: { schedule: 'nightly', severity: 'critical' },
        summary: 'no backup of nightly was ever good',
      },
      {
        labels: { namespace: 'shop', cronjob: 'db-dump', severity: 'critical' },
        summary: 'no backup of shop/db-dump was ever good',
      },
    ],
  },
  {
    name: 'a schedule that made its first good backup after a day',
    alert: 'BackupMissing',
    at: '27h',
    series: { [attempts]: '0x1650', [last]: '_x1440 @86400x210', [dump]: '0x1650', [dumped]: '_x100 1x1550' },
    ...nothing,
  },
];

const missing: readonly AlertCase[] = [
  {
    name: 'a target that is down for 20 minutes, and one that comes back',
    alert: 'TargetDown',
    at: '30m',
    series: {
      'up{job="pods",instance="web"}': '1x8 0x30',
      'up{job="pods",instance="db"}': '1x8 0x10 1x20',
    },
    fires: [
      {
        labels: { job: 'pods', instance: 'web', severity: 'warning' },
        summary: 'pods at web gives no metrics',
      },
    ],
  },
  {
    name: 'no series at all',
    alert: 'MetricsMissing',
    at: '30m',
    series: { 'up{job="pods",instance="web"}': '1x40' },
    fires: [
      {
        labels: { resource: 'memory', severity: 'critical' },
        summary: 'no metrics of nodes or pods arrive: no other alert can fire',
      },
      {
        labels: { severity: 'critical' },
        summary: 'no metrics of nodes or pods arrive: no other alert can fire',
      },
    ],
  },
  {
    name: 'a cluster that answers',
    alert: 'MetricsMissing',
    at: '30m',
    series: {
      ...pods(1),
      [ready('alfa')]: '1x40',
      'node_memory_MemAvailable_bytes{node="alfa"}': '50x40',
      'node_memory_MemTotal_bytes{node="alfa"}': '100x40',
    },
    ...nothing,
  },
];

/** Each alert with series on which it fires, and some on which it nearly does. */
export const ALERT_CASES: readonly AlertCase[] = [
  ...nodeUse,
  ...podSuccess,
  ...uptime,
  ...sync,
  ...agents,
  ...backups,
  ...missing,
];
