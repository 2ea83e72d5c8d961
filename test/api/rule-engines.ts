import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleFile } from '../../constructs/platform/observability/alert-rules';
import { goProgram } from '../support/go-program';
import type { AlertCase } from './alerts-series';

/** Prometheus's own evaluation of rules, built where it is not there yet: some minutes. */
export function promtoolBinary(): string {
  return goProgram({
    title: 'promtool',
    sources: join(__dirname, 'prometheus'),
    folder: 'api',
    name: 'promtool',
    package: 'github.com/prometheus/prometheus/cmd/promtool',
  });
}

/** A program of VictoriaMetrics, of the version that clusters get. */
export function victoriaMetricsBinary(name: 'victoria-metrics' | 'vmalert' | 'vmalert-tool'): string {
  process.env['CGO_ENABLED'] = '0'; // its Go parts do the same, and need no C compiler
  return goProgram({
    title: name,
    sources: join(__dirname, 'victoria-metrics'),
    folder: 'api',
    name,
    package: `github.com/VictoriaMetrics/VictoriaMetrics/app/${name}`,
  });
}

/** What an engine says of rules that are tried on made-up series; empty when every alert fires as the case says. */
export function tryRules(
  engine: 'prometheus' | 'victoria-metrics',
  rules: RuleFile,
  entry: AlertCase,
): string {
  return inFolder((folder) => {
    const file = join(folder, 'test.json'); // JSON is YAML
    writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
    writeFileSync(file, JSON.stringify(testFile(rules, entry, START[engine])));
    const [program, args] =
      engine === 'prometheus'
        ? [promtoolBinary(), ['test', 'rules', file]]
        : [
            victoriaMetricsBinary('vmalert-tool'),
            ['unittest', `--files=${file}`, '--disableAlertgroupLabel'],
          ];
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}\n${stderr}`;
  });
}

/** Seconds since 1970 at which series begin: promtool's, and VictoriaMetrics/VictoriaMetrics@v1.150.0:app/vmalert-tool/unittest/unittest.go. */
const START = { prometheus: 0, 'victoria-metrics': 946_684_800 } as const;

/** The form that promtool and vmalert-tool have in common. */
function testFile(rules: RuleFile, { alert, series, at, fires }: AlertCase, start: number): object {
  const values = (text: string): string =>
    text.replace(/@(-?\d+)/g, (_, after: string) => String(start + Number(after)));
  const rule = rules.groups
    .flatMap((group) => group.rules)
    .find((each) => 'alert' in each && each.alert === alert);
  const annotations = rule !== undefined && 'annotations' in rule ? rule.annotations : {};
  return {
    rule_files: ['rules.json'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, text]) => ({ series: name, values: values(text) })),
        alert_rule_test: [
          {
            eval_time: at,
            alertname: alert,
            exp_alerts: fires.map(({ labels, summary }) => ({
              exp_labels: labels,
              exp_annotations: { ...annotations, summary },
            })),
          },
        ],
      },
    ],
  };
}

/** What a program says against a file that it is only to read; empty when nothing. */
export function dryRun(
  program: 'victoria-metrics' | 'vmalert',
  option: '-promscrape.config' | '-rule',
  content: object,
): string {
  return inFolder((folder) => {
    const file = join(folder, 'config.json'); // JSON is YAML
    writeFileSync(file, JSON.stringify(content));
    const flag = option === '-rule' ? '-dryRun' : '-promscrape.config.dryRun';
    const { status, stderr } = spawnSync(victoriaMetricsBinary(program), [`${option}=${file}`, flag], {
      cwd: folder,
      encoding: 'utf8',
    });
    return status === 0 ? '' : stderr;
  });
}

/** Runs something in a folder that is gone afterwards. */
export function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-rules-'));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
