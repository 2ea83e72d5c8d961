import { describe, expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { hostChanges } from '../../../lib/report/changes';
import { changesText } from '../../../lib/report/changes-text';
import { stepChanges } from '../../../lib/report/step-changes';
import { server, servers } from '../../support/k3s-model';
import { k3sSynthesis } from '../../support/k3s-synthesis';

const base: Partial<K3sClusterProps> = {
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8) },
};

/** Steps with what they get differently, when a cluster goes from `base` with `from` to `base` with `to`. */
function changed(to: Partial<K3sClusterProps>, from: Partial<K3sClusterProps> = {}): Record<string, string> {
  const steps = stepChanges(k3sSynthesis({ ...base, ...from }), k3sSynthesis({ ...base, ...to }));
  return Object.fromEntries(steps.map(({ step, what }) => [step, what.join(', ')]));
}

describe('steps that run again', () => {
  test.each<[string, Partial<K3sClusterProps>, Record<string, string>]>([
    ['nothing', {}, {}],
    [
      'a label',
      { agents: { ...base.agents, echo: { ...server(8), labels: { zone: 'b' } } } },
      { 'k3s/nodes': '+ label echo zone b' },
    ],
    ['a host that is to be brought back', { reconcile: { bravo: 3 } }, { 'bravo/run': 'RECONCILE 0 -> 3' }],
    [
      'another encryption key',
      { rotate: { encryptionKey: 1 } },
      { 'k3s/credentials': 'ENCRYPTION_KEY_ROTATION 0 -> 1' },
    ],
    [
      'leave to lose data',
      { allowDataLoss: true },
      { 'k3s/retire': 'ALLOW_DATA_LOSS none -> yes', 'k3s/nodes': 'ALLOW_DATA_LOSS no -> yes' },
    ],
    [
      'a further agent',
      { agents: { ...base.agents, foxtrot: server(9) } },
      { 'k3s/retire': '+ declared foxtrot agent', 'k3s/nodes': '+ node foxtrot' },
    ],
  ])('for %s', (_, change, expected) => expect(changed(change)).toEqual(expected));

  test('for a node that goes', () => {
    expect(changed({ agents: { delta: server(7) } })).toEqual({
      'k3s/retire': '- declared echo agent',
      'k3s/nodes': '- node echo',
    });
  });

  test('for a taking over', () => {
    expect(changed({ adopt: true })).toEqual(
      Object.fromEntries(
        [
          ...['alfa', 'bravo', 'charlie'].flatMap((name) => [`${name}/prepare`, `${name}/run`]),
          ...['delta', 'echo'].flatMap((name) => [`${name}/prepare`, `${name}/join`]),
          'k3s/bootstrap',
        ].map((step) => [step, 'ADOPT none -> yes']),
      ),
    );
  });

  test('are none against what an older release wrote, which knows no scripts', () => {
    const now = k3sSynthesis(base);
    const steps = now.graph.steps.map((step) => ({ ...step, script: undefined }));
    expect(
      stepChanges({ ...now, graph: { ...now.graph, steps } }, k3sSynthesis({ ...base, adopt: true })),
    ).toEqual([]);
  });
});

describe('as text', () => {
  const text = (change: Partial<K3sClusterProps>): string => {
    const [before, after] = [k3sSynthesis(base), k3sSynthesis({ ...base, ...change })];
    return changesText(hostChanges(before, after), { steps: stepChanges(before, after) });
  };

  test('stand below hosts, which may not change at all', () => {
    expect(text({ reconcile: { bravo: 3 }, allowDataLoss: true })).toBe(`no host changes

Steps that run again
    k3s/retire  ALLOW_DATA_LOSS none -> yes
    bravo/run   RECONCILE 0 -> 3
    k3s/nodes   ALLOW_DATA_LOSS no -> yes
`);
  });

  test('those of hosts that change go without saying', () => {
    expect(text({ version: 'v1.34.2+k3s1' })).not.toContain('Steps that run again');
  });

  test('a raised number of certificates restarts servers, and names the numbers', () => {
    expect(text({ rotate: { certificates: 2 } })).toMatchInlineSnapshot(`
     "3 hosts: 3 changed

       K3s restarts, pods keep running  alfa, bravo, charlie

     ~ alfa  server of k3s · K3s restarts, pods keep running: rotation of certificates 0 -> 2
         rotation of certificates  0 -> 2

     ~ bravo  server of k3s · K3s restarts, pods keep running: rotation of certificates 0 -> 2
         rotation of certificates  0 -> 2

     ~ charlie  server of k3s · K3s restarts, pods keep running: rotation of certificates 0 -> 2
         rotation of certificates  0 -> 2
     "
    `);
  });
});
