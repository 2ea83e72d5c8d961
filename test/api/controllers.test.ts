// There is no kubelet here: Node and Pod status are set by the test, as kwok does. Controllers and scheduler are real.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import type { ApiClient, LiveObject } from './api-client';
import { type ControlPlane, startControlPlane } from './control-plane';
import { evict, FakeNodes, until } from './fake-nodes';

let plane: ControlPlane;
let api: ApiClient;
let nodes: FakeNodes;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: true });
  ({ api } = plane);
  nodes = new FakeNodes(api);
  await nodes.add({ name: 'alfa', labels: { 'node-role.kubernetes.io/control-plane': 'true' } });
  await nodes.add({
    name: 'bravo',
    architecture: 'arm64',
    cpu: 2,
    memory: '1Gi',
    devices: { 'nvidia.com/gpu': '1' },
  });
});

afterAll(() => plane.stop());

let count = 0;
let namespace = '';

/** Each test has a namespace of its own. */
async function newNamespace(): Promise<void> {
  namespace = `test-${(count += 1)}`;
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
  await until('the namespace has an account', async () => (await api.find(account)) !== undefined);
}

beforeAll(newNamespace);
afterEach(newNamespace);

test('a Deployment yields a ReplicaSet and pods, which get onto nodes and become available', async () => {
  await api.apply(deployment('web', 2));
  const pods = await nodes.scheduled(namespace, 2);
  const sets = await api.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace });
  expect(sets).toHaveLength(1);
  expect(pods.map(({ spec }) => spec.nodeName)).toEqual(expect.arrayContaining(['alfa']));

  await Promise.all(pods.map((pod) => nodes.run(pod)));
  await until(
    'the Deployment is available',
    async () => (await statusOf(deployment('web', 2))).availableReplicas === 2,
  );
});

test('a pod goes to the node with its accelerator, and one that no node can take says why', async () => {
  await api.apply(pod('model', { limits: { 'nvidia.com/gpu': '1' } }));
  const [model] = await nodes.scheduled(namespace, 1, 'app=model');
  expect(model?.spec.nodeName).toBe('bravo');

  await api.apply(pod('huge', { requests: { memory: '64Gi' } }));
  await until('the scheduler gives up', async () => {
    const [huge] = await nodes.pods(namespace, 'app=huge');
    return (
      huge?.status?.conditions?.some(({ message = '' }) => message.includes('Insufficient memory')) ?? false
    );
  });
});

test('a Job is complete when its pod has ended well, and makes another pod when it has not', async () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace },
    spec: { backoffLimit: 2, template: template('migrate', { restartPolicy: 'Never' }) },
  };
  await api.apply(job);
  const [first] = await nodes.scheduled(namespace, 1);
  if (first !== undefined) await nodes.end(first, 1);
  await until('a second pod', async () => (await nodes.pods(namespace)).length === 2);
  const [second] = (await nodes.scheduled(namespace, 2)).filter(({ status }) => status?.phase !== 'Failed');
  if (second !== undefined) await nodes.end(second);
  await until('the Job is complete', async () => {
    const { conditions = [] } = await statusOf(job);
    return conditions.some(({ type, status }) => type === 'Complete' && status === 'True');
  });
}, 60_000);

test('a HorizontalPodAutoscaler is read, and says that nothing serves metrics here', async () => {
  await api.apply(deployment('web', 1));
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
  };
  await api.apply(autoscaler);
  // Raising to the minimum needs no metrics.
  await nodes.scheduled(namespace, 2);
  await until('the controller looked for metrics', async () => {
    const { conditions = [] } = await statusOf(autoscaler);
    return conditions.some(
      ({ type, reason }) => type === 'ScalingActive' && reason === 'FailedGetResourceMetric',
    );
  });
});

test('a ResourceQuota admits what fits, counts it, and refuses the rest', async () => {
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota', namespace },
    spec: { hard: { 'requests.memory': '200Mi', pods: '5' } },
  };
  await api.apply(quota);
  await until('the quota counts', async () => (await statusOf(quota)).used?.['pods'] === '0');
  await api.apply(pod('fits', { requests: { memory: '150Mi' } }));
  await until('the quota counted', async () => (await statusOf(quota)).used?.['requests.memory'] === '150Mi');
  await expect(api.apply(pod('too-much', { requests: { memory: '100Mi' } }))).rejects.toThrow(
    /exceeded quota: quota, requested: requests\.memory=100Mi, used: requests\.memory=150Mi, limited: requests\.memory=200Mi/,
  );
  await expect(api.apply(pod('silent', {}))).rejects.toThrow(/must specify requests\.memory for: app/);
});

test('a PodDisruptionBudget lets a drain evict one pod, and the second only when another is ready', async () => {
  await api.apply(deployment('web', 2));
  await api.apply({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
  const [one, two] = await nodes.scheduled(namespace, 2);
  if (one === undefined || two === undefined) throw new Error('no two pods');
  await Promise.all([one, two].map((each) => nodes.run(each)));
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace },
  };
  await until('one may go', async () => (await statusOf(budget)).disruptionsAllowed === 1);

  expect(await evict(api, one)).toBe(201);
  expect(await evict(api, two)).toBe(429);

  await nodes.letGo(namespace);
  const [third] = (await nodes.scheduled(namespace, 2)).filter(
    ({ metadata }) => metadata.name !== two.metadata.name,
  );
  if (third !== undefined) await nodes.run(third);
  await until('one may go again', async () => (await statusOf(budget)).disruptionsAllowed === 1);
  expect(await evict(api, two)).toBe(201);
});

test('a pod that breaks the restricted standard is refused, and a Deployment of it gets none and says why', async () => {
  const spec = { containers: [{ name: 'app', image: IMAGE }] };
  const violation = /violates PodSecurity "restricted:latest"/;
  await expect(api.apply({ ...pod('loose', {}), spec })).rejects.toThrow(violation);

  const loose = deployment('loose', 1);
  await api.apply({
    ...loose,
    spec: { ...(loose['spec'] as object), template: { metadata: { labels: { app: 'loose' } }, spec } },
  });
  await until('the Deployment says why', async () => {
    const { conditions = [] } = await statusOf(loose);
    return conditions.some(({ type, message = '' }) => type === 'ReplicaFailure' && violation.test(message));
  });
  expect(await nodes.pods(namespace)).toEqual([]);
});

interface Status {
  readonly availableReplicas?: number;
  readonly disruptionsAllowed?: number;
  readonly used?: Readonly<Record<string, string>>;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

async function statusOf(object: KubernetesObject): Promise<Status> {
  const { status = {} } = await api.get<LiveObject & { readonly status?: Status }>(object);
  return status;
}

function deployment(name: string, replicas: number): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name) },
  };
}

function pod(name: string, resources: object): KubernetesObject {
  const { metadata, spec } = template(name, {}, resources);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace }, spec };
}

function template(
  name: string,
  more: object = {},
  resources: object = {},
): { metadata: object; spec: object } {
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  return {
    metadata: { labels: { app: name } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ name: 'app', image: IMAGE, resources, securityContext }],
      ...more,
    },
  };
}

const IMAGE = 'registry.example.org/app:1.0.0';
