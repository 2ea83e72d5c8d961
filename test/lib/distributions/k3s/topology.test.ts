import { describe, expect, test } from '@jest/globals';
import { topology } from '../../../../lib/distributions/k3s/topology';
import { secret } from '../../../../lib/secret';
import { modelOf, nodeOf } from '../../../support/model-literal';

test('nodes tell address, pool, capacity and accelerators', () => {
  const settings = {
    capacity: { cpu: 16, memory: '64Gi' },
    accelerators: [{ resource: 'nvidia.com/gpu', count: 2 }, { resource: 'coral.ai/tpu' }],
  };
  const agent = nodeOf('a1', 'agent', { pool: 'gpu', nodeIps: ['10.0.0.9', 'fd00::9'], settings });
  expect(topology(modelOf(1, [agent])).nodes.at(-1)).toEqual({
    name: 'a1',
    cluster: 'k3s',
    role: 'agent',
    pool: 'gpu',
    address: '10.0.0.9',
    architecture: 'amd64',
    capacity: { cpu: 16, memory: '64Gi' },
    accelerators: ['2 × nvidia.com/gpu', 'coral.ai/tpu'],
  });
});

test('without a node address that of SSH is shown, and none for the program’s own machine', () => {
  const nodes = [nodeOf('a1', 'agent'), nodeOf('a2', 'agent', { transport: { local: true } })];
  expect(topology(modelOf(1, nodes)).nodes.map((node) => node.address)).toEqual(['s1', 'a1', undefined]);
});

describe('links', () => {
  test('each pair of etcd members once, and every agent to the API', () => {
    expect(topology(modelOf(3, [nodeOf('a1', 'agent')])).links).toEqual([
      { from: 's1', to: 's2', kind: 'quorum' },
      { from: 's1', to: 's3', kind: 'quorum' },
      { from: 's2', to: 's3', kind: 'quorum' },
      { from: 'a1', to: 'k3s', kind: 'join' },
    ]);
  });

  test('servers to an external datastore, of which only the host is told', () => {
    const external = { postgres: { host: 'db.lan', user: 'k3s', password: secret('db') } };
    const { links } = topology(modelOf(2, [], { datastore: { kind: 'external', external } }));
    expect(links).toEqual([
      { from: 's1', to: 'postgres db.lan', kind: 'datastore' },
      { from: 's2', to: 'postgres db.lan', kind: 'datastore' },
    ]);
  });
});
