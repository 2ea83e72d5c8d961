import { expect, test } from '@jest/globals';
import { HiddenValues } from '../../../lib/diff/hidden-value';
import { synthesisSide } from '../../../lib/diff/sides';
import type { Synthesis } from '../../../lib/synthesis/synthesis';
import { synthesisOf } from '../../support/synthesis-fixture';

const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } };

/** The same ConfigMap, and a Secret that is filled in when it is applied, in each of these clusters. */
function inClusters(...names: readonly string[]): Synthesis {
  const one = synthesisOf({ hosts: { a: {} } });
  return {
    ...one,
    clusters: names.flatMap((name) => one.clusters.map((cluster) => ({ ...cluster, name }))),
    manifests: names.map((cluster) => ({
      cluster,
      chart: 'c',
      objects: [{ object: config, path: `s/${cluster}/c` }],
    })) as unknown as Synthesis['manifests'],
    kubernetesSecrets: names.map((cluster) => ({
      cluster,
      namespace: 'shop',
      name: 's',
      path: `s/${cluster}/s`,
      data: { key: '«secret:token»' },
    })),
  };
}

test('objects of several clusters are told apart by cluster, those of the only one are not', () => {
  const clustersIn = (synthesis: Synthesis) =>
    synthesisSide(synthesis, new HiddenValues()).objects.map(({ id }) => [id.kind, id.cluster]);
  expect(clustersIn(inClusters('home', 'edge'))).toEqual([
    ['ConfigMap', 'home'],
    ['ConfigMap', 'edge'],
    ['Secret', 'home'],
    ['Secret', 'edge'],
  ]);
  expect(clustersIn(inClusters('home'))).toEqual([
    ['ConfigMap', undefined],
    ['Secret', undefined],
  ]);
});

test('an object comes from its construct, and from the line of it that is known', () => {
  const origins = new Map([['s/home/c', { file: 'environments.ts', line: 12, column: 3 }]]);
  const { objects } = synthesisSide(inClusters('home'), new HiddenValues(), origins);
  expect(objects.map(({ origin }) => origin)).toEqual([
    { path: 's/home/c', file: 'environments.ts', line: 12 },
    { path: 's/home/s' },
  ]);
});
