import { describe, expect, test } from '@jest/globals';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { Logs } from '../../../constructs/platform/observability/logs';
import { Metrics } from '../../../constructs/platform/observability/metrics';
import type { LogsProps } from '../../../constructs/platform/observability/logs-settings';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { bytesOf } from '../../../lib/cluster/quantity';
import { SecretRef, secret } from '../../../lib/secret';
import {
  k3sCluster,
  objectsIn,
  objectsOf,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';
import { containerOf, data, podSpecOf } from '../../support/workloads';

function made(props: LogsProps = {}, over: Partial<K3sClusterProps> = {}) {
  const cluster = k3sCluster(over);
  new LocalPathStorage(cluster, 'local-path');
  return { cluster, logs: new Logs(cluster, 'logs', props) };
}

const problems = (props: LogsProps, over: Partial<K3sClusterProps> = {}): string[] =>
  problemsIn(made(props, over).cluster);

describe('Logs', () => {
  test('are read by an agent on every node, and kept by one store', () => {
    const { cluster } = made();
    expect(problemsIn(cluster)).toEqual([]);
    expect(schemaProblems(cluster)).toEqual([]);
    expect(() => synthesisOfCluster(cluster)).not.toThrow();
    const workloads = objectsIn(cluster).filter(({ kind }) => /Set|Deployment/.test(kind));
    expect(workloads.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'StatefulSet monitoring/log-store',
      'DaemonSet monitoring-nodes/log-agent',
    ]);
  });

  test('are kept for seven days, and never more than four fifths of the claim', () => {
    const { logs } = made();
    expect(containerOf(logs.store as never).args).toEqual(
      expect.arrayContaining([
        '-retentionPeriod=7d',
        `-retention.maxDiskSpaceUsageBytes=${Math.floor(bytesOf('5Gi') * 0.8)}`,
      ]),
    );
    expect(data(logs.store).spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('5Gi');
  });

  test('the agent reads as root without capabilities, writes to one folder, and stays below 100 MB with the exporter', () => {
    const { cluster, logs } = made();
    const spec = podSpecOf(logs.agent as never);
    const [agent] = spec.containers;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: false, runAsUser: 0 });
    expect(agent.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const folders = (agent.volumeMounts as { name: string }[]).filter(({ name }) => name !== 'tmp');
    expect(folders).toEqual([
      { name: 'logs', mountPath: '/var/log', readOnly: true },
      { name: 'state', mountPath: '/var/lib/k3stack-log-agent' },
    ]);
    const { nodeExporter } = new Metrics(cluster, 'metrics');
    const beside = containerOf(nodeExporter as never).resources.limits.memory as string;
    expect(bytesOf(agent.resources.limits.memory as string) + bytesOf(beside)).toBeLessThan(100e6);
    expect(spec.tolerations).toEqual([{ operator: 'Exists' }]);
  });

  test('the agent reaches the store and the API, and keeps a bounded amount while nobody takes logs', () => {
    const { cluster, logs } = made();
    const policy = objectsOf<Policy>(cluster, 'NetworkPolicy').find(
      ({ metadata }) => metadata.name === 'log-agent',
    );
    const ports = policy?.spec.egress.flatMap((rule) => rule.ports.map(({ port }) => port)) ?? [];
    expect([...new Set(ports)].sort()).toEqual([443, 53, 6443, 9428]);
    const { args } = containerOf(logs.agent as never);
    expect(args).toContain(`-remoteWrite.maxDiskUsagePerURL=${bytesOf('600Mi')}`);
    expect(args).toContain('-remoteWrite.url=http://log-store.monitoring:9428/insert/native');
  });

  test('go elsewhere by an address and a token from Secrets, which no argument holds', () => {
    const forward = {
      url: secret('logs-url'),
      token: SecretRef.existing({ name: 'logs', key: 'token' }),
      format: 'jsonline' as const,
    };
    const { cluster, logs } = made({ forward });
    expect(problemsIn(cluster)).toEqual([]);
    expect(logs.store).toBeUndefined();
    expect(logs.url).toBeUndefined();
    const { args, env } = containerOf(logs.agent as never);
    expect((args as string[]).filter((each) => each.startsWith('-remoteWrite.url'))).toEqual([]);
    expect(args).toContain('-remoteWrite.format=jsonline');
    expect(env).toEqual(
      expect.arrayContaining([
        {
          name: 'VL_remoteWrite_url',
          valueFrom: { secretKeyRef: { name: 'log-agent', key: 'VL_remoteWrite_url' } },
        },
        {
          name: 'VL_remoteWrite_bearerToken',
          valueFrom: { secretKeyRef: { name: 'logs', key: 'token' } },
        },
      ]),
    );
  });

  test('takes retention, volume, namespaces to leave alone, buffer, resources and nodes', () => {
    const { cluster, logs } = made({
      retention: '2w',
      volume: { size: '20Gi', storageClass: 'local-path' },
      excludeNamespaces: ['kube-system', 'noisy'],
      buffer: '1Gi',
      resources: { requests: { memory: '128Mi' } },
      agentResources: { limits: { memory: '64Mi' } },
      nodeSelector: { disk: 'ssd' },
    });
    expect(problemsIn(cluster)).toEqual([]);
    expect(containerOf(logs.store as never).args).toContain('-retentionPeriod=2w');
    expect(data(logs.store).spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'local-path',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(containerOf(logs.agent as never).args).toEqual(
      expect.arrayContaining([
        '-kubernetesCollector.excludeFilter=kubernetes.pod_namespace:in("kube-system","noisy")',
        `-remoteWrite.maxDiskUsagePerURL=${bytesOf('1Gi')}`,
      ]),
    );
    expect(containerOf(logs.store as never).resources.requests.memory).toBe('128Mi');
    expect(containerOf(logs.agent as never).resources.limits.memory).toBe('64Mi');
    expect(podSpecOf(logs.store as never).nodeSelector).toEqual({ disk: 'ssd' });
  });

  test('says what its pods ask for', () => {
    const perNode = { cpu: '20m', memory: '40Mi' };
    expect(made().logs.requests).toEqual({ cpu: '25m', memory: '96Mi', perNode });
    expect(made({ forward: { url: secret('logs-url') } }).logs.requests).toEqual({
      cpu: '0m',
      memory: '0Mi',
      perNode,
    });
  });
});

describe('Logs fails when', () => {
  test('there is one already', () => {
    const { cluster } = made();
    new Logs(cluster, 'second');
    expect(problemsIn(cluster)).toEqual([
      '[k3s/second] scope: is a second one beside k3s/logs: every line would be read and kept twice; remove one of the two (logs-twice)',
    ]);
  });

  test('something is to be kept without a volume, or for no whole days', () => {
    expect(problems({ volume: 'scratch', retention: '7d' })).toEqual([
      `[k3s/logs] retention: is "7d", and volume: 'scratch' is empty again with every new pod; remove volume: 'scratch', or retention (observability-store)`,
    ]);
    expect(problems({ retention: '12h' })).toEqual([
      `[k3s/logs] retention: must be whole days, weeks or years, got "12h"; write retention: '7d' (observability-store)`,
    ]);
    expect(problems({ volume: 'scratch' })).toEqual([]);
  });

  test('the buffer is smaller than the agent can do with', () => {
    expect(problems({ buffer: '100Mi' })).toEqual([
      "[k3s/logs] buffer: is 100Mi, and the agent keeps up to 513Mi at least before anything goes; write '600Mi' (logs-buffer)",
    ]);
    expect(problems({ buffer: '513Mi' })).toEqual([]);
  });

  test('the store is described, and there is none', () => {
    const forward = { url: 'https://logs.example.org/insert/native' };
    expect(problems({ forward, retention: '7d', nodeSelector: { disk: 'ssd' } })).toEqual(
      ['retention', 'nodeSelector'].map(
        (name) =>
          `[k3s/logs] ${name}: is about the store, and with forward nothing is kept in the cluster; remove ${name}, or forward (logs-forward)`,
      ),
    );
  });

  test('the address is none, or holds a password, which is not repeated', () => {
    expect(problems({ forward: { url: 'logs.example.org' } })).toEqual([
      `[k3s/logs] forward.url: must be an http:// or https:// address, got "logs.example.org"; write 'https://logs.example.org/insert/native' (logs-forward)`,
    ]);
    expect(problems({ forward: { url: 'https://me:hunter2@logs.example.org' } })).toEqual([
      "[k3s/logs] forward.url: holds an account, which would be written into a manifest; write secret('logs-url') (logs-forward)",
    ]);
  });

  test('no node has such a disk, which is a warning', () => {
    const node = (address: string) => ({
      ssh: { host: address },
      nodeIp: address,
      capacity: { disk: '32Gi' },
    });
    const over = { servers: { alfa: node('10.0.0.11') }, agents: { bravo: node('10.0.0.12') } };
    expect(problems({ volume: { size: '64Gi' } }, over)).toEqual([
      '[k3s/logs] volume.size: is 64Gi, and the largest disk of a node has 32Gi; write a smaller size and retention, or a storageClass that is not on the nodes (observability-store) [warning]',
    ]);
  });

  test('a prop has not its form; then nothing is made', () => {
    const { cluster, logs } = made({ forward: { url: 7 } as never });
    expect(problemsIn(cluster)).toHaveLength(1);
    expect(logs.agent).toBeUndefined();
  });
});

interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly egress: readonly { readonly ports: readonly { readonly port: number }[] }[] };
}
