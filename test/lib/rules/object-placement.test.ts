import { describe, expect, test } from '@jest/globals';
import type { Offers } from '../../../lib/rules/object-needs-offers';
import type { NodeOffer } from '../../../lib/rules/object-nodes';
import { placementRules } from '../../../lib/rules/object-placement-rules';
import type { ObjectEntry } from '../../../lib/rules/object-set';
import { runRules } from '../../../lib/rules/rule';
import type { Violation } from '../../../lib/rules/violation';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

const Gi = 2 ** 30;

const node = (
  name: string,
  over: Partial<NodeOffer> = {},
  labels: Record<string, string> = {},
): NodeOffer => ({
  name,
  labels: {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': name,
    ...labels,
  },
  taints: [],
  accelerators: {},
  ...over,
});

/** A PC with a GPU, and a small computer of another architecture. */
const mixed = [
  node('pc', { cpu: 8, memory: 16 * Gi, accelerators: { 'nvidia.com/gpu': 1 } }, { disk: 'ssd' }),
  node('pi', { cpu: 4, memory: 2 * Gi }, { 'kubernetes.io/arch': 'arm64' }),
];

const requests = (cpu?: string, memory?: string, more: object = {}): object => ({
  containers: [{ name: 'main', resources: { requests: { cpu, memory, ...more } } }],
});

const deployment = (spec: object, replicas?: number, name = 'web'): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { ...(replicas !== undefined && { replicas }), template: { spec } },
});

function found(
  nodes: readonly NodeOffer[] | undefined,
  objects: readonly object[],
  over: Partial<Offers> = {},
): Violation[] {
  const offers: Offers = {
    ingress: [],
    storage: [],
    customResources: [],
    packaged: true,
    sealed: true,
    ...(nodes !== undefined && { nodes: () => nodes }),
    ...over,
  };
  const entries = objects.map((object, index): ObjectEntry => ({
    path: `k3s/${index}`,
    cluster: 'k3s',
    owner: 'workloads',
    object: object as KubernetesObject,
  }));
  return runRules(placementRules, {
    clusters: ['k3s'],
    reserved: new Map(),
    offers: new Map([['k3s', offers]]),
    objects: entries,
  });
}

/** `rule` of what stops the synthesis, `(rule)` of a warning. */
const rules = (...args: Parameters<typeof found>): string[] =>
  found(...args).map(({ rule, blocks = 'synth' }) => (blocks === 'synth' ? rule : `(${rule})`));

const affinity = (...terms: object[]): object => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  },
});
const asks = (key: string, operator: string, ...values: string[]): object => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
});

