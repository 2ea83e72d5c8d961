import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { kpiTable, type KpiValue } from './kpi-table';
import type { CompleteThresholds } from './kpi-thresholds';

/** Name of the data source that dashboards ask unless a person chooses another. */
export const DATA_SOURCE = 'metrics';

/**
 * The dashboard of all KPIs, in the JSON of Grafana: for each a number that is red beyond its threshold, and its course below.
 * Fields: grafana/grafana@00139e84:kinds/dashboard/dashboard_kind.cue.
 */
export function kpiDashboard(thresholds: CompleteThresholds): object {
  const values = kpiTable(thresholds).flatMap(({ value }) => (value === undefined ? [] : [value]));
  return {
    uid: 'k3stack-kpi',
    title: 'KPIs',
    tags: ['k3stack'],
    schemaVersion: 36,
    editable: true,
    timezone: 'browser',
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          current: { text: DATA_SOURCE, value: DATA_SOURCE },
        },
      ],
    },
    annotations: { list: [] },
    panels: values.flatMap((value, index) => [stat(value, index, values.length), course(value, index)]),
  };
}

/** The dashboard as a ConfigMap, which a Grafana with the sidecar of its chart finds by the label `grafana_dashboard`. */
export function dashboardConfigMap(scope: Construct, id: string, dashboard: object): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'kpi-dashboard',
      labels: { grafana_dashboard: '1', 'app.kubernetes.io/managed-by': 'k3stack' },
    },
    data: { [DASHBOARD_FILE]: JSON.stringify(dashboard, null, 1) },
  });
}

export const DASHBOARD_FILE = 'kpi.json';

/** The worst of all series now. */
function stat(value: KpiValue, index: number, count: number): object {
  const width = Math.floor(COLUMNS / count);
  return {
    ...panel(value, index + 1),
    type: 'stat',
    gridPos: { x: index * width, y: 0, w: width, h: 4 },
    targets: [target(`${value.bad === 'above' ? 'max' : 'min'}(${value.expression})`, value.title)],
    options: {
      colorMode: 'background',
      graphMode: 'none',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  };
}

function course(value: KpiValue, index: number): object {
  const half = COLUMNS / 2;
  return {
    ...panel(value, index + 101),
    type: 'timeseries',
    gridPos: { x: (index % 2) * half, y: 4 + Math.floor(index / 2) * 8, w: half, h: 8 },
    targets: [target(value.expression, value.legend)],
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

function panel({ title, unit, threshold, bad }: KpiValue, id: number): object {
  const [low, high] = bad === 'above' ? ['green', 'red'] : ['red', 'green'];
  return {
    id,
    title,
    datasource: { type: 'prometheus', uid: '${datasource}' },
    fieldConfig: {
      defaults: {
        unit,
        ...(unit === 'percentunit' && { max: 1 }),
        custom: { thresholdsStyle: { mode: 'line' } },
        thresholds: {
          mode: 'absolute',
          steps: [
            { color: low, value: null },
            { color: high, value: threshold },
          ],
        },
      },
      overrides: [],
    },
  };
}

function target(expr: string, legendFormat: string): object {
  return { refId: 'A', expr, legendFormat, datasource: { type: 'prometheus', uid: '${datasource}' } };
}

/** Width of a dashboard. */
const COLUMNS = 24;
