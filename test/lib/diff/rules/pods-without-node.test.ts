import { ApiObject, Chart } from 'cdk8s';
import { expect, test } from '@jest/globals';
import { K3sCluster } from 'k3stack';
import { loadSchemas } from '../../../../adapters/schemas';
import { compare } from '../../../../lib/diff/compare';
import { HiddenValues } from '../../../../lib/diff/hidden-value';
import { cautionRules } from '../../../../lib/diff/rules/caution-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import { synthesisSide } from '../../../../lib/diff/sides';
import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import { synthesized } from '../../../support/synthesized';

/** A cluster of one node with two cores, and a Deployment. */
function cluster(replicas: number, pod: object = {}): Synthesis {
  return synthesized((env) => {
    const k3s = new K3sCluster(env, 'k3s', {
      version: 'v1.34.1+k3s1',
      servers: { alfa: { nodeIp: '192.0.2.11', labels: { disk: 'ssd' } } },
      nodes: { capacity: { cpu: 2 } },
    });
    new ApiObject(new Chart(k3s, 'shop'), 'web', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              { name: 'web', image: 'example.org/web:1.0.0', resources: { requests: { cpu: '1' } } },
            ],
            ...pod,
          },
        },
      },
    });
  });
}

function said(before: Synthesis, after: Synthesis): readonly unknown[] {
  const hidden = new HiddenValues();
  const sides = [before, after].map((synthesis) => synthesisSide(synthesis, hidden));
  const [old, now] = sides;
  if (old === undefined || now === undefined) throw new Error('no sides');
  return findRisks(compare('test', old, now, loadSchemas()), cautionRules)
    .filter(({ rule }) => rule.id === 'pods-without-node')
    .map(({ subject, what }) => [subject, what]);
}

test('requests that all nodes together do not have are said of the cluster', () => {
  expect(said(cluster(1), cluster(3))).toEqual([
    [{ type: 'cluster', cluster: 'k3s' }, expect.stringContaining('request 3 cpu together')],
  ]);
});

test('a label that no node has is said of the workload', () => {
  expect(said(cluster(1), cluster(1, { nodeSelector: { disk: 'tape' } }))).toEqual([
    [
      { type: 'object', id: { group: 'apps', kind: 'Deployment', namespace: 'default', name: 'web' } },
      expect.stringContaining('asks for labels'),
    ],
  ]);
});

test('what was too much before is not said again, nor is what fits', () => {
  expect(said(cluster(3), cluster(4))).toEqual([]);
  expect(said(cluster(1), cluster(2))).toEqual([]);
  expect(said(cluster(3), cluster(1))).toEqual([]);
});
