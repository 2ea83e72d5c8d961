import { describe, expect, test } from '@jest/globals';
import { quotaRules } from '../../../lib/rules/object-quota';
import type { ObjectEntry } from '../../../lib/rules/object-set';
import { runRules } from '../../../lib/rules/rule';
import type { Violation } from '../../../lib/rules/violation';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

function found(...objects: object[]): Violation[] {
  return runRules(quotaRules, {
    clusters: ['k3s'],
    reserved: new Map(),
    offers: new Map(),
    objects: objects.map((object, index): ObjectEntry => ({
      path: `k3s/${index}`,
      cluster: 'k3s',
      owner: 'workloads',
      object: object as KubernetesObject,
    })),
  });
}

const core = (kind: string, spec: object, namespace = 'shop'): object => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace },
  spec,
});
const quota = (hard: object, over: object = {}): object => core('ResourceQuota', { hard, ...over });
const range = (limit: object): object => core('LimitRange', { limits: [{ type: 'Container', ...limit }] });
const deployment = (spec: object, namespace = 'shop'): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: { template: { spec } },
});
const container = (resources?: object): object => ({
  containers: [{ name: 'main', ...(resources && { resources }) }],
});

describe('pods in a namespace with a quota', () => {
  test('fail when a container does not state what the quota counts', () => {
    expect(found(quota({ 'requests.memory': '2Gi' }), deployment(container()))).toEqual([
      {
        rule: 'quota-needs-amounts',
        path: 'k3s/1',
        property: 'spec.template.spec.containers[0].resources.requests.memory',
        problem:
          'a container of Deployment shop/web states no requests.memory, which ResourceQuota shop/x counts: the API server refuses its pods',
        fix: "write it, or let the namespace fill it in: limits: { defaultRequest: { memory: '…' } } of the Namespace",
      },
    ]);
  });

  test.each<[string, object, object]>([
    ['its limit is missing', quota({ 'limits.cpu': '2' }), container({ requests: { cpu: '1' } })],
    [
      'the short name of a request is counted',
      quota({ cpu: '2' }),
      container({ requests: { memory: '1Gi' } }),
    ],
    [
      'an init container states nothing',
      quota({ memory: '2Gi' }),
      { ...container({ requests: { memory: '1Gi' } }), initContainers: [{ name: 'first' }] },
    ],
  ])('fail when %s, wherever the quota stands', (_, counts, spec) => {
    expect(found(counts, deployment(spec))).toHaveLength(1);
    expect(found(deployment(spec), counts)).toHaveLength(1);
  });

  test.each<[string, object[], object]>([
    ['state it', [quota({ memory: '1Gi' })], container({ requests: { memory: '1Mi' } })],
    [
      'state a limit, which is a request as well',
      [quota({ memory: '1Gi' })],
      container({ limits: { memory: '1Mi' } }),
    ],
    ['state it for the whole pod', [quota({ memory: '1Gi' })], { ...container(), resources: {} }],
    ['get a default', [quota({ memory: '1Gi' }), range({ defaultRequest: { memory: '1Mi' } })], container()],
    [
      'get a limit by the highest one',
      [quota({ 'limits.cpu': '1' }), range({ max: { cpu: '1' } })],
      container(),
    ],
    ['are not counted by it', [quota({ pods: '3', 'requests.storage': '1Gi' })], container()],
    ['are counted in a scope only', [quota({ memory: '1Gi' }, { scopes: ['NotBestEffort'] })], container()],
  ])('are taken when they %s', (_, others, spec) => {
    expect(found(...others, deployment(spec))).toEqual([]);
  });

  test('are taken in another namespace, and a default of the lowest amount is no limit', () => {
    expect(found(quota({ memory: '1Gi' }), deployment(container(), 'blog'))).toEqual([]);
    const lowest = range({ min: { memory: '1Mi' } });
    expect(found(quota({ memory: '1Gi' }), lowest, deployment(container()))).toEqual([]);
    expect(found(quota({ 'limits.memory': '1Gi' }), lowest, deployment(container()))).toHaveLength(1);
  });
});
