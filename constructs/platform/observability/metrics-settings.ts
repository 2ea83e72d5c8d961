import type { ContainerResources } from '../../workloads/resources';
import type { GrafanaSettings } from './grafana';
import type { KpiThresholds } from './kpi-thresholds';
import type { AlertReceiver } from './receiver';
import type { StoreVolume } from './store-settings';

export interface MetricsProps {
  /** How long metrics are kept: days `d`, weeks `w` or years `y`. @default '35d' - the 30 days of the KPI of uptime, and some */
  readonly retention?: string;

  /** Where they are kept; `scratch` is gone with the pod, so it takes no `retention`. @default - a claim of 5Gi of the default class */
  readonly volume?: StoreVolume | 'scratch';

  /** How often every number is asked for. @default '30s' */
  readonly interval?: string;

  /** What each KPI is held to. @default - see `KpiThresholds` */
  readonly thresholds?: KpiThresholds;

  /** Who gets alerts. @default - nobody: alerts are a series, ALERTS, and shown by the dashboard; no pod delivers them */
  readonly receiver?: AlertReceiver;

  /** Dashboards in a browser. @default - none: the dashboard is a ConfigMap that any Grafana can load */
  readonly grafana?: GrafanaSettings;

  /** Further `scrape_configs`, as Prometheus has them. @default - none */
  readonly scrape?: readonly Readonly<Record<string, unknown>>[];

  /** Hold kubelets' certificates against the cluster's authority. @default - true in a K3s cluster, which signs them itself; else false */
  readonly verifyKubelets?: boolean;

  /** Of the store. @default - requests of 50m and 128Mi, a memory limit of 384Mi */
  readonly resources?: ContainerResources;

  /** Labels of the nodes for what runs once. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}
