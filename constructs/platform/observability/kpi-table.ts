import { bytesOf } from '../../../lib/cluster/quantity';
import { millisecondsOf } from '../../../lib/workloads/duration';
import type { CompleteThresholds } from './kpi-thresholds';
import {
  AGENT_MEMORY,
  BACKUP_AGE,
  DUMPS,
  NODE_UP,
  NODE_USE,
  POD_SUCCESS,
  QUEUE_SUCCESS,
  SYNC_SUCCESS,
} from './recording-rules';

/** One alert: what is looked at, when it fires, and what a person does then. Also a panel of the dashboard where it has a `value`. */
export interface Kpi {
  readonly alert: string;

  /** What the panel shows; `undefined` for an alert that has no value to show. */
  readonly value?: KpiValue;
  readonly expression: string;

  /** How long it must hold. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';

  /** In one line, with what the series says about itself. */
  readonly summary: string;
  readonly action: string;
}

/** A line of the dashboard. */
export interface KpiValue {
  readonly title: string;
  readonly expression: string;
  readonly unit: 'percentunit' | 'bytes' | 's';

  /** Names the lines. */
  readonly legend: string;
  readonly threshold: number;

  /** The side of the threshold that is bad. */
  readonly bad: 'above' | 'below';
}

/** All KPIs, in the order they are shown. */
export function kpiTable(thresholds: CompleteThresholds): readonly Kpi[] {
  return [
    ...nodeKpis(thresholds),
    ...shareKpis(thresholds),
    ...backupKpis(thresholds),
    {
      alert: 'TargetDown',
      expression: 'up == 0',
      for: '15m',
      severity: 'warning',
      summary: '{{ $labels.job }} at {{ $labels.instance }} gives no metrics',
      action: 'See whether it runs, and whether a NetworkPolicy keeps the store away from its port.',
    },
    {
      alert: 'MetricsMissing',
      expression: `absent(${NODE_USE}{resource="memory"}) or absent(${POD_SUCCESS}) or absent(${NODE_UP})`,
      for: '15m',
      severity: 'critical',
      summary: 'no metrics of nodes or pods arrive: no other alert can fire',
      action: 'See whether node-exporter and kube-state-metrics run.',
    },
  ];
}

function nodeKpis({ nodeUse, uptime, uptimeWindow, agentMemory }: CompleteThresholds): Kpi[] {
  const memory = bytesOf(agentMemory);
  const upShare = `avg_over_time(${NODE_UP}[${uptimeWindow}])`;
  return [
    {
      alert: 'NodeUseHigh',
      value: above('Node use', NODE_USE, 'percentunit', '{{node}} {{resource}}', share(nodeUse)),
      expression: `${NODE_USE} > ${share(nodeUse)}`,
      for: '15m',
      severity: 'warning',
      summary: `{{ $labels.resource }} of {{ $labels.node }} is {{ $value | humanizePercentage }} used, more than ${nodeUse} %`,
      action: 'Move or shrink what runs there, remove images and old data, or add a node.',
    },
    {
      alert: 'UptimeLow',
      value: below('Uptime of nodes', upShare, 'percentunit', '{{node}}', share(uptime)),
      expression: `${upShare} < ${share(uptime)}`,
      for: '5m',
      severity: 'critical',
      summary: `{{ $labels.node }} was Ready for {{ $value | humanizePercentage }} of ${uptimeWindow}, less than ${uptime} %`,
      action: 'See why it was not: kubectl describe node, and the log of K3s on it.',
    },
    {
      alert: 'AgentMemoryHigh',
      value: above('Memory of agents', AGENT_MEMORY, 'bytes', '{{node}}', memory),
      expression: `${AGENT_MEMORY} > ${memory}`,
      for: '15m',
      severity: 'warning',
      summary: `the agents on {{ $labels.node }} take {{ $value | humanize1024 }}B, more than ${agentMemory}`,
      action: 'See which container grew; a pod that logs much makes the log agent grow.',
    },
  ];
}

