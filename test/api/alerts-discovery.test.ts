import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { scrapeConfig } from '../../constructs/platform/observability/scrape-config';
import { freePorts } from './component';
import { type ControlPlane, startControlPlane } from './control-plane';
import { until } from './fake-nodes';
import { victoriaMetricsBinary } from './rule-engines';

/** VictoriaMetrics itself looks for targets in a real API server; pods have the address of this machine, as there is no kubelet. */
const folder = mkdtempSync(join(tmpdir(), 'k3stack-discovery-'));
let plane: ControlPlane;
let server: Server | undefined;
let store: ChildProcess | undefined;
let storeUrl: string;
let port: number;

beforeAll(async () => {
  plane = await startControlPlane();
  const web = createServer((_, response) => response.end(METRICS)).listen(0, '127.0.0.1');
  server = web;
  await until('a server', () => Promise.resolve(web.listening));
  ({ port } = web.address() as AddressInfo);
  await makeObjects();
  await startStore();
});

afterAll(async () => {
  store?.kill();
  server?.close();
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('finds what it is to ask, and gives each its labels', async () => {
  const expected = [
    `argo-cd 127.0.0.1:8082/metrics {"instance":"127.0.0.1:8082"}`,
    `cadvisor 127.0.0.1:10250/metrics/cadvisor {"instance":"alfa","node":"alfa"}`,
    `kube-state-metrics 127.0.0.1:8080/metrics {"instance":"127.0.0.1:8080"}`,
    `kubelet 127.0.0.1:10250/metrics {"instance":"alfa","node":"alfa"}`,
    `monitoring 127.0.0.1:8428/metrics {"app":"metrics-store","instance":"127.0.0.1:8428"}`,
    `node-exporter 127.0.0.1:9100/metrics {"instance":"alfa","node":"alfa"}`,
    `pods 127.0.0.1:7071/metrics {"app":"till","instance":"127.0.0.1:7071","namespace":"shop","node":"alfa","pod":"till"}`,
    `pods 127.0.0.1:${port}/metrics {"app":"web","instance":"127.0.0.1:${port}","namespace":"shop","node":"alfa","pod":"web"}`,
    `services svc.shop.svc:9999/m {"instance":"svc.shop.svc:9999","namespace":"shop","service":"svc"}`,
  ];
  expect(await targets()).toEqual(expected.sort());
});

test('keeps the numbers of a pod that says where they are', async () => {
  await until('numbers', async () => (await query('web_requests_total')).length > 0);
  expect(await query('web_requests_total')).toEqual([
    expect.objectContaining({ app: 'web', namespace: 'shop', pod: 'web', node: 'alfa' }),
  ]);
});

const METRICS = 'web_requests_total 5\n';

async function makeObjects(): Promise<void> {
  const { api } = plane;
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'alfa' } };
  await api.apply(node);
  const kubeletEndpoint = { Port: 10_250 };
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  await api.patch(node, { status: { addresses, daemonEndpoints: { kubeletEndpoint } } }, 'status');
  for (const namespace of ['monitoring', 'monitoring-nodes', 'argocd', 'shop']) {
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  await pod('monitoring', 'metrics-store', { http: 8428 });
  await pod('monitoring', 'kube-state-metrics', { metrics: 8080, telemetry: 8081 });
  await pod('monitoring-nodes', 'node-exporter', { metrics: 9100 });
  await pod('argocd', 'argocd-application-controller', { metrics: 8082 });
  const scrape = { 'prometheus.io/scrape': 'true' };
  await pod('shop', 'web', { http: port, other: 8081 }, { ...scrape, 'prometheus.io/port': String(port) });
  await pod('shop', 'till', {}, { ...scrape, 'prometheus.io/port': '7071' }, { metrics: 7071 });
  await pod('shop', 'quiet', { http: port });
  await api.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'svc',
      namespace: 'shop',
      annotations: { ...scrape, 'prometheus.io/port': '9999', 'prometheus.io/path': '/m' },
    },
    spec: { ports: [{ port: 80 }] },
  });
}

