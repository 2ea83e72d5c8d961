import { expect, test } from '@jest/globals';
import { planJson } from '../../../lib/report/plan-json';
import { synthesisOf } from '../../support/synthesis-fixture';

const synthesis = synthesisOf({ hosts: { alfa: {}, bravo: {}, charlie: {}, delta: { role: 'agent' } } });

test('stages hold every step once, and the longest chain goes through servers and waves', () => {
  const plan = planJson(synthesis);
  expect(plan.stages.flat().sort()).toEqual(synthesis.graph.steps.map((step) => step.id).sort());
  expect(plan.stages[0]).toEqual(['alfa/prepare', 'bravo/prepare', 'charlie/prepare', 'delta/prepare']);
  expect(plan.longestChain).toEqual([
    'alfa/prepare',
    'k3s/bootstrap',
    'k3s/credentials',
    'k3s/retire',
    'alfa/run',
    'bravo/run',
    'charlie/run',
    'delta/join',
    'k3s/agents/gate-1',
    'delta/roll',
    'k3s/nodes',
    'k3s/kubeconfig',
    'k3s/workloads',
  ]);
});

test('names what a change costs each host, and who goes with it', () => {
  expect(planJson(synthesis).restarts).toContainEqual({
    host: 'delta',
    cluster: 'k3s',
    disruption: 'drain-restart',
    together: ['delta'],
  });
});

test('blockers are the warnings that stop provisioning', () => {
  const violation = {
    rule: 'host-key',
    path: 'p',
    property: 'ssh.hostKey',
    problem: 'is not known',
    fix: 'run it',
  };
  const warnings = [
    { ...violation, blocks: 'provision' as const },
    { ...violation, blocks: 'nothing' as const },
  ];
  expect(planJson(synthesisOf({ hosts: { alfa: {} }, over: { warnings } })).blockers).toEqual([warnings[0]]);
});
