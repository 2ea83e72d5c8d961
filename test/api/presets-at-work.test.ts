// There is no kubelet here: Node and Pod status are set by the test, as kwok does. Controllers and scheduler are real.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Cluster } from '../../constructs/cluster/cluster';
import { Namespace } from '../../constructs/cluster/namespace';
import { MetricsServer } from '../../constructs/platform/metrics-server';
import { Bot } from '../../constructs/workloads/bot';
import { InferenceRuntime } from '../../constructs/workloads/inference-runtime';
import { InferenceServer } from '../../constructs/workloads/inference-server';
import { ScheduledJob } from '../../constructs/workloads/scheduled-job';
import { WebService } from '../../constructs/workloads/web-service';
import { Accelerators } from '../../lib/cluster/node';
import type { KubernetesObject, Synthesis } from '../../lib/synthesis/synthesis';
import { objectsOfCase, synthesisOfCase } from './api-case';
import type { ApiClient, LiveObject } from './api-client';
import { type ControlPlane, startControlPlane } from './control-plane';
import { evict, FakeNodes, type LivePod, until } from './fake-nodes';

const IMAGE = 'registry.example.org/app:1.0.0';
let plane: ControlPlane;
let api: ApiClient;
let nodes: FakeNodes;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: true });
  ({ api } = plane);
  nodes = new FakeNodes(api);

  await nodes.add({ name: 'alfa', cpu: 1, memory: '1Gi' });
  await nodes.add({ name: 'bravo', cpu: 1, memory: '1Gi', architecture: 'arm64' });
  // K3s makes it where it finds the runtime.
  await api.apply({
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'nvidia' },
    handler: 'nvidia',
  });
});

afterAll(() => plane.stop());

test('a WebService fits a quota for small nodes, spreads over them, and a drain may take one of its pods', async () => {
  await applied((cluster) => void new WebService(tight(cluster, 'web'), 'web', { image: IMAGE }));
  const pods = await nodes.scheduled('web', 2);
  expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(2);
  await Promise.all(pods.map((pod) => nodes.run(pod)));
  await until('the Service leads to both pods', async () => {
    const slices = await api.list<EndpointSlice>(
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      { namespace: 'web' },
    );
    return (
      slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready)
        .length === 2
    );
  });

  const [one, two] = pods as [LivePod, LivePod];
  await until('one pod may go', async () => (await evict(api, one)) === 201);
  expect(await evict(api, two)).toBe(429);
});

test('a WebService that is scaled gets as many pods as it must have at least', async () => {
  await applied((cluster) => {
    new MetricsServer(cluster, 'metrics-server');
    new WebService(tight(cluster, 'scaled'), 'web', { image: IMAGE, autoscaling: { min: 3, max: 4 } });
  });
  expect(await nodes.scheduled('scaled', 3)).toHaveLength(3);
});

test('a Bot that is changed never runs twice', async () => {
  const bot = (image: string) => (cluster: Cluster) => void new Bot(tight(cluster, 'bots'), 'bot', { image });
  await applied(bot(IMAGE));
  const [before] = (await nodes.scheduled('bots', 1)) as [LivePod];
  await nodes.run(before);

  await applied(bot('registry.example.org/app:2.0.0'));
  await until('the pod of before is to go', async () => {
    const [pod] = await nodes.pods('bots');
    return pod?.metadata.deletionTimestamp !== undefined;
  });
  expect(await nodes.pods('bots')).toHaveLength(1);
  await nodes.letGo('bots');
  const [after] = (await nodes.scheduled('bots', 1)) as [LivePod];
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
});

test('a ScheduledJob that is started by hand runs one pod, and is complete when that has ended well', async () => {
  const { objects } = await applied(
    (cluster) =>
      void new ScheduledJob(tight(cluster, 'jobs'), 'report', { image: IMAGE, schedule: '@yearly' }),
  );
  const cronJob = objects.find(({ kind }) => kind === 'CronJob') as CronJob;
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'by-hand', namespace: 'jobs' },
    spec: cronJob.spec.jobTemplate.spec,
  };
  await api.create(job);
  const [pod] = (await nodes.scheduled('jobs', 1)) as [LivePod];
  await nodes.end(pod);
  await until('the Job is complete', async () => {
    const { status } = await api.get<LiveObject & { readonly status?: { readonly succeeded?: number } }>(job);
    return status?.succeeded === 1;
  });
});

test('an InferenceServer gets onto the node with its accelerator', async () => {
  const { hosts } = await applied((cluster) => {
    const models = new Namespace(cluster, 'models', { podSecurity: 'restricted' });
    new InferenceServer(models, 'llm', {
      runtime: InferenceRuntime.ollama({ models: ['llama3.2:3b'] }),
      accelerator: Accelerators.nvidiaGpu(),
      models: { scratch: '20Gi' },
    });
  });
  await until('the scheduler finds no node', async () => {
    const [pod] = await nodes.pods('models');
    return pod?.status?.conditions?.some(({ reason }) => reason === 'Unschedulable') ?? false;
  });
  const gpu = hosts.find(({ name }) => name === 'charlie');
  await nodes.add({
    name: 'charlie',
    cpu: 8,
    memory: '32Gi',
    labels: gpu?.labels ?? {},
    devices: { 'nvidia.com/gpu': '1' },
  });
  const [pod] = (await nodes.scheduled('models', 1)) as [LivePod];
  expect(pod.spec.nodeName).toBe('charlie');
});

/** A namespace that takes little, and only pods that say what they need. */
function tight(cluster: Cluster, name: string): Namespace {
  return new Namespace(cluster, name, {
    podSecurity: 'restricted',
    defaultDeny: true,
    quota: { requests: { cpu: '250m', memory: '320Mi' }, limits: { memory: '640Mi' }, pods: 5 },
  });
}

/** Applies what is built in a K3s cluster of two small nodes and one with an accelerator. */
async function applied(
  build: (cluster: Cluster) => void,
): Promise<{ readonly objects: KubernetesObject[]; readonly hosts: Synthesis['hosts'] }> {
  const agent = (last: number) => ({ ssh: { host: `10.0.0.${last}` }, nodeIp: `10.0.0.${last}` });
  const charlie = { ...agent(13), accelerators: [Accelerators.nvidiaGpu()] };
  const entry = { name: 'at work', build, props: { agents: { bravo: agent(12), charlie } } };
  const objects = objectsOfCase(entry);
  for (const object of objects) await api.apply(object);
  return { objects, hosts: synthesisOfCase(entry).hosts };
}

interface EndpointSlice extends LiveObject {
  readonly endpoints?: readonly { readonly conditions: { readonly ready?: boolean } }[];
}

interface CronJob extends KubernetesObject {
  readonly spec: { readonly jobTemplate: { readonly spec: object } };
}