async function pod(
  namespace: string,
  name: string,
  ports: Readonly<Record<string, number>>,
  annotations = {},
  sidecar?: Readonly<Record<string, number>>,
): Promise<void> {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace };
  const container = (title: string, own: Readonly<Record<string, number>>): object => ({
    name: title,
    image: 'example:1',
    ports: Object.entries(own).map(([portName, containerPort]) => ({ name: portName, containerPort })),
  });
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, annotations } };
  await plane.api.apply({
    ...object,
    spec: {
      nodeName: 'alfa',
      automountServiceAccountToken: false,
      containers: [container('main', ports)],
      ...(sidecar && { initContainers: [{ ...container('sidecar', sidecar), restartPolicy: 'Always' }] }),
    },
  });
  const address = { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }], hostIP: '127.0.0.1' };
  await plane.api.patch(object, { status: { phase: 'Running', ...address } }, 'status');
}

/** The configuration of clusters, with the way to this API server in the place of a pod's account. */
async function startStore(): Promise<void> {
  const { clusters, users } = parse(readFileSync(plane.kubeconfig, 'utf8')) as Kubeconfig;
  const file = (name: string, data = ''): string => {
    writeFileSync(join(folder, name), Buffer.from(data, 'base64'), { mode: 0o600 });
    return join(folder, name);
  };
  const tls_config = {
    ca_file: file('ca.crt', clusters[0]?.cluster['certificate-authority-data']),
    cert_file: file('client.crt', users[0]?.user['client-certificate-data']),
    key_file: file('client.key', users[0]?.user['client-key-data']),
  };
  const settings = { centralNamespace: 'monitoring', nodeNamespace: 'monitoring-nodes', more: [] };
  const config = scrapeConfig({ ...settings, interval: '2s', verifyKubelets: false }) as ScrapeFile;
  const jobs = config.scrape_configs.map(({ kubernetes_sd_configs, ...job }) => ({
    ...job,
    bearer_token_file: undefined, // there is no pod here
    kubernetes_sd_configs: kubernetes_sd_configs.map((each) => ({
      ...each,
      api_server: plane.url,
      tls_config,
    })),
  }));
  writeFileSync(join(folder, 'scrape.json'), JSON.stringify({ ...config, scrape_configs: jobs }));
  const [storePort = 0] = await freePorts(1);
  storeUrl = `http://127.0.0.1:${storePort}`;
  const args = {
    storageDataPath: join(folder, 'data'),
    httpListenAddr: `127.0.0.1:${storePort}`,
    retentionPeriod: '1d',
    'promscrape.config': join(folder, 'scrape.json'),
    'search.latencyOffset': '0s',
  };
  const flags = Object.entries(args).map(([name, value]) => `-${name}=${value}`);
  store = spawn(victoriaMetricsBinary('victoria-metrics'), flags, { stdio: 'ignore' });
  await until('targets', async () => (await targets()).length >= 9);
}

async function targets(): Promise<string[]> {
  const data = await ask<{ activeTargets: readonly Target[] }>('targets?state=active');
  return (data?.activeTargets ?? [])
    .map(({ scrapeUrl, labels: { job = '', ...labels } }) => {
      return `${job} ${scrapeUrl.replace(/^https?:\/\//, '')} ${JSON.stringify(labels)}`;
    })
    .sort();
}

async function query(text: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const data = await ask<{ result: readonly { metric: Readonly<Record<string, string>> }[] }>(
    `query?query=${text}`,
  );
  return (data?.result ?? []).map(({ metric }) => metric);
}

async function ask<Data>(path: string): Promise<Data | undefined> {
  const answer = await fetch(`${storeUrl}/api/v1/${path}`).catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as { data: Data }).data : undefined;
}

interface Target {
  readonly scrapeUrl: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface ScrapeFile {
  readonly scrape_configs: readonly {
    bearer_token_file?: string;
    kubernetes_sd_configs: readonly object[];
  }[];
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}
