import { expect, test } from '@jest/globals';
import { imageChanges } from '../../../lib/diff/image-changes';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../support/comparison';

const deployment = (images: readonly string[], replicas = 1, name = 'web'): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas,
    selector: {},
    template: { spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) } },
  },
});

test('an image that stays is no change, whatever else its workload changes', () => {
  const comparison = comparisonOf([deployment(['a:1', 'b:1'], 1)], [deployment(['a:1', 'b:2'], 2)]);
  expect(imageChanges([comparison])).toEqual([
    {
      image: 'b',
      from: '1',
      to: '2',
      step: 'major',
      workloads: ['Deployment shop/web'],
      environments: ['test'],
    },
  ]);
});

test('an image that is exchanged for another one goes, and the other one comes', () => {
  const comparison = comparisonOf([deployment(['a:1'])], [deployment(['b:1'])]);
  expect(imageChanges([comparison])).toMatchObject([
    { image: 'a', from: '1' },
    { image: 'b', to: '1' },
  ]);
});

test('the same step in two workloads and two environments is one', () => {
  const before = [deployment(['a:1']), deployment(['a:1'], 1, 'job')];
  const after = [deployment(['a:2']), deployment(['a:2'], 1, 'job')];
  const comparison = comparisonOf(before, after);
  expect(imageChanges([comparison, { ...comparison, environment: 'other' }])).toMatchObject([
    {
      workloads: ['Deployment shop/job', 'Deployment shop/web'],
      environments: ['test', 'other'],
    },
  ]);
});
