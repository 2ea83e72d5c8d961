import { describe, expect, test } from '@jest/globals';
import { K3sCluster } from 'k3stack';
import { onHosts } from '../../../lib/distributions/on-hosts';
import type { DistributionOnHosts } from '../../../lib/distributions/distribution';
import {
  hasScript,
  hostsOfInput,
  listensTo,
  runInput,
  type ScriptedStep,
} from '../../../lib/hosts/run-input';
import { hostOf, synthesized } from '../../support/synthesized';

const synthesis = synthesized((env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.11' } },
    agents: { bravo: { nodeIp: '10.0.0.12' }, charlie: { nodeIp: '10.0.0.13' } },
    upgrade: { maxUnavailable: 2 },
  });
});
const adapter = onHosts['k3s'] as DistributionOnHosts;
const values = {
  secrets: { 'k3s-server-token': 'server-secret', 'k3s-agent-token': 'agent-secret' },
  late: {},
};

describe('the input of a run', () => {
  test('has what the synthesis says, its secrets filled, and whose it is', () => {
    const { values: found } = inputOf('k3s/credentials');
    expect(found).toMatchObject({
      OWNER: 'test/k3s',
      NODE: 'alfa',
      SERVER_TOKEN: 'server-secret',
      AGENT_TOKEN: 'agent-secret',
    });
    expect(found).not.toHaveProperty('CA_HASH');
    expect(found).not.toHaveProperty('DIGEST');
  });

  test('of a host’s steps has the digest of what the host is to be, secrets included', () => {
    const [prepare, join, roll] = ['bravo/prepare', 'bravo/join', 'bravo/roll'].map(
      (id) => inputOf(id).values,
    );
    expect(prepare?.['DIGEST']).toMatch(/^[0-9a-f]{64}$/);
    expect([join?.['DIGEST'], roll?.['DIGEST']]).toEqual([prepare?.['DIGEST'], prepare?.['DIGEST']]);
    const other = { ...values, secrets: { ...values.secrets, 'k3s-agent-token': 'another' } };
    expect(inputOf('bravo/prepare', other).values['DIGEST']).not.toBe(prepare?.['DIGEST']);
  });

  test('that starts K3s has the hash of the cluster’s CA', () => {
    const having = synthesis.graph.steps
      .filter(hasScript)
      .filter((step) => 'CA_HASH' in inputOf(step.id).values);
    expect([...new Set(having.map(({ kind }) => kind))]).toEqual(['run', 'join', 'roll']);
    expect(inputOf('alfa/run').values['CA_HASH']).toBe('c0ffee');
  });

  test('of prepare has everything that is staged', () => {
    const { records } = inputOf('bravo/prepare');
    expect([...new Set(records.map(([kind]) => kind))]).toEqual(['file', 'artifact', 'line']);
  });

  test('of a gate has the agents that it makes room for, with their digests', () => {
    const gate = step('k3s/agents/gate-1');
    expect(hostsOfInput(gate, synthesis.graph)).toEqual(['bravo', 'charlie']);
    const agents = inputOf(gate.id).records.filter(([kind]) => kind === 'agent');
    expect(agents).toEqual([
      ['agent', 'bravo', inputOf('bravo/roll').values['DIGEST']],
      ['agent', 'charlie', inputOf('charlie/roll').values['DIGEST']],
    ]);
  });

  test('has what earlier steps told, and nothing where they told nothing', () => {
    const told = [['alfa', 'adminCertificate', 'another']] as const;
    const parts = { adapter, owner: 'test/k3s', hosts: [], values };
    expect(runInput(step('k3s/kubeconfig'), { ...parts, told }).records).toEqual([
      ['told', 'alfa', 'adminCertificate', 'another'],
    ]);
    expect(runInput(step('k3s/kubeconfig'), { ...parts, told: [] }).records).toEqual([]);
  });

  test('of kubeconfig listens to its server, that of nodes to all nodes where there is a command between them', () => {
    const heard = (id: string, gated: boolean) => listensTo(step(id), synthesis.graph, gated);
    expect(heard('k3s/kubeconfig', false)).toEqual([
      { step: 'alfa/run', host: 'alfa', field: 'adminCertificate' },
    ]);
    expect(heard('k3s/nodes', false)).toEqual([]);
    expect(heard('k3s/nodes', true).map(({ step: id }) => id)).toEqual([
      'alfa/run',
      'bravo/roll',
      'charlie/roll',
    ]);
    expect(heard('alfa/run', true)).toEqual([]);
    const steps = synthesis.graph.steps.map((each) =>
      each.id === 'bravo/roll' && each.script
        ? { ...each, script: { ...each.script, values: { RECONCILE: '1' } } }
        : each,
    );
    expect(listensTo(step('k3s/nodes'), { ...synthesis.graph, steps }, false)).toEqual([
      { step: 'bravo/roll', host: 'bravo', field: 'reconciled' },
    ]);
  });

  test('fails when a secret has no value', () => {
    expect(() => inputOf('alfa/prepare', { secrets: {}, late: {} })).toThrow('has no value in this run');
  });
});

function inputOf(
  id: string,
  filling: typeof values | { secrets: Record<string, string>; late: Record<string, string> } = values,
) {
  const found = step(id);
  const hosts = hostsOfInput(found, synthesis.graph).map((name) => hostOf(synthesis, name));
  return runInput(found, { adapter, owner: 'test/k3s', hosts, values: filling, caHash: 'c0ffee' });
}

function step(id: string): ScriptedStep {
  const found = synthesis.graph.steps.filter(hasScript).find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
}
