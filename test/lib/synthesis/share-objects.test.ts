import { expect, test } from '@jest/globals';
import { shareObjects } from '../../../lib/synthesis/share-objects';
import type { KubernetesObject, Synthesis } from '../../../lib/synthesis/synthesis';
import { synthesized } from '../../support/synthesized';
import { ApiObject, Chart } from 'cdk8s';

const synthesis = (value: string): Synthesis =>
  synthesized((env) => {
    const chart = new Chart(env, 'chart', { namespace: 'team' });
    new ApiObject(chart, 'same', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'same' },
      data: { a: 'b' },
    });
    new ApiObject(chart, 'other', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'other' },
      data: { a: value },
    });
  });

const object = ({ manifests }: Synthesis, name: string): KubernetesObject | undefined =>
  manifests.flatMap(({ objects }) => objects).find((one) => one.object.metadata.name === name)?.object;

test('objects that are the same are one object, others stay, and what the synthesis says does not change', () => {
  const [before, after] = [synthesis('1'), synthesis('2')];
  const shared = shareObjects(after, before);
  expect(shared).toEqual(after);
  expect(object(before, 'same')).toBeDefined();
  expect(object(shared, 'same')).toBe(object(before, 'same'));
  expect(object(after, 'same')).not.toBe(object(before, 'same'));
  expect(object(shared, 'other')).toBe(object(after, 'other'));
});