function shareKpis({ podSuccess, syncSuccess }: CompleteThresholds): Kpi[] {
  const pods = `avg_over_time(${POD_SUCCESS}[1d])`;
  const synced = `avg_over_time(${SYNC_SUCCESS}[1d])`;
  return [
    {
      alert: 'PodSuccessLow',
      value: below('Pods that run or ended well', pods, 'percentunit', 'all pods', share(podSuccess)),
      expression: `${pods} < ${share(podSuccess)}`,
      for: '10m',
      severity: 'critical',
      summary: `{{ $value | humanizePercentage }} of pods were fine within a day, less than ${podSuccess} %`,
      action: 'The series k3stack:pod_failing:bool names the pods; kubectl describe pod says why.',
    },
    {
      alert: 'SyncSuccessLow',
      value: below('In sync with Git', synced, 'percentunit', '{{by}}', share(syncSuccess)),
      expression: `${synced} < ${share(syncSuccess)}`,
      for: '10m',
      severity: 'warning',
      summary: `{{ $value | humanizePercentage }} of what {{ $labels.by }} applies was in sync within a day, less than ${syncSuccess} %`,
      action: 'See the conditions of Applications, Kustomizations and HelmReleases.',
    },
    {
      alert: 'QueueSuccessLow',
      value: below(
        'Messages that arrived',
        QUEUE_SUCCESS,
        'percentunit',
        '{{namespace}}/{{app}}',
        share(syncSuccess),
      ),
      expression: `${QUEUE_SUCCESS} < ${share(syncSuccess)}`,
      for: '10m',
      severity: 'warning',
      summary: `{{ $value | humanizePercentage }} of the messages of {{ $labels.namespace }}/{{ $labels.app }} arrived within a day, less than ${syncSuccess} %`,
      action: 'The queue is full or its messages too old: see its upstream, and its size and lifetime.',
    },
  ];
}

function backupKpis({ backupAge }: CompleteThresholds): Kpi[] {
  const seconds = millisecondsOf(backupAge) / 1000;
  const action = 'kubectl -n velero get backups says why for Velero, the log of its Job for a dump.';
  return [
    {
      alert: 'BackupTooOld',
      value: above('Age of backups', BACKUP_AGE, 's', '{{schedule}}{{namespace}} {{cronjob}}', seconds),
      expression: `${BACKUP_AGE} > ${seconds}`,
      for: '10m',
      severity: 'critical',
      summary: `the last good backup of ${NAME} is older than ${backupAge}`,
      action,
    },
    {
      alert: 'BackupMissing',
      expression: [
        '(max by (schedule) (velero_backup_attempt_total{schedule!=""}) unless on (schedule)',
        'max by (schedule) (velero_backup_last_successful_timestamp{schedule!=""} > 0))',
        `or (max by (namespace, cronjob) (kube_cronjob_created{${DUMPS}}) unless on (namespace, cronjob)`,
        `max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{${DUMPS}}))`,
      ].join(' '),
      for: backupAge,
      severity: 'critical',
      summary: `no backup of ${NAME} was ever good`,
      action,
    },
  ];
}

/** Percent as a share, without what binary fractions add. */
function share(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}

type ValueText = readonly [
  title: string,
  expression: string,
  unit: KpiValue['unit'],
  legend: string,
  threshold: number,
];

/** A schedule of Velero, or a CronJob that dumps. */
const NAME = '{{ $labels.schedule }}{{ with $labels.cronjob }}{{ $labels.namespace }}/{{ . }}{{ end }}';

function above(...[title, expression, unit, legend, threshold]: ValueText): KpiValue {
  return { title, expression, unit, legend, threshold, bad: 'above' };
}

function below(...[title, expression, unit, legend, threshold]: ValueText): KpiValue {
  return { title, expression, unit, legend, threshold, bad: 'below' };
}
