import { describe, expect, test } from '@jest/globals';
import { kpiRules } from '../../constructs/platform/observability/alert-rules';
import { completeThresholds } from '../../constructs/platform/observability/kpi-thresholds';
import { scrapeConfig } from '../../constructs/platform/observability/scrape-config';
import { ALERT_CASES } from './alerts-series';
import { dryRun, tryRules } from './rule-engines';

const rules = kpiRules(completeThresholds({ uptimeWindow: '1d' }), 'monitoring-nodes');
const alerts = rules.groups
  .flatMap((group) => group.rules)
  .flatMap((rule) => ('alert' in rule ? [rule.alert] : []));

describe.each(['prometheus', 'victoria-metrics'] as const)('rules in %s', (engine) => {
  test.each(ALERT_CASES)(
    '$alert: $name',
    (entry) => {
      expect(tryRules(engine, rules, entry)).toBe('');
    },
    120_000,
  );

  test('a wrong expectation is found', () => {
    const [entry] = ALERT_CASES;
    if (entry === undefined) throw new Error('no cases');
    expect(tryRules(engine, rules, { ...entry, fires: [] })).toMatch(/NodeUseHigh/);
  }, 120_000);
});

test('VictoriaMetrics reads what it is to collect, and knows every field', () => {
  const settings = { interval: '30s', centralNamespace: 'monitoring', nodeNamespace: 'monitoring-nodes' };
  const config = scrapeConfig({ ...settings, verifyKubelets: true, more: [] });
  expect(dryRun('victoria-metrics', '-promscrape.config', config)).toBe('');
  expect(dryRun('victoria-metrics', '-promscrape.config', { ...config, scrapes: [] })).toMatch(/scrapes/);
}, 120_000);

test('vmalert reads the rules, with the thresholds of the defaults', () => {
  const all = kpiRules(completeThresholds(), 'monitoring-nodes');
  expect(dryRun('vmalert', '-rule', all)).toBe('');
  expect(
    dryRun('vmalert', '-rule', { groups: [{ name: 'wrong', rules: [{ record: 'a', expr: 'sum(' }] }] }),
  ).toMatch(/sum\(/);
}, 120_000);

test.each(alerts)('%s is tried on series that fire and on some that do not', (alert) => {
  const cases = ALERT_CASES.filter((entry) => entry.alert === alert);
  const kinds = new Set(cases.map(({ fires }) => fires.length > 0));
  // A target that is up again is the near miss of TargetDown.
  expect([...kinds].sort()).toEqual(alert === 'TargetDown' ? [true] : [false, true]);
});
