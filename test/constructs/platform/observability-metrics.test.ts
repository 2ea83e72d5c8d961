import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { Logs } from '../../../constructs/platform/observability/logs';
import { Metrics } from '../../../constructs/platform/observability/metrics';
import type { MetricsProps } from '../../../constructs/platform/observability/metrics-settings';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { SecretRef, secret } from '../../../lib/secret';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';
import { containerOf, data, podSpecOf } from '../../support/workloads';

function made(props: MetricsProps = {}, over: Partial<K3sClusterProps> = {}) {
  const cluster = k3sCluster(over);
  new LocalPathStorage(cluster, 'local-path');
  new Traefik(cluster, 'traefik');
  return { cluster, metrics: new Metrics(cluster, 'metrics', props) };
}

const problems = (props: MetricsProps, over: Partial<K3sClusterProps> = {}): string[] =>
  problemsIn(made(props, over).cluster);

/** A file of a ConfigMap, read as YAML. */
function fileOf(scope: ReturnType<typeof k3sCluster>, file: string): Loose {
  const map = objectsOf<{ kind: string; data: Record<string, string> }>(scope, 'ConfigMap').find(
    (each) => file in each.data,
  );
  return parse(map?.data[file] ?? '');
}

const jobOf = (scope: ReturnType<typeof k3sCluster>, name: string): Loose =>
  (fileOf(scope, 'scrape.yaml').scrape_configs as Loose[]).find((job) => job.job_name === name);

