import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, test } from '@jest/globals';
import { allowsFrom, Namespace, namespaceOf } from '../../../constructs/cluster/namespace';
import type { NamespaceProps } from '../../../constructs/cluster/namespace-settings';
import {
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

const made = (props: NamespaceProps): ReturnType<typeof objectsIn> => {
  const cluster = k3sCluster();
  new Namespace(cluster, 'shop', props);
  expect(problemsIn(cluster)).toEqual([]);
  expect(schemaProblems(cluster)).toEqual([]);
  return objectsIn(cluster);
};

const problems = (props: object): string[] => {
  const cluster = k3sCluster();
  new Namespace(cluster, 'shop', props);
  return problemsIn(cluster);
};

describe('a namespace', () => {
  test('is one object, and nothing is limited or denied in it', () => {
    expect(made({})).toEqual([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]);
  });

  test('gives its name to what is made in it, and its objects to whom wants to patch them', () => {
    const namespace = new Namespace(k3sCluster(), 'shop', {
      quota: { pods: 3 },
      limits: {},
      defaultDeny: true,
    });
    expect(namespace.namespace).toBe('shop');
    expect(
      [namespace.object, namespace.quota, namespace.limits, namespace.defaultDeny].map((o) => o?.kind),
    ).toEqual(['Namespace', 'ResourceQuota', 'LimitRange', 'NetworkPolicy']);
  });

  test('that every cluster has is not made, but what limits it is', () => {
    const chart = plainChart();
    new Namespace(chart, 'default', { quota: { pods: 3 } });
    expect(objectsIn(chart).map(({ kind }) => kind)).toEqual(['ResourceQuota']);
  });

  test('comes before what limits it, and that before what runs in it', () => {
    const cluster = k3sCluster();
    const namespace = new Namespace(cluster, 'shop', { quota: { pods: 3 } });
    new ApiObject(namespace, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
    const kinds = synthesisOfCluster(cluster).manifests.flatMap(({ objects }) =>
      objects.map(({ object }) => object.kind),
    );
    expect(kinds).toEqual(['Namespace', 'ResourceQuota', 'ConfigMap']);
  });
});

describe('the quota of a namespace', () => {
  test('is written as a ResourceQuota', () => {
    const [quota] = made({
      quota: {
        requests: { cpu: '2', memory: '2Gi' },
        limits: { memory: '4Gi' },
        pods: 20,
        storage: '50Gi',
        persistentVolumeClaims: 4,
        loadBalancers: 0,
        hard: { 'requests.nvidia.com/gpu': '1', 'count/jobs.batch': '10' },
      },
    });
    expect(quota).toEqual({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota', namespace: 'shop' },
      spec: {
        hard: {
          'requests.cpu': '2',
          'requests.memory': '2Gi',
          'limits.memory': '4Gi',
          'requests.storage': '50Gi',
          pods: '20',
          persistentvolumeclaims: '4',
          'services.loadbalancers': '0',
          'requests.nvidia.com/gpu': '1',
          'count/jobs.batch': '10',
        },
      },
    });
  });

  test('fails when it limits nothing, or in no quantity', () => {
    expect(problems({ quota: {} })).toEqual([
      "[k3s/shop] quota: limits nothing; write quota: { requests: { cpu: '2', memory: '2Gi' }, pods: 20 }, or remove it (namespace-quota)",
    ]);
    expect(problems({ quota: { requests: { memory: '2 GB' } } })).toEqual([
      "[k3s/shop] quota.requests.memory: must be a Kubernetes quantity, got \"2 GB\"; write such as '500m' or '512Mi' (namespace-quota)",
    ]);
    expect(problems({ quota: { hard: { 'two words': '1' } } })).toEqual([
      "[k3s/shop] quota.hard: has the key \"two words\", which names no resource; write such as 'requests.nvidia.com/gpu', 'count/jobs.batch' or 'services' (namespace-quota)",
    ]);
    expect(problems({ quota: { pods: 1.5 } })[0]).toContain('quota.pods: must be a whole number');
  });
});

describe('the limits of a namespace', () => {
  test('are written as a LimitRange for containers', () => {
    const [limits] = made({
      limits: {
        min: { cpu: '5m' },
        defaultRequest: { cpu: '50m', memory: '64Mi' },
        defaultLimit: { memory: '128Mi' },
        max: { memory: '1Gi' },
      },
    });
    expect(limits).toEqual({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'limits', namespace: 'shop' },
      spec: {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: '50m', memory: '64Mi' },
            default: { memory: '128Mi' },
            min: { cpu: '5m' },
            max: { memory: '1Gi' },
          },
        ],
      },
    });
  });

  test('fail when the API server would refuse them: more by default than at most', () => {
    expect(problems({ limits: { defaultLimit: { memory: '2Gi' }, max: { memory: '1Gi' } } })).toEqual([
      "[k3s/shop] limits.max.memory: is 1Gi, less than defaultLimit with 2Gi: the API server refuses it; write max: { memory: '2Gi' } or more, or less as defaultLimit (namespace-limits)",
    ]);
    expect(problems({ limits: { min: { cpu: '1' }, defaultRequest: { cpu: '999m' } } })).toHaveLength(1);
    expect(problems({ limits: { min: { cpu: '1' }, max: { cpu: '1000m' } } })).toEqual([]);
  });
});

describe('a namespace that denies by default', () => {
  test('lets its pods ask the DNS of the cluster, and nothing else', () => {
    const [policy] = made({ defaultDeny: true });
    expect(policy).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny', namespace: 'shop' },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
              },
            ],
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 53, protocol: 'TCP' },
            ],
          },
        ],
      },
    });
  });
});

describe('who may connect to a namespace', () => {
  test('is anybody, unless it names some; those in it always may', () => {
    const cluster = k3sCluster();
    const open = new Namespace(cluster, 'open');
    const some = new Namespace(cluster, 'some', { allowFrom: ['shop'] });
    const none = new Namespace(cluster, 'none', { allowFrom: [] });
    expect(['shop', 'blog'].map((other) => allowsFrom(open, other))).toEqual([true, true]);
    expect(['shop', 'blog', 'some'].map((other) => allowsFrom(some, other))).toEqual([true, false, true]);
    expect(['shop', 'none'].map((other) => allowsFrom(none, other))).toEqual([false, true]);
    expect(objectsOf(cluster, 'NetworkPolicy')).toEqual([]);
  });

  test('fails when it is no name of a namespace', () => {
    expect(problems({ allowFrom: ['Web Shop'] })).toEqual([
      '[k3s/shop] allowFrom[0]: must be the name of a namespace, got "Web Shop"; write \'web-shop\' (namespace-allow-from)',
    ]);
  });
});

test('the namespace around a construct is the nearest one', () => {
  const cluster = k3sCluster();
  const shop = new Namespace(cluster, 'shop');
  const inner = new Namespace(shop, 'inner');
  expect(namespaceOf(new Construct(shop, 'x'))?.name).toBe('shop');
  expect(namespaceOf(new Chart(inner, 'x'))?.name).toBe('inner');
  expect(namespaceOf(shop)).toBe(shop);
  expect(namespaceOf(cluster)).toBeUndefined();
});

test('refuses a label that would win over podSecurity without a word', () => {
  const cluster = k3sCluster();
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  const both = new Namespace(cluster, 'both', { podSecurity: 'restricted', labels });
  const one = new Namespace(cluster, 'one', { labels });
  expect(problemsIn(both).join()).toContain('and both write one label; remove one of the two');
  expect(problemsIn(one)).toEqual([]);
});
