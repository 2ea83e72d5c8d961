import { expect, test } from '@jest/globals';
import { ApiObject, Chart } from 'cdk8s';
import { LocalPathStorage } from '../../../../constructs/platform/local-path/local-path-storage';
import { hostRules } from '../../../../lib/diff/rules/host-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import { hostComparison } from '../../../support/host-comparison';
import { k3sCluster, synthesisOfCluster } from '../../../support/synth';

/** One server, agents as named, storage on the nodes' disks, and a claim without a class. */
function program(agents: readonly number[], className?: string): Synthesis {
  const cluster = k3sCluster({
    agents: Object.fromEntries(
      agents.map((n) => [`agent-${n}`, { ssh: { host: `10.0.0.${n}` }, nodeIp: `10.0.0.${n}` }]),
    ),
  });
  new LocalPathStorage(cluster, 'storage', className === undefined ? {} : { className });
  const chart = new Chart(cluster, 'shop', { disableResourceNameHashes: true });
  new ApiObject(chart, 'data', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  return synthesisOfCluster(cluster);
}

test.each([undefined, 'fast'])(
  'an agent that leaves a program may hold its claims of the default class %s',
  (className) => {
    const risks = findRisks(
      hostComparison(program([12, 13], className), program([12], className)),
      hostRules,
    );
    expect(risks.map(({ rule: { id, level }, subject, what }) => ({ id, level, subject, what }))).toEqual([
      {
        id: 'agent-removed-with-data',
        level: 'high',
        subject: { type: 'host', cluster: 'k3s', host: 'agent-13' },
        what: 'agent-13 leaves; may lie on it: PersistentVolumeClaim default/data',
      },
    ]);
  },
);