describe('Metrics', () => {
  test('is one store, an exporter on every node, the state of objects, and rules', () => {
    const { cluster } = made();
    expect(problemsIn(cluster)).toEqual([]);
    expect(schemaProblems(cluster)).toEqual([]);
    expect(() => synthesisOfCluster(cluster)).not.toThrow();
    const workloads = objectsIn(cluster).filter(({ kind }) => /Set|Deployment/.test(kind));
    expect(workloads.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'StatefulSet monitoring/metrics-store',
      'Deployment monitoring/kube-state-metrics',
      'Deployment monitoring/alert-rules',
      'DaemonSet monitoring-nodes/node-exporter',
    ]);
  });

  test('keeps 35 days on a claim of 5Gi', () => {
    const { metrics } = made();
    const { args } = containerOf(metrics.store as never);
    expect(args).toContain('-retentionPeriod=35d');
    expect(data(metrics.store).spec.volumeClaimTemplates[0].spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '5Gi' } },
    });
  });

  test('only the agents are in a namespace that lets them read the host', () => {
    const { cluster } = made();
    const levels = objectsOf<Named>(cluster, 'Namespace').map(({ metadata }) => [
      metadata.name,
      metadata.labels?.['pod-security.kubernetes.io/enforce'],
    ]);
    expect(Object.fromEntries(levels)).toMatchObject({
      monitoring: 'restricted',
      'monitoring-nodes': 'privileged',
    });
    const pods = objectsIn(cluster).filter(({ metadata }) => metadata.namespace === 'monitoring');
    expect(JSON.stringify(pods)).not.toContain('hostPath');
  });

  test('the exporter runs on all nodes as nobody, sees the host read-only, and has no port on it', () => {
    const { metrics } = made();
    const spec = podSpecOf(metrics.nodeExporter as never);
    expect(spec.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(spec.hostNetwork).toBeUndefined();
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_534 });
    expect(spec.containers[0].volumeMounts).toContainEqual({
      name: 'host',
      mountPath: '/host',
      readOnly: true,
      mountPropagation: 'HostToContainer',
    });
  });

  test('the store may read metrics of kubelets, and no more than lists of objects besides', () => {
    const { cluster } = made();
    const role = objectsOf<Loose>(cluster, 'ClusterRole').find(
      ({ metadata }) => metadata.name === 'monitoring-metrics-store',
    );
    expect(role.rules).toEqual([
      {
        apiGroups: [''],
        resources: ['nodes', 'pods', 'services', 'namespaces'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
    ]);
  });

  test('kube-state-metrics is asked for kinds that it may list, and Secrets are not among them', () => {
    const { cluster, metrics } = made();
    const [resources] = containerOf(metrics.kubeStateMetrics as never).args;
    const kinds = (resources as string).replace('--resources=', '').split(',');
    const role = objectsOf<Loose>(cluster, 'ClusterRole').find(
      ({ metadata }) => metadata.name === 'monitoring-kube-state-metrics',
    );
    const listed = (role.rules as { resources: string[] }[]).flatMap((rule) => rule.resources);
    expect(kinds.filter((kind) => !listed.includes(kind))).toEqual([]);
    expect(listed).not.toContain('secrets');
    expect(listed).toContain('kustomizations');
  });

  test('lets in who asks, and nobody else', () => {
    const { cluster } = made();
    const policy = (name: string): Loose =>
      objectsOf<Loose>(cluster, 'NetworkPolicy').find(({ metadata }) => metadata.name === name)?.spec;
    const scraper = { 'app.kubernetes.io/name': 'metrics-store' };
    expect(policy('node-exporter').ingress).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
            podSelector: { matchLabels: scraper },
          },
        ],
        ports: [{ port: 9100, protocol: 'TCP' }],
      },
    ]);
    expect(policy('metrics-store').ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'alert-rules' } } }],
        ports: [{ port: 8428, protocol: 'TCP' }],
      },
    ]);
  });

  test('asks kubelets, whose certificates K3s signs; those of other clusters are taken as they are', () => {
    const { cluster } = made();
    expect(jobOf(cluster, 'cadvisor').tls_config).toEqual({
      ca_file: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
    });
    const laptop = existingCluster();
    new Metrics(laptop, 'metrics');
    expect(jobOf(laptop as never, 'cadvisor').tls_config).toEqual({ insecure_skip_verify: true });
    const told = made({ verifyKubelets: false }).cluster;
    expect(jobOf(told, 'kubelet').tls_config).toEqual({ insecure_skip_verify: true });
  });

  test('rules say what delivers alerts: nothing without a receiver', () => {
    const { metrics } = made();
    expect(metrics.alertDelivery).toBeUndefined();
    expect(containerOf(metrics.ruleEvaluation as never).args).toContain('-notifier.blackhole');
    const url = 'http://alert-delivery.monitoring:9093';
    const delivered = made({ receiver: { webhook: { url: secret('alerts') } } }).metrics;
    expect(containerOf(delivered.ruleEvaluation as never).args).toContain(`-notifier.url=${url}`);
  });

  test.each([
    [
      'a webhook',
      { webhook: { url: secret('a') } },
      { webhook_configs: [{ url_file: '/etc/alertmanager-secret/receiver' }] },
    ],
    [
      'slack',
      { slack: { url: SecretRef.existing({ name: 'slack', key: 'address' }), channel: '#ops' } },
      {
        slack_configs: [
          { api_url_file: '/etc/alertmanager-secret/address', channel: '#ops', send_resolved: true },
        ],
      },
    ],
    [
      'telegram',
      { telegram: { botToken: secret('a'), chatId: -100 } },
      { telegram_configs: [{ bot_token_file: '/etc/alertmanager-secret/receiver', chat_id: -100 }] },
    ],
    [
      'mail',
      {
        email: {
          to: 'ops@example.org',
          from: 'k3s@example.org',
          smarthost: 'smtp.example.org:587',
          username: 'k3s',
          password: secret('a'),
        },
      },
      {
        email_configs: [
          {
            to: 'ops@example.org',
            from: 'k3s@example.org',
            smarthost: 'smtp.example.org:587',
            auth_username: 'k3s',
            auth_password_file: '/etc/alertmanager-secret/receiver',
            send_resolved: true,
          },
        ],
      },
    ],
  ] as const)('alerts go to %s by a secret in a file', (_, receiver, configs) => {
    const { cluster } = made({ receiver });
    expect(problemsIn(cluster)).toEqual([]);
    expect(fileOf(cluster, 'alertmanager.yaml').receivers).toEqual([{ name: 'all', ...configs }]);
  });

  test('a Secret that exists is mounted by its own name, and mail without a login needs none', () => {
    const url = SecretRef.existing({ name: 'slack', key: 'address' });
    const volumes = (metrics: Metrics): object[] =>
      podSpecOf(metrics.alertDelivery as never).volumes as object[];
    expect(volumes(made({ receiver: { slack: { url, channel: '#ops' } } }).metrics)).toContainEqual({
      name: 'etc-alertmanager-secret',
      secret: { secretName: 'slack' },
    });
    const mail = { to: 'ops@example.org', from: 'k3s@example.org', smarthost: 'smtp.example.org:587' };
    const plain = volumes(made({ receiver: { email: mail } }).metrics);
    expect(plain.filter((volume) => 'secret' in volume)).toEqual([]);
  });

  test('a Grafana has the store as its source, the dashboard, and a password by reference', () => {
    const grafana = { password: secret('grafana'), host: 'grafana.example.org' };
    const { cluster, metrics } = made({ grafana });
    expect(problemsIn(cluster)).toEqual([]);
    expect(containerOf(metrics.grafana as never).env).toContainEqual({
      name: 'GF_SECURITY_ADMIN_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'grafana', key: 'GF_SECURITY_ADMIN_PASSWORD' } },
    });
    expect(fileOf(cluster, 'metrics.yaml').datasources).toEqual([
      {
        name: 'metrics',
        uid: 'metrics',
        type: 'prometheus',
        access: 'proxy',
        url: 'http://metrics-store.monitoring:8428',
        isDefault: true,
      },
    ]);
    const [ingress] = objectsOf<Loose>(cluster, 'Ingress');
    expect(ingress.spec.rules[0].host).toBe('grafana.example.org');
  });

  test('without one, the dashboard is a ConfigMap that any Grafana finds', () => {
    const { metrics } = made();
    expect(metrics.grafana).toBeUndefined();
    expect(data(metrics.dashboard).metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(JSON.parse(data(metrics.dashboard).data['kpi.json'] as string)).toMatchObject({
      uid: 'k3stack-kpi',
    });
  });

  test('takes retention, volume, interval, further targets, resources and nodes', () => {
    const { cluster, metrics } = made({
      retention: '12w',
      volume: { size: '30Gi', storageClass: 'local-path' },
      interval: '1m',
      scrape: [{ job_name: 'router', static_configs: [{ targets: ['10.0.0.1:9100'] }] }],
      resources: { requests: { memory: '256Mi' }, limits: { memory: '1Gi' } },
      nodeSelector: { disk: 'ssd' },
    });
    expect(problemsIn(cluster)).toEqual([]);
    expect(containerOf(metrics.store as never).args).toContain('-retentionPeriod=12w');
    expect(data(metrics.store).spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'local-path',
      resources: { requests: { storage: '30Gi' } },
    });
    expect(fileOf(cluster, 'scrape.yaml').global).toEqual({ scrape_interval: '1m' });
    expect(jobOf(cluster, 'router').static_configs).toEqual([{ targets: ['10.0.0.1:9100'] }]);
    expect(containerOf(metrics.store as never).resources.requests.memory).toBe('256Mi');
    for (const object of [metrics.store, metrics.kubeStateMetrics, metrics.ruleEvaluation])
      expect(podSpecOf(object as never).nodeSelector).toEqual({ disk: 'ssd' });
  });

  test('says what its pods ask for, as they are made', () => {
    expect(made().metrics.requests).toEqual({
      cpu: '70m',
      memory: '224Mi',
      perNode: { cpu: '10m', memory: '20Mi' },
    });
    const receiver = { webhook: { url: secret('a') } };
    const more = made({ receiver, grafana: { password: secret('g') } }).metrics.requests;
    expect(more).toMatchObject({ cpu: '105m', memory: '352Mi' });
    const resources = { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '2Gi' } };
    expect(made({ resources }).metrics.requests).toMatchObject({ cpu: '120m', memory: '1120Mi' });
  });

  test('shares its namespaces with logs, in either order, and takes those of the program', () => {
    const cluster = k3sCluster();
    const own = new Namespace(cluster, 'monitoring', { podSecurity: 'restricted', quota: { pods: 20 } });
    new Logs(cluster, 'logs');
    new Metrics(cluster, 'metrics');
    const names = objectsOf<Named>(cluster, 'Namespace').map(({ metadata }) => metadata.name);
    expect(names.filter((name) => /^monitoring/.test(name)).sort()).toEqual([
      'monitoring',
      'monitoring-nodes',
    ]);
    expect(own.node.tryFindChild('metrics-store')).toBeDefined();
  });

  test('is the same objects in a plain chart', () => {
    const chart = plainChart();
    new Metrics(chart, 'metrics');
    expect(problemsIn(chart)).toEqual([]);
    expect(schemaProblems(chart)).toEqual([]);
    expect(objectsOf(chart, 'DaemonSet')).toHaveLength(1);
    const cluster = objectsOf<Named>(chart, 'ClusterRole');
    expect(cluster.map(({ metadata }) => metadata.namespace)).toEqual([undefined, undefined]);
  });
});

