import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { Logs } from '../../../constructs/platform/observability/logs';
import type { LogsProps } from '../../../constructs/platform/observability/logs-settings';
import { Metrics } from '../../../constructs/platform/observability/metrics';
import type { MetricsProps } from '../../../constructs/platform/observability/metrics-settings';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { SecretRef, secret } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';
import type { PolicyException } from '../policy-exceptions';

const resources = { requests: { cpu: '20m' }, limits: { memory: '512Mi' } };
const smtp = { to: 'ops@example.org', from: 'k3s@example.org', smarthost: 'smtp.example.org:587' };
const metrics = pairs<MetricsProps>({
  retention: [undefined, '60d'],
  volume: [undefined, { size: '20Gi', storageClass: 'local-path' }],
  interval: [undefined, '1m'],
  thresholds: [undefined, { nodeUse: 90, uptime: 99.9, uptimeWindow: '7d', agentMemory: '80M' }],
  receiver: [
    undefined,
    { webhook: { url: secret('alerts-url') } },
    { slack: { url: SecretRef.existing({ name: 'slack', key: 'address' }), channel: '#ops' } },
    { telegram: { botToken: secret('bot'), chatId: -100 } },
    { email: smtp },
    { email: { ...smtp, username: 'k3s', password: secret('smtp') } },
  ],
  grafana: [
    undefined,
    { password: secret('grafana') },
    { password: secret('grafana'), host: 'grafana.example.org' },
  ],
  scrape: [undefined, [{ job_name: 'router', static_configs: [{ targets: ['10.0.0.1:9100'] }] }]],
  verifyKubelets: [undefined, false],
  resources: [undefined, resources],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
});

const logs = pairs<Omit<LogsProps, 'forward'>>({
  retention: [undefined, '2w'],
  volume: [undefined, { size: '20Gi', storageClass: 'local-path' }],
  excludeNamespaces: [undefined, ['kube-system']],
  buffer: [undefined, '1Gi'],
  resources: [undefined, resources],
  agentResources: [undefined, { requests: { memory: '40Mi' } }],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
});
const forwarded = pairs<NonNullable<LogsProps['forward']>>({
  url: ['https://logs.example.org/insert/native', secret('logs-url')],
  token: [undefined, SecretRef.existing({ name: 'logs', key: 'token' })],
  format: [undefined, 'jsonline'],
});

const exceptions: readonly PolicyException[] = [
  {
    object: 'DaemonSet monitoring-nodes/node-exporter',
    policies: ['no-host'],
    reason:
      "reads the host's file systems and its /proc, as node_exporter's README has it; as nobody, and read-only",
  },
  {
    object: 'DaemonSet monitoring-nodes/log-agent',
    policies: ['no-host', 'non-root'],
    reason:
      'reads the log files of all containers, which only root may, and keeps on the node how far it has read',
  },
];

const build = (name: string, make: ApiCase['build']): ApiCase => ({
  name,
  exceptions,
  build: (cluster, environment) => {
    new LocalPathStorage(cluster, 'local-path');
    new Traefik(cluster, 'traefik');
    make(cluster, environment);
  },
});

export const cases: readonly ApiCase[] = [
  ...metrics.map((props) =>
    build(`Metrics ${describePair(props)}`, (cluster) => void new Metrics(cluster, 'metrics', props)),
  ),
  build('Metrics without a volume', (cluster) => void new Metrics(cluster, 'metrics', { volume: 'scratch' })),
  ...logs.map((props) =>
    build(`Logs ${describePair(props)}`, (cluster) => void new Logs(cluster, 'logs', props)),
  ),
  ...forwarded.map((forward) =>
    build(
      `Logs sent elsewhere ${describePair(forward)}`,
      (cluster) => void new Logs(cluster, 'logs', { forward }),
    ),
  ),
  build('Logs without a volume, beside metrics', (cluster) => {
    new Logs(cluster, 'logs', { volume: 'scratch' });
    new Metrics(cluster, 'metrics');
  }),
];
