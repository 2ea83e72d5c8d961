import { kpiTable } from './kpi-table';
import type { CompleteThresholds } from './kpi-thresholds';
import { recordingRules, type RecordingRule } from './recording-rules';

/** A rule that fires. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A file of rules, as Prometheus and vmalert read it. */
export interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: string;
    readonly rules: readonly (RecordingRule | AlertRule)[];
  }[];
}

/**
 * The rules of all KPIs, in PromQL: Prometheus and VictoriaMetrics read them alike.
 *
 * @param nodeNamespace Namespace of the agents on every node.
 */
export function kpiRules(thresholds: CompleteThresholds, nodeNamespace: string): RuleFile {
  const alerts = kpiTable(thresholds).map(
    ({ alert, expression, for: period, severity, summary, action }): AlertRule => ({
      alert,
      expr: expression,
      for: period,
      labels: { severity },
      annotations: { summary, action },
    }),
  );
  return {
    groups: [{ name: 'k3stack-kpi', interval: '1m', rules: [...recordingRules(nodeNamespace), ...alerts] }],
  };
}
