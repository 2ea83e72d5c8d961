// There is no kubelet here: what a Node and a Pod report is set by the test, as kwok does. Nothing runs.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, LiveObject, ObjectRef } from './api-client';

/** A Node that no machine stands behind. */
export interface FakeNode {
  readonly name: string;

  /** @default 'amd64' */
  readonly architecture?: 'amd64' | 'arm64';

  /** @default 4 */
  readonly cpu?: number;

  /** @default '8Gi' */
  readonly memory?: string;

  /** Resources of accelerators, such as `{ 'nvidia.com/gpu': '1' }`. @default - none */
  readonly devices?: Readonly<Record<string, string>>;

  /** @default - only those that a kubelet sets */
  readonly labels?: Readonly<Record<string, string>>;

  /** @default - none */
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
}

/** A Pod, as far as tests look. */
export interface LivePod extends LiveObject {
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly name: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** Pretends to be the kubelets of Nodes, one step at a time, when the test says so. */
export class FakeNodes {
  private addresses = 0;

  constructor(private readonly api: ApiClient) {}

  /** Makes a Node and says that it is Ready; the node controller takes the taint off that every new one has. */
  async add(node: FakeNode): Promise<void> {
    const { name, architecture = 'amd64', labels = {}, taints = [] } = node;
    const ref = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    const own = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': architecture,
    };
    await this.api.create({ ...ref, metadata: { name, labels: { ...own, ...labels } }, spec: { taints } });
    await this.api.patchStatus(ref, nodeStatus(node));
    await until(`Node ${name} can be scheduled to`, async () => {
      const { spec } = await this.api.get<
        LiveObject & { readonly spec: { readonly taints?: readonly unknown[] } }
      >(ref);
      return (spec.taints ?? []).length === taints.length;
    });
  }

  /** Pods of a namespace that match labels (`app=web`); all of them without. */
  pods(namespace: string, labels?: string): Promise<LivePod[]> {
    return this.api.list<LivePod>(
      { apiVersion: 'v1', kind: 'Pod' },
      { namespace, ...(labels && { labels }) },
    );
  }

  /** Waits for as many pods, each on a node or waiting for one as `scheduled` says. @throws Error after 20 seconds, with what the scheduler says. */
  async scheduled(namespace: string, count: number, labels?: string): Promise<LivePod[]> {
    let found: LivePod[] = [];
    await until(
      `${count} pods of ${namespace} are on nodes`,
      async () => {
        found = await this.pods(namespace, labels);
        return found.length === count && found.every(({ spec }) => spec.nodeName !== undefined);
      },
      () => found.map(describePod).join('; '),
    );
    return found;
  }

  /** Containers run and are ready. */
  run(pod: LivePod): Promise<LiveObject> {
    this.addresses += 1;
    const podIP = `10.42.${Math.floor(this.addresses / 250)}.${(this.addresses % 250) + 1}`;
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) =>
      condition(type, 'True'),
    );
    return this.api.patchStatus(pod, {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: now(),
      conditions,
      containerStatuses: containers(pod, { running: { startedAt: now() } }, true),
    });
  }

  /** All containers ended, with this exit code. */
  end(pod: LivePod, exitCode = 0): Promise<LiveObject> {
    const terminated = { exitCode, startedAt: now(), finishedAt: now() };
    const conditions = [
      condition('PodScheduled', 'True'),
      condition('Initialized', 'True'),
      condition('Ready', 'False'),
    ];
    return this.api.patchStatus(pod, {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      conditions,
      containerStatuses: containers(pod, { terminated }, false),
    });
  }

  /** Pods that are to go are gone: a kubelet says so when their containers have ended. */
  async letGo(namespace: string): Promise<void> {
    const going = (await this.pods(namespace)).filter(
      ({ metadata }) => metadata.deletionTimestamp !== undefined,
    );
    await Promise.all(going.map((pod) => this.api.delete(pod)));
  }
}

/** Waits until something holds. @throws Error after 20 seconds, with what `state` says. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  state: () => string = () => '',
): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within 20 seconds: ${what}: ${state()}`);
    await sleep(100);
  }
}

/** Asks to evict a pod, as a drain does. Gives the status of the answer: 201, or 429 when a PodDisruptionBudget forbids it. */
export async function evict(api: ApiClient, pod: ObjectRef): Promise<number> {
  const { name, namespace } = pod.metadata;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const { status } = await api.ask('POST', `${await api.pathOf(pod)}/eviction`, eviction);
  return status;
}

function nodeStatus({ architecture = 'amd64', cpu = 4, memory = '8Gi', devices = {} }: FakeNode): object {
  const amounts = { cpu: String(cpu), memory, pods: '110', 'ephemeral-storage': '50Gi', ...devices };
  return {
    capacity: amounts,
    allocatable: amounts,
    conditions: [condition('Ready', 'True')],
    nodeInfo: {
      architecture,
      operatingSystem: 'linux',
      kubeletVersion: 'v1.36.3',
      kubeProxyVersion: '',
      containerRuntimeVersion: 'none://',
      bootID: '',
      kernelVersion: '',
      machineID: '',
      osImage: '',
      systemUUID: '',
    },
  };
}

function condition(type: string, status: 'True' | 'False'): object {
  return { type, status, lastTransitionTime: now(), lastHeartbeatTime: undefined };
}

function containers({ spec }: LivePod, state: object, ready: boolean): object[] {
  return spec.containers.map(({ name }) => ({
    name,
    state,
    ready,
    started: ready,
    restartCount: 0,
    image: '',
    imageID: '',
  }));
}

function describePod({ metadata: { name }, spec, status }: LivePod): string {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return `${name}: ${spec.nodeName ?? scheduled?.message ?? 'waits for a node'}`;
}

/** What the API server takes: seconds. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