describe('where a pod may run', () => {
  test.each<[string, object]>([
    ['a processor', { nodeSelector: { 'kubernetes.io/arch': 'riscv64' } }],
    ['an operating system', { nodeSelector: { 'kubernetes.io/os': 'windows' } }],
    ['a node by its label', { nodeSelector: { 'kubernetes.io/hostname': 'pc2' } }],
    ['a node by its name', { nodeName: 'pc2' }],
    ['a processor by affinity', affinity(asks('kubernetes.io/arch', 'In', 'arm', 'riscv64'))],
    ['no processor that there is', affinity(asks('kubernetes.io/arch', 'NotIn', 'amd64', 'arm64'))],
    [
      'a node by affinity on its name',
      affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['x'] }] }),
    ],
    ['nothing at all', affinity({})],
  ])('fails when it is %s that no node has', (_, spec) => {
    expect(rules(mixed, [deployment(spec)])).toEqual(['pod-needs-node']);
  });

  test.each<[string, object]>([
    ['the processor of one', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } }],
    ['a label of one', { nodeSelector: { disk: 'ssd' } }],
    ['a label that the program sets nowhere', { nodeSelector: { 'feature.node.kubernetes.io/pci': 'true' } }],
    ['a value that only a run knows', { nodeSelector: { 'kubernetes.io/hostname': '«late:name=x»' } }],
    ['the second of two terms', affinity(asks('kubernetes.io/arch', 'In', 'x'), asks('disk', 'Exists'))],
    [
      'a preference only',
      { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } },
    ],
  ])('is taken when it is %s', (_, spec) => {
    expect(rules(mixed, [deployment(spec)])).toEqual([]);
  });

  test('is warned of when the program gives its labels to no node: somebody may set them by hand', () => {
    expect(rules(mixed, [deployment({ nodeSelector: { disk: 'nvme' } })])).toEqual(['(pod-needs-node)']);
    const apart = { nodeSelector: { disk: 'ssd', 'kubernetes.io/arch': 'arm64' } };
    expect(rules(mixed, [deployment(apart)])).toEqual(['(pod-needs-node)']);
  });

  test('fails when every node has a taint that it does not tolerate', () => {
    const taints = [{ key: 'dedicated', value: 'ci', effect: 'NoSchedule' as const }];
    const nodes = [node('ci', { taints })];
    const tolerating = (toleration: object): object => deployment({ tolerations: [toleration] });
    expect(rules(nodes, [deployment({})])).toEqual(['pod-needs-node']);
    expect(rules(nodes, [tolerating({ key: 'dedicated', value: 'build' })])).toEqual(['pod-needs-node']);
    expect(rules(nodes, [tolerating({ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' })])).toEqual(
      ['pod-needs-node'],
    );
    expect(rules(nodes, [tolerating({ key: 'dedicated', value: 'ci' })])).toEqual([]);
    expect(rules(nodes, [tolerating({ operator: 'Exists' })])).toEqual([]);
    const soft = [node('ci', { taints: [{ key: 'dedicated', effect: 'PreferNoSchedule' }] })];
    expect(rules(soft, [deployment({})])).toEqual([]);
  });

  test('stops the synthesis also where something that the program knows nothing of may be installed', () => {
    const spec = { nodeSelector: { 'kubernetes.io/arch': 'arm' } };
    expect(rules(mixed, [deployment(spec)], { sealed: false })).toEqual(['pod-needs-node']);
  });

  test('is not asked in a cluster whose nodes nobody says', () => {
    const spec = { nodeName: 'x', ...requests('99', '99Ti', { 'nvidia.com/gpu': 8 }) };
    expect(rules(undefined, [deployment(spec, 9)])).toEqual([]);
  });

  test('is read from every kind that makes pods', () => {
    const spec = { nodeName: 'x' };
    const object = (apiVersion: string, kind: string, content: object): object => ({
      apiVersion,
      kind,
      metadata: { name: 'x' },
      spec: content,
    });
    const template = { template: { spec } };
    const kinds = [
      object('v1', 'Pod', spec),
      object('apps/v1', 'StatefulSet', template),
      object('apps/v1', 'DaemonSet', template),
      object('apps/v1', 'ReplicaSet', template),
      object('batch/v1', 'Job', template),
      object('batch/v1', 'CronJob', { jobTemplate: { spec: template } }),
      object('example.org/v1', 'Deployment', template),
    ];
    expect(found(mixed, kinds).map(({ path, property }) => `${path} ${property}`)).toEqual([
      'k3s/0 spec.nodeSelector',
      ...[1, 2, 3, 4].map((index) => `k3s/${index} spec.template.spec.nodeSelector`),
      'k3s/5 spec.jobTemplate.spec.template.spec.nodeSelector',
    ]);
  });

  test('is said with what the cluster has', () => {
    expect(found(mixed, [deployment({ nodeSelector: { 'kubernetes.io/arch': 'arm' } })])).toEqual([
      {
        rule: 'pod-needs-node',
        path: 'k3s/0',
        property: 'spec.template.spec.nodeSelector',
        problem:
          'Deployment shop/web asks for a node by its name, processor or system (kubernetes.io/arch, kubernetes.io/os, kubernetes.io/hostname) that cluster k3s does not have: its nodes are pc, pi, of amd64, arm64',
        fix: "write a processor that it has, such as { 'kubernetes.io/arch': 'amd64' }, or add such a node",
      },
    ]);
  });
});

describe('an accelerator', () => {
  const gpu = (resource: string, count: number, spec: object = {}): object =>
    deployment({
      ...spec,
      containers: [{ name: 'x', resources: { limits: { [resource]: String(count) } } }],
    });

  test('fails when no node has it, with the name that was meant', () => {
    expect(found(mixed, [gpu('nvidia.com/gpus', 1)])).toEqual([
      {
        rule: 'accelerator-needs-node',
        path: 'k3s/0',
        property: "spec.template.spec.containers[0].resources.limits['nvidia.com/gpus']",
        problem:
          "Deployment shop/web asks for 1 of 'nvidia.com/gpus', and no node of cluster k3s has it (they have nvidia.com/gpu)",
        fix: "did you mean 'nvidia.com/gpu'? Else write accelerators: [{ resource: 'nvidia.com/gpus', count: 1 }] in the props of the node that has it",
      },
    ]);
  });

  test('fails when a node has fewer, or the pod may not run on the one that has it', () => {
    expect(rules(mixed, [gpu('nvidia.com/gpu', 2)])).toEqual(['accelerator-needs-node']);
    const elsewhere = { nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
    expect(rules(mixed, [gpu('nvidia.com/gpu', 1, elsewhere)])).toEqual(['accelerator-needs-node']);
  });

  test('is taken when a node has it; what Kubernetes itself counts is none', () => {
    expect(rules(mixed, [gpu('nvidia.com/gpu', 1), gpu('nvidia.com/gpu', 0)])).toEqual([]);
    expect(rules(mixed, [gpu('hugepages-2Mi', 1), gpu('ephemeral-storage', 1)])).toEqual([]);
  });
});

describe('what a pod requests', () => {
  test.each<[string, object]>([
    ['more cores than any node has', requests('9')],
    ['more memory than any node has', requests(undefined, '17Gi')],
    [
      'more than the node it may run on has',
      { ...requests('1', '3Gi'), nodeSelector: { 'kubernetes.io/arch': 'arm64' } },
    ],
    ['as limits only', { containers: [{ resources: { limits: { memory: '17Gi' } } }] }],
    [
      'in two containers together',
      { containers: [{ resources: { requests: { cpu: '5' } } }, { resources: { requests: { cpu: '4' } } }] },
    ],
    [
      'in an init container',
      { ...requests('1'), initContainers: [{ resources: { requests: { cpu: '9' } } }] },
    ],
    [
      'with a sidecar',
      {
        ...requests('5'),
        initContainers: [{ restartPolicy: 'Always', resources: { requests: { cpu: '4' } } }],
      },
    ],
    ['with its overhead', { ...requests('8'), overhead: { cpu: '100m' } }],
    ['for the whole pod', { ...requests('1'), resources: { requests: { cpu: '9' } } }],
  ])('fails when it is %s', (_, spec) => {
    expect(rules(mixed, [deployment(spec, 0)])).toEqual(['requests-fit-node']);
  });

  test.each<[string, object]>([
    ['exactly what a node has', requests('8', '16Gi')],
    [
      'in init containers one after another',
      { initContainers: ['6', '6'].map((cpu) => ({ resources: { requests: { cpu } } })) },
    ],
    ['less for the whole pod', { ...requests('9'), resources: { requests: { cpu: '2' } } }],
    ['no quantity, which the schema says', requests('many')],
    ['nothing', { containers: [{}] }],
  ])('is taken when it is %s', (_, spec) => {
    expect(rules(mixed, [deployment(spec, 0)])).toEqual([]);
  });

  test('is taken where a node may have it, because nobody says what it has', () => {
    expect(rules([...mixed, node('new')], [deployment(requests('99', '99Ti'), 0)])).toEqual([]);
    expect(rules([node('cpu-only', { cpu: 1 })], [deployment(requests('1', '99Ti'), 0)])).toEqual([]);
  });

  test('is said with what each node has, also when one has the cores and another the memory', () => {
    const [problem] = found(mixed, [deployment(requests('500m', '17.5Gi'), 0)]);
    expect(problem).toEqual({
      rule: 'requests-fit-node',
      path: 'k3s/0',
      property: 'spec.template.spec.containers[0].resources.requests.memory',
      problem:
        'a pod of Deployment shop/web requests 17.5Gi memory (pc has 16Gi, pi has 2Gi): no node that it may run on is large enough',
      fix: 'request at most 16Gi memory in all containers together, or add a larger node; capacity less reserved is what a node has',
    });
    const apart = [node('a', { cpu: 8, memory: Gi }), node('b', { cpu: 1, memory: 8 * Gi })];
    expect(found(apart, [deployment(requests('4', '4Gi'), 0)])[0]?.problem).toContain(
      'requests 4 cpu (a has 8, b has 1) and 4Gi memory (a has 1Gi, b has 8Gi)',
    );
  });
});

describe('all workloads together', () => {
  const daemon = (spec: object): object => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'logs' },
    spec: { template: { spec } },
  });
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'x' },
    spec: { template: { spec: requests('8') } },
  };

  test('are warned of when they request more than all nodes have', () => {
    const objects = [
      deployment(requests('2', '1Gi'), 5),
      daemon(requests('1500m')),
      deployment(requests('1'), undefined, 'one'),
    ];
    expect(found(mixed, objects)).toEqual([
      {
        rule: 'requests-fit-cluster',
        path: 'k3s',
        property: 'nodes.capacity.cpu',
        problem:
          'workloads of cluster k3s request 14 cpu together, and its nodes have 12 (capacity less reserved)',
        fix: 'lower requests or replicas, most of them in Deployment shop/web (10), DaemonSet logs/agent (3), Deployment shop/one (1), or add a node',
        blocks: 'nothing',
      },
    ]);
  });

  test('are taken when they fit exactly, when Jobs come on top, and when the capacity of a node is unknown', () => {
    expect(rules(mixed, [deployment(requests('4'), 3), job])).toEqual([]);
    expect(rules([...mixed, node('new')], [deployment(requests('4'), 9)])).toEqual([]);
  });
});