describe('Metrics fails when', () => {
  test('there is one already', () => {
    const { cluster } = made();
    new Metrics(cluster, 'second');
    expect(problemsIn(cluster)).toEqual([
      '[k3s/second] scope: is a second one beside k3s/metrics: every number would be asked for and kept twice; remove one of the two (metrics-twice)',
    ]);
  });

  test('something is to be kept without a volume', () => {
    expect(problems({ volume: 'scratch', retention: '7d' })).toEqual([
      `[k3s/metrics] retention: is "7d", and volume: 'scratch' is empty again with every new pod; remove volume: 'scratch', or retention (observability-store)`,
    ]);
    expect(problems({ volume: 'scratch' })).toEqual([]);
  });

  test.each([
    [
      { nodeUse: 0 },
      'nodeUse: must be a share in percent, more than 0 and less than 100, got 0; write nodeUse: 80',
    ],
    [
      { uptime: 100 },
      'uptime: must be a share in percent, more than 0 and less than 100, got 100; write uptime: 99.5',
    ],
    [
      { podSuccess: -1 },
      'podSuccess: must be a share in percent, more than 0 and less than 100, got -1; write podSuccess: 99',
    ],
    [
      { syncSuccess: 950 },
      'syncSuccess: must be a share in percent, more than 0 and less than 100, got 950; write syncSuccess: 95',
    ],
    [{ agentMemory: '100' }, "agentMemory: is 100, and no agent takes less than 1M; write '100M'"],
    [{ backupAge: '5m' }, `backupAge: must be a time of an hour or more, got "5m"; write backupAge: '26h'`],
    [
      { uptimeWindow: 'month' },
      `uptimeWindow: must be a time of an hour or more, got "month"; write uptimeWindow: '30d'`,
    ],
  ])('a threshold is %j', (thresholds, problem) => {
    expect(problems({ thresholds })).toEqual([`[k3s/metrics] thresholds.${problem} (kpi-threshold)`]);
  });

  test('a KPI looks further back than is kept', () => {
    expect(problems({ retention: '2w' })).toEqual([
      "[k3s/metrics] thresholds.uptimeWindow: is 30d, and metrics are kept for 2w; write retention: '35d', or a window of 14d or less (observability-store)",
    ]);
    expect(problems({ retention: '2w', thresholds: { uptimeWindow: '7d' } })).toEqual([]);
  });

  test.each(['30', '12h', '1 month'])('retention is %j', (retention) => {
    expect(problems({ retention })).toEqual([
      `[k3s/metrics] retention: must be whole days, weeks or years, got ${JSON.stringify(retention)}; write retention: '35d' (observability-store)`,
    ]);
  });

  test.each(['1s', '5m', 'often'])('interval is %j', (interval) => {
    expect(problems({ interval })).toEqual([
      `[k3s/metrics] interval: must be from 5s to 2m, got ${JSON.stringify(interval)}: rules look at five minutes; write interval: '30s' (metrics-interval)`,
    ]);
  });

  test('no node has such a disk, or the claim is too small, which are warnings', () => {
    const node = (address: string) => ({
      ssh: { host: address },
      nodeIp: address,
      capacity: { disk: '32Gi' },
    });
    const over = { servers: { alfa: node('10.0.0.11') }, agents: { bravo: node('10.0.0.12') } };
    expect(problems({ volume: { size: '64Gi' } }, over)).toEqual([
      '[k3s/metrics] volume.size: is 64Gi, and the largest disk of a node has 32Gi; write a smaller size and retention, or a storageClass that is not on the nodes (observability-store) [warning]',
    ]);
    expect(problems({ volume: { size: '64Gi' } })).toEqual([]);
    const [small] = problems({ retention: '1y' });
    expect(small).toMatch(
      /volume.size: is 5Gi, and 2 nodes fill about .*Gi in 1y; write size: '\d+Gi'.*\[warning\]$/,
    );
  });

  test('an address of alerts, or a password, is text', () => {
    const receiver = { webhook: { url: 'https://hooks.example.org/key' } } as never;
    expect(problems({ receiver })).toEqual([
      "[k3s/metrics] receiver.webhook.url: must be a secret; write secret('alert-receiver'): whoever has it can send in your name (props-shape)",
    ]);
    expect(problems({ grafana: { password: 'admin' } as never })).toHaveLength(1);
    expect(problems({ grafana: {} as never })).toHaveLength(1);
  });

  test('a prop has not its form; then nothing is made', () => {
    const { cluster, metrics } = made({ interval: 30 as never });
    expect(problemsIn(cluster)).toHaveLength(1);
    expect(metrics.store).toBeUndefined();
    expect(objectsOf(cluster, 'StatefulSet')).toEqual([]);
  });
});

interface Named {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;
