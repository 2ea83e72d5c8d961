import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { kpiRules } from '../../../constructs/platform/observability/alert-rules';
import { kpiDashboard } from '../../../constructs/platform/observability/dashboards';
import { kpiTable } from '../../../constructs/platform/observability/kpi-table';
import { completeThresholds } from '../../../constructs/platform/observability/kpi-thresholds';

const page = readFileSync('docs/observability.md', 'utf8');
const defaults = kpiTable(completeThresholds());

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
  readonly fieldConfig: {
    readonly defaults: {
      readonly thresholds: { readonly steps: readonly { color: string; value: number | null }[] };
    };
  };
}
const panelsOf = (thresholds = completeThresholds()): readonly Panel[] =>
  (kpiDashboard(thresholds) as { panels: readonly Panel[] }).panels;

describe('KPIs', () => {
  test('are in the table of the page, as the rules have them', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (.+?) \| (\w+) \| (\w+) \|$/gm)].map(
      ([, alert, when, period, severity]) => [alert, when, period, severity],
    );
    // Two are too long for a table, and said in words.
    const inWords = ['BackupMissing', 'MetricsMissing'];
    expect(rows.map(([alert]) => alert)).toEqual(defaults.map(({ alert }) => alert));
    for (const { alert, expression, for: period, severity } of defaults)
      expect(rows).toContainEqual([
        alert,
        inWords.includes(alert) ? expect.any(String) : `\`${expression}\``,
        period,
        severity,
      ]);
  });

  test('follow their thresholds', () => {
    const changed = kpiTable(
      completeThresholds({
        nodeUse: 90,
        podSuccess: 99.9,
        uptime: 99,
        uptimeWindow: '7d',
        syncSuccess: 80,
        agentMemory: '64Mi',
        backupAge: '7d',
      }),
    );
    const byAlert = Object.fromEntries(changed.map((kpi) => [kpi.alert, kpi]));
    expect(byAlert['NodeUseHigh']?.expression).toBe('k3stack:node_use:ratio > 0.9');
    expect(byAlert['PodSuccessLow']?.expression).toMatch(/< 0\.999$/);
    expect(byAlert['UptimeLow']?.expression).toBe('avg_over_time(k3stack:node_up:bool[7d]) < 0.99');
    expect(byAlert['SyncSuccessLow']?.expression).toMatch(/< 0\.8$/);
    expect(byAlert['QueueSuccessLow']?.expression).toMatch(/< 0\.8$/);
    expect(byAlert['AgentMemoryHigh']?.expression).toMatch(/> 67108864$/);
    expect(byAlert['BackupTooOld']?.expression).toMatch(/> 604800$/);
    expect(byAlert['BackupMissing']?.for).toBe('7d');
  });

  test('each says in one line what is wrong, and what to do', () => {
    for (const { summary, action } of defaults) {
      expect(summary).not.toMatch(/\n/);
      expect(action).toMatch(/\.$/);
    }
  });

  test('are recorded and alerted in one group, so that an alert sees what was just computed', () => {
    const { groups } = kpiRules(completeThresholds(), 'monitoring-nodes');
    expect(groups).toHaveLength(1);
    const rules = groups[0]?.rules ?? [];
    const firstAlert = rules.findIndex((rule) => 'alert' in rule);
    expect(rules.slice(firstAlert).every((rule) => 'alert' in rule)).toBe(true);
  });
});

describe('the dashboard', () => {
  test('shows each KPI as a number and as a course', () => {
    const titles = defaults.flatMap(({ value }) => (value === undefined ? [] : [value.title]));
    for (const type of ['stat', 'timeseries'])
      expect(
        panelsOf()
          .filter((panel) => panel.type === type)
          .map(({ title }) => title),
      ).toEqual(titles);
  });

  test('gives panels ids of their own and places that do not overlap, within 24 columns', () => {
    const panels = panelsOf();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  test('is red where the alert fires', () => {
    const [use] = panelsOf(completeThresholds({ nodeUse: 70 }));
    expect(use?.fieldConfig.defaults.thresholds.steps).toEqual([
      { color: 'green', value: null },
      { color: 'red', value: 0.7 },
    ]);
    const uptime = panelsOf().find(({ title }) => title === 'Uptime of nodes');
    expect(uptime?.fieldConfig.defaults.thresholds.steps).toEqual([
      { color: 'red', value: null },
      { color: 'green', value: 0.995 },
    ]);
    expect(uptime?.targets[0]?.expr).toBe('min(avg_over_time(k3stack:node_up:bool[30d]))');
  });
});
